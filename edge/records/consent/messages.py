"""What a PoP is asked and answers about consent."""

from typing import Annotated

import msgspec

from edge.records.consent.purpose import PersonalStep
from edge.records.name import NAME_PATTERN
from edge.records.types import Utc

MAX_PURPOSES = 8
"""Purposes of one island. Nobody reads more sentences above a button."""

PurposeId = Annotated[str, msgspec.Meta(pattern=rf"\A{NAME_PATTERN}\Z")]


class GivenPurpose(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One purpose that the viewer agrees to, with the text that she was shown."""

    purpose: PurposeId
    """Id of the purpose."""
    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    """The version that she was shown."""
    locale: Annotated[str, msgspec.Meta(max_length=35)] = ""
    """The language of the text that she was shown; empty: the island's own."""


class ConsentRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/consent`: give consent, take it back, or ask what is in force (with neither)."""

    island: str
    """The island, as `tenant/island`."""
    session: Annotated[str, msgspec.Meta(max_length=128)] = ""
    """An id by which a trusted ingest names its viewer. Others send a session in `Authorization`."""
    gives: Annotated[tuple[GivenPurpose, ...], msgspec.Meta(max_length=MAX_PURPOSES)] = ()
    """The purposes that the viewer agrees to."""
    takes_back: Annotated[tuple[PurposeId, ...], msgspec.Meta(max_length=MAX_PURPOSES)] = ()
    """The purposes that she does not agree to any more."""
    token: Annotated[str, msgspec.Meta(max_length=2_048)] = ""
    """The token of a consent that another PoP took, if the page has one."""


class ConsentInForce(msgspec.Struct, frozen=True, kw_only=True):
    """One consent that is in force."""

    purpose: str
    """Id of the purpose."""
    version: int
    """The version that was agreed to."""
    record: str
    """Id of the consent record."""
    expires: Utc
    """When it ends here. The session ends no later."""


class ConsentResponse(msgspec.Struct, frozen=True, kw_only=True):
    """What is in force now. What the request changed is durable."""

    island: str
    """The island, as `tenant/island`."""
    in_force: tuple[ConsentInForce, ...] = ()
    """The consents of this session."""
    allows: tuple[PersonalStep, ...] = ()
    """The steps that they allow."""
    record: str | None = None
    """Id of the record that this request made; None if it changed nothing."""
    leaf: str | msgspec.UnsetType = msgspec.UNSET
    """Hash of the record's leaf, for `GET /v1/receipts/{leaf}/proof`. Left out without a `record`."""
    token: str | None = None
    """Proves the consents in force to another PoP of the fleet: send it as `consent` with a question. None without."""


class ShownPurpose(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose, for a page that asks for consent."""

    purpose: str
    """Id of the purpose."""
    version: int
    """The version to give."""
    allows: tuple[PersonalStep, ...]
    """The steps that it allows."""
    locale: str
    """The language of the text, as a BCP 47 tag."""
    text: str
    """The sentence to show above the button, as the signed document has it."""
    document: str
    """The signed `PurposeDocument`. Its UTF-8 bytes are what was signed: hash them as they are."""
    unencoded_digest: str
    """`Unencoded-Digest` of the document."""
    signature_input: str
    """`Signature-Input`: the tenant's key, and how long the signature is good."""
    signature: str
    """`Signature` over both."""


class PurposeList(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/islands/{tenant}/{island}/purposes`: what the island asks consent for."""

    island: str
    """The island, as `tenant/island`."""
    revision: int
    """Revision of the island."""
    purposes: tuple[ShownPurpose, ...]
    """Its purposes; none if its author asks for no consent."""
