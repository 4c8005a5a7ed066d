"""Which records say what a viewer agreed to: purposes, consent records, and what is asked and answered about them?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.consent.messages import (
        MAX_PURPOSES,
        ConsentInForce,
        ConsentRequest,
        ConsentResponse,
        GivenPurpose,
        PurposeList,
        ShownPurpose,
    )
    from edge.records.consent.one_tap import FastPathRequest, FastPathResponse
    from edge.records.consent.purpose import (
        PersonalStep,
        PurposeDocument,
        PurposeText,
        SignedPurpose,
        TicketConsent,
        TicketPurpose,
    )
    from edge.records.consent.record import (
        CONSENT_SCHEMA,
        ConsentEvent,
        ConsentMessage,
        ConsentRecord,
        ConsentState,
        Party,
        Processing,
        RecordedPurpose,
        record_of,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "messages": (
                "ConsentInForce ConsentRequest ConsentResponse GivenPurpose MAX_PURPOSES PurposeList ShownPurpose"
            ),
            "one_tap": "FastPathRequest FastPathResponse",
            "purpose": "PersonalStep PurposeDocument PurposeText SignedPurpose TicketConsent TicketPurpose",
            "record": (
                "CONSENT_SCHEMA ConsentEvent ConsentMessage ConsentRecord ConsentState Party Processing"
                " RecordedPurpose record_of"
            ),
        },
    )

__all__ = [
    "CONSENT_SCHEMA",
    "MAX_PURPOSES",
    "ConsentEvent",
    "ConsentInForce",
    "ConsentMessage",
    "ConsentRecord",
    "ConsentRequest",
    "ConsentResponse",
    "ConsentState",
    "FastPathRequest",
    "FastPathResponse",
    "GivenPurpose",
    "Party",
    "PersonalStep",
    "Processing",
    "PurposeDocument",
    "PurposeList",
    "PurposeText",
    "RecordedPurpose",
    "ShownPurpose",
    "SignedPurpose",
    "TicketConsent",
    "TicketPurpose",
    "record_of",
]
