"""What a desk says of the consent of a ticket's viewer."""

import msgspec

from edge.records.consent import PersonalStep


class DeskPurpose(msgspec.Struct, frozen=True, kw_only=True):
    """One purpose that the viewer had agreed to when the ticket was made."""

    purpose: str
    """Id of the purpose within its island."""
    version: int
    """The version that she agreed to."""
    record: str
    """Id of the consent record."""
    in_force: bool
    """False if she has taken it back since, or it has ended."""
    verified: bool = True
    """False if another key than its PoP's signed the record: it is not believed, and allows nothing."""


class DeskConsent(msgspec.Struct, frozen=True, kw_only=True):
    """What the viewer agreed to, as it is now."""

    allows: tuple[PersonalStep, ...]
    """The steps that are allowed now."""
    missing: tuple[PersonalStep, ...]
    """The steps that were left out when the ticket was made."""
    purposes: tuple[DeskPurpose, ...]
    """The purposes."""
    hides_transcript: bool
    """True if the ticket is shown without the viewer's earlier questions."""
