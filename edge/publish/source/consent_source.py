"""`[consent]` of an island as its author writes it: what viewers are asked to agree to, in which words."""

import msgspec

from edge.records import Utc
from edge.records.consent import PersonalStep


class PurposeLocale(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[consent.purposes.ID.locales.TAG]` table: the sentence in a further language. Its approval is its own."""

    text: str
    """One line of at most 300 characters."""
    approved_by: str
    """The person who approved this text, and reads the language."""
    approved_at: Utc
    """When they approved it."""


class PurposeSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One `[consent.purposes.ID]` table."""

    version: int
    """1 at first. It goes up when the text means something else: then viewers are asked again."""
    allows: tuple[PersonalStep, ...]
    """`transcript`, `callback`, `personal`, `contact` and `learning`: what may be done with a viewer's words."""
    text: str
    """The sentence above the button, in the island's language: one line of at most 300 characters."""
    valid: str = "30d"
    """How long a consent is good: a number and s, m, h or d."""
    approved_by: str = ""
    """The person who approved the text. Default: the island's `approved_by`."""
    locales: dict[str, PurposeLocale] = {}
    """The sentence in further languages, by BCP 47 tag."""


class ConsentSource(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole `[consent]` table."""

    purposes: dict[str, PurposeSource] = {}
    """Purposes by their ids, which are DNS labels."""
