"""Consent records: made, signed, and verified years later by the archived public keys of PoPs."""

import base64
import binascii
import hashlib
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from msgspec.structs import replace
from nacl.exceptions import BadSignatureError
from nacl.exceptions import TypeError as NaclTypeError
from nacl.exceptions import ValueError as NaclValueError
from nacl.signing import VerifyKey

from edge.consent.standing import Known
from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.records.consent import (
    ConsentEvent,
    ConsentMessage,
    ConsentRecord,
    ConsentState,
    Party,
    PersonalStep,
    Processing,
    PurposeText,
    RecordedPurpose,
    SignedPurpose,
    record_of,
)

RECORD_CONTEXT = b"skerry consent record 1\x00"
"""Prefix of the signed bytes, so that another signature by the same key cannot be used as one on a record."""

Sign = Callable[[bytes, bytes], bytes]
"""Signs a document with the PoP's key: the context, the document; 64 bytes."""

_DPV = {
    PersonalStep.TRANSCRIPT: "dpv:CustomerCare",
    PersonalStep.CALLBACK: "dpv:CommunicationForCustomerCare",
    PersonalStep.PERSONAL: "dpv:ServicePersonalisation",
    PersonalStep.CONTACT: "dpv:CommunicationForCustomerCare",
    PersonalStep.LEARNING: "dpv:ServiceOptimisation",
}


def given_record(
    given: Sequence[tuple[SignedPurpose, PurposeText]],
    *,
    record_id: str,
    subject: str,
    name: IslandName,
    revision: int,
    pop: str,
    now: datetime,
) -> ConsentRecord:
    """The record of a consent. It is good for as long as the shortest of its purposes."""
    valid_s = min(purpose.valid_s for purpose, _ in given)
    purposes = tuple(
        RecordedPurpose(
            purpose=purpose.id,
            version=purpose.version,
            purpose_type=tuple(_DPV[step] for step in purpose.allows),
            privacy_notice=hashlib.sha256(text.document).hexdigest(),
            language=text.locale,
        )
        for purpose, text in given
    )
    event = ConsentEvent(
        event_time=now,
        valid_until=now + timedelta(seconds=valid_s),
        event_state=ConsentState.GIVEN,
        entity_id=pop,
    )
    return _record(purposes, event, record_id=record_id, subject=subject, name=name, revision=revision)


def withdrawal_record(
    purposes: Sequence[str],
    *,
    record_id: str,
    subject: str,
    name: IslandName,
    revision: int,
    pop: str,
    now: datetime,
    withdraws: Sequence[str],
) -> ConsentRecord:
    """The record of a withdrawal. `withdraws`: ids of the records that it ends, as far as they are known."""
    event = ConsentEvent(
        event_time=now, event_state=ConsentState.WITHDRAWN, entity_id=pop, withdraws=tuple(sorted(withdraws))
    )
    recorded = tuple(RecordedPurpose(purpose=purpose, version=0) for purpose in purposes)
    return _record(recorded, event, record_id=record_id, subject=subject, name=name, revision=revision)


def reissued_record(record: ConsentRecord, *, record_id: str, pop: str) -> ConsentRecord:
    """The same consent as a record of its own, to be signed with another key. It keeps what was agreed, and when.

    So a withdrawal ends it as it would end the old one.
    """
    event = replace(record.event, entity_id=pop)
    return replace(record, record_id=record_id, event=event, reissues=record.record_id)


def _record(
    purposes: tuple[RecordedPurpose, ...],
    event: ConsentEvent,
    *,
    record_id: str,
    subject: str,
    name: IslandName,
    revision: int,
) -> ConsentRecord:
    return ConsentRecord(
        record_id=record_id,
        pii_principal_id=subject,
        pii_processing=Processing(privacy_notice=f"{name}@{revision}", purposes=purposes),
        event=event,
        party_identification=(Party(party_id=name.tenant),),
    )


def sign_record(record: ConsentRecord, *, island: str, sign: Sign, public: bytes) -> ConsentMessage:
    """The record as it travels. `public`: the 32 bytes of the key with which `sign` signs."""
    document = msgspec.json.encode(record)
    return ConsentMessage(
        id=ConsentMessage.id_of(record.record_id),
        created=record.event.event_time,
        pop=record.event.entity_id,
        island=island,
        record=document.decode(),
        key=base64.b64encode(public).decode(),
        signature=base64.b64encode(sign(RECORD_CONTEXT, document)).decode(),
    )


def verify_message(message: ConsentMessage, *, keys: Collection[bytes]) -> ConsentRecord:
    """The record of a message that one of `keys` (32 raw bytes each) signed, however old it is.

    Raises `RefusedError`: `SIGNATURE_INVALID` if none of them did, `MALFORMED` or `CONTRADICTORY` if the message says
    something else than its record.
    """
    try:
        public = base64.b64decode(message.key, validate=True)
        signature = base64.b64decode(message.signature, validate=True)
        if public not in keys:
            raise RefusedError(
                f"consent record is signed by key {public.hex()[:64]}, expected an archived key of a PoP",
                reason=Reason.SIGNATURE_INVALID,
            )
        VerifyKey(public).verify(RECORD_CONTEXT + message.record.encode(errors="surrogatepass"), signature)
    except (BadSignatureError, NaclTypeError, NaclValueError, binascii.Error, ValueError):
        raise RefusedError(
            "consent record has a signature that does not match, expected its PoP's",
            reason=Reason.SIGNATURE_INVALID,
        ) from None
    record = record_of(message)
    said = (message.id, message.pop, message.island)
    notice = record.pii_processing.privacy_notice.rpartition("@")[0]
    if said != (ConsentMessage.id_of(record.record_id), record.event.entity_id, notice):
        text = "consent record is of another island, PoP or id than its message, expected the same"
        raise RefusedError(text, reason=Reason.CONTRADICTORY)
    return record


def known_of(record: ConsentRecord, *, expires: float | None = None) -> tuple[Known, ...]:
    """What a record says of each of its purposes. `expires`: another end, in Unix seconds; None: the record's own."""
    event = record.event
    ends = event.valid_until or datetime.max.replace(tzinfo=UTC)
    return tuple(
        Known(
            purpose.purpose,
            purpose.version,
            record.record_id,
            at=event.event_time.timestamp(),
            expires=ends.timestamp() if expires is None else expires,
            is_given=event.event_state is ConsentState.GIVEN,
            withdraws=event.withdraws,
        )
        for purpose in record.pii_processing.purposes
    )
