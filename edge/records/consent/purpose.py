"""Purposes of consent: what a viewer is asked to agree to, in words that the tenant has signed."""

from enum import StrEnum

import msgspec

from edge.records.types import Utc


class PersonalStep(StrEnum):
    """What is done with a viewer's words only if she agreed to it."""

    TRANSCRIPT = "transcript"
    """People get the earlier questions of her session. The question that makes a ticket always goes with it."""
    CALLBACK = "callback"
    """She is promised a callback."""
    PERSONAL = "personal"
    """An answer may depend on what her shop says of her (claims of her session)."""
    CONTACT = "contact"
    """People get what filters would mask of her words: addresses, telephone numbers, numbers of cards and accounts."""
    LEARNING = "learning"
    """Her question may become an example from which an island learns."""


class PurposeDocument(msgspec.Struct, frozen=True, kw_only=True):
    """A purpose in one language as its signature covers it. A viewer's device receives these bytes and can verify them.

    Consent is given to one `version`. A new version needs a new consent.
    """

    tenant: str
    """The tenant whose key signed it."""
    island: str
    """Name of the island, without the tenant."""
    revision: int
    """Revision of the island."""
    purpose: str
    """Id of the purpose within its island."""
    version: int
    """Version of what is agreed to. It goes up when the text means something else."""
    allows: tuple[PersonalStep, ...]
    """The steps that it allows."""
    valid_s: int
    """How long a consent is good, in seconds."""
    locale: str
    """Language of the text, as a BCP 47 tag."""
    text: str
    """The sentence that stands above the button."""
    approved_by: str
    """The person who approved the text, as the author wrote the name."""
    approved_at: Utc
    """When the text was signed as approved."""
    expires: Utc
    """When the text stops being valid."""


class PurposeText(msgspec.Struct, frozen=True, kw_only=True):
    """A purpose in one language, signed (RFC 9421, Signature-based Integrity)."""

    locale: str
    """The language, as a BCP 47 tag. The document names the same."""
    document: bytes
    """The `PurposeDocument` as JSON, byte by byte as it was signed."""
    digest: str
    """Header `Unencoded-Digest` of `document` (RFC 9530)."""
    signature_input: str
    """Header `Signature-Input` (RFC 9421)."""
    signature: str
    """Header `Signature` (RFC 9421), by the tenant's key."""


class SignedPurpose(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose of an island."""

    id: str
    """Name of the purpose, unique within its island."""
    version: int
    """Version that a consent must name."""
    allows: tuple[PersonalStep, ...]
    """The steps that it allows. The signed documents name the same."""
    valid_s: int
    """How long a consent is good, in seconds."""
    texts: tuple[PurposeText, ...]
    """Its text in each language, the island's own first."""


class TicketPurpose(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose that the viewer of a ticket had agreed to."""

    purpose: str
    """Id of the purpose."""
    version: int
    """The version that she agreed to."""
    record: str
    """Id of the consent record."""
    at: Utc
    """When she agreed, by the clock of the PoP."""
    allows: tuple[PersonalStep, ...] = ()
    """The steps that it allows."""


class TicketConsent(msgspec.Struct, frozen=True, kw_only=True):
    """What the viewer of a ticket had agreed to when it was made. Only tickets of islands with `[consent]` have it."""

    allows: tuple[PersonalStep, ...] = ()
    """The steps that were allowed."""
    missing: tuple[PersonalStep, ...] = ()
    """The steps that were left out, because she had not agreed to them."""
    given: tuple[TicketPurpose, ...] = ()
    """The purposes that allow them."""
    subject: str = ""
    """The viewer's pseudonym in consent records; empty without a session."""
