"""A payload as it leaves a PoP: encrypted, with its key sealed to the tenant."""

from enum import StrEnum

import msgspec

from edge.records.types import Utc


class RetentionClass(StrEnum):
    """What a payload is about. Each class is kept for a time of its own."""

    ANSWER = "answer"
    """A question that the machine answered, offered choices for, or ignored."""
    TICKET = "ticket"
    """A question that people took, and what they replied."""
    CONSENT = "consent"
    """A consent or its withdrawal."""


class SealedPayload(msgspec.Struct, frozen=True, kw_only=True):
    """One payload. A PoP cannot read it, and neither can anyone else without the tenant's sealing key."""

    leaf: str
    """Id of the leaf that commits to it."""
    tenant: str
    event: str
    retention_class: str
    ticket: str = ""
    """The ticket that it belongs to; empty: none."""
    at: Utc
    key: bytes
    """The key, sealed to the tenant's public key (NaCl sealed box)."""
    content: bytes
    """Nonce and ciphertext (`edge.ledger.payloads`)."""


class SealedPayloads(msgspec.Struct, frozen=True, kw_only=True):
    """One page of payloads, and the place after which the next one begins; None: there are no more."""

    payloads: tuple[SealedPayload, ...]
    next: int | None = None


class PayloadQuery(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which payloads to read: a tenant's, those of one event if it is named, after a place."""

    tenant: str
    event: str = ""
    after: int = 0
