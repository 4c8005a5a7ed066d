"""A consent record after ISO/IEC TS 27560:2023, with the names of the Data Privacy Vocabulary (DPV 2) as values.

A record says who (a pseudonym) agreed to which purposes, in which words, when and until when; or took that back. It is
signed by the PoP that took it, and holds no name, no address and no question.
"""

from enum import StrEnum

import msgspec

from edge.errors import RefusedError
from edge.records.types import DECODE_ERRORS, Utc

CONSENT_SCHEMA = "skerry.consent/1"
"""The kind of message, and the version of its record."""

_MARK = ".consent"
"""Ends the id of a consent's message. That of a follow-up ends with hexadecimal digits, of a take-back otherwise."""


class ConsentState(StrEnum):
    """What an event made of a consent: `dpv:ConsentStatus`."""

    GIVEN = "dpv:ConsentGiven"
    WITHDRAWN = "dpv:ConsentWithdrawn"


class RecordedPurpose(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose of a record."""

    purpose: str
    """Id of the purpose within its island."""
    version: int
    """The version that was agreed to; 0 in a withdrawal, which is of every version."""
    purpose_type: tuple[str, ...] = ()
    """What it is in DPV: `dpv:CustomerCare`, for example."""
    lawful_basis: str = "dpv:Consent"
    """Always consent."""
    privacy_notice: str = ""
    """SHA-256 of the signed text that was shown, in hexadecimal; empty in a withdrawal."""
    language: str = ""
    """Language of that text, as a BCP 47 tag."""


class Processing(msgspec.Struct, frozen=True, kw_only=True):
    """What was agreed to: `pii_processing`."""

    privacy_notice: str
    """Where the texts are: `tenant/island` and its revision after `@`."""
    purposes: tuple[RecordedPurpose, ...]
    """At least one."""
    collection_method: str = "dpv:ExpressedConsent"
    """The viewer pressed a button below the text."""
    withdrawal_method: str = "POST /v1/consent"
    """How it is taken back."""


class ConsentEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What happened."""

    event_time: Utc
    """When, by the PoP's clock."""
    valid_until: Utc | None = None
    """When the consent ends by itself; None in a withdrawal."""
    event_state: ConsentState
    """Given or withdrawn."""
    entity_id: str
    """Name of the PoP that took it."""
    withdraws: tuple[str, ...] = ()
    """Ids of the records that a withdrawal ends, as far as the PoP knew them. It ends all older ones, too."""


class Party(msgspec.Struct, frozen=True, kw_only=True):
    """One party of a record."""

    party_id: str
    """Name of the tenant."""
    party_role: str = "dpv:DataController"
    """Its role in DPV."""


class ConsentRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A whole record."""

    schema_version: str = "ISO/IEC TS 27560:2023"
    """The form of this record."""
    record_id: str
    """Id of the record (UUID)."""
    pii_principal_id: str
    """The viewer's pseudonym: a keyed hash of island and session."""
    pii_processing: Processing
    """What was agreed to."""
    event: ConsentEvent
    """What happened."""
    party_identification: tuple[Party, ...]
    """Whose purposes they are."""
    reissues: str | msgspec.UnsetType = msgspec.UNSET
    """Id of the record that this one repeats under a new key, after the loss of the old one. Otherwise left out."""


class ConsentMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A signed record on its way to origin, in an export and in an archive."""

    id: str
    """Id of this message (`id_of`). Origin recognises a repeated delivery by it."""
    created: Utc
    """When the PoP took it."""
    pop: str
    """Name of the PoP that took it."""
    island: str
    """The island, as `tenant/island`."""
    record: str
    """The `ConsentRecord` as JSON. Its UTF-8 bytes are what was signed: verify them as they are."""
    key: str
    """The PoP's public Ed25519 key, in base64."""
    signature: str
    """The signature of `edge.consent.RECORD_CONTEXT` and the record, in base64."""
    schema: str = CONSENT_SCHEMA
    """The kind of message."""

    @staticmethod
    def id_of(record: str) -> str:
        """The id of a record's message, and its idempotency key at origin."""
        return f"{record}{_MARK}"

    @staticmethod
    def is_id(message: str) -> bool:
        """True for the id of a consent's message."""
        return message.endswith(_MARK)


def record_of(message: ConsentMessage) -> ConsentRecord:
    """The record of a message; its signature is not checked. Raises `RefusedError` (`MALFORMED`)."""
    try:
        return msgspec.json.decode(message.record, type=ConsentRecord)
    except DECODE_ERRORS as error:
        raise RefusedError("a consent record cannot be decoded, expected one after ISO/IEC TS 27560") from error
