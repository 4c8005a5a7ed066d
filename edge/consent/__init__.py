"""May this be done with this person's words now? Pure.

An island declares purposes; each allows some personal steps. A PoP records what a viewer gives and takes back, and
signs each record. A token proves what is in force to another PoP of the fleet.

>>> given = Known("help", 1, "r-1", at=100.0, expires=900.0)
>>> taken_back = Known("help", 0, "r-2", at=200.0, is_given=False)
>>> [one.purpose for one in in_force([given], now=150.0)], in_force([taken_back, given], now=250.0)
(['help'], ())
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.consent.records import (
        RECORD_CONTEXT,
        Sign,
        given_record,
        known_of,
        reissued_record,
        sign_record,
        verify_message,
        withdrawal_record,
    )
    from edge.consent.standing import MAX_SKEW_S, Known, in_force
    from edge.consent.steps import USUAL_STEPS, Permission, check_given, permission, text_in
    from edge.consent.tokens import TOKEN_PREFIX, looks_like_token, make_consent_token, read_consent_token, subject_of
    from edge.consent.withdrawals import MAX_REPEATED, check_withdrawal, records_to_name
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "steps": "USUAL_STEPS Permission check_given permission text_in",
            "records": (
                "RECORD_CONTEXT Sign given_record known_of reissued_record sign_record verify_message withdrawal_record"
            ),
            "standing": "Known MAX_SKEW_S in_force",
            "tokens": "TOKEN_PREFIX looks_like_token make_consent_token read_consent_token subject_of",
            "withdrawals": "MAX_REPEATED check_withdrawal records_to_name",
        },
    )

__all__ = [
    "MAX_REPEATED",
    "MAX_SKEW_S",
    "RECORD_CONTEXT",
    "TOKEN_PREFIX",
    "USUAL_STEPS",
    "Known",
    "Permission",
    "Sign",
    "check_given",
    "check_withdrawal",
    "given_record",
    "in_force",
    "known_of",
    "looks_like_token",
    "make_consent_token",
    "permission",
    "read_consent_token",
    "records_to_name",
    "reissued_record",
    "sign_record",
    "subject_of",
    "text_in",
    "verify_message",
    "withdrawal_record",
]
