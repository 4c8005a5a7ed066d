"""Which personal steps are allowed, by what an island declares and what its viewer agreed to?"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from edge.consent.standing import Known
from edge.errors import BrokenRuleError, Reason, RefusedError
from edge.records import Island
from edge.records.consent import GivenPurpose, PersonalStep, PurposeText, SignedPurpose, TicketPurpose

USUAL_STEPS = frozenset(PersonalStep) - {PersonalStep.CONTACT}
"""What may be done where nobody asks for consent. Personal data stays masked unless a viewer agrees."""


class Permission(NamedTuple):
    """What may be done with one viewer's words now."""

    is_asked: bool = False
    """False without `[consent]`: then nothing depends on consent."""
    allows: frozenset[PersonalStep] = USUAL_STEPS
    """The steps that are allowed."""
    subject: str = ""
    """The viewer's pseudonym in records, in hexadecimal; empty without a session."""
    given: tuple[TicketPurpose, ...] = ()
    """The consents that allow them."""

    def may(self, step: PersonalStep) -> bool:
        """True if the step is allowed."""
        return step in self.allows

    def purpose_of(self, step: PersonalStep) -> str:
        """The purpose, as `id/version`, by which a step is allowed; empty if it needs none or is not allowed."""
        return next((f"{one.purpose}/{one.version}" for one in self.given if step in one.allows), "")


def permission(island: Island | None, consents: Iterable[Known], *, subject: str = "") -> Permission:
    """The permission by the consents in force. A consent to another version than the island's allows nothing.

    `island` is None where nobody knows what its author asks for; then everything is as without `[consent]`.
    """
    if island is None or not island.purposes:
        return Permission()
    purposes = {purpose.id: purpose for purpose in island.purposes}
    good = tuple(one for one in consents if one.purpose in purposes and purposes[one.purpose].version == one.version)
    allows = frozenset(step for one in good for step in purposes[one.purpose].allows)
    given = tuple(
        TicketPurpose(
            purpose=one.purpose,
            version=one.version,
            record=one.record,
            at=datetime.fromtimestamp(one.at, UTC),
            allows=purposes[one.purpose].allows,
        )
        for one in good
    )
    return Permission(is_asked=True, allows=allows, subject=subject, given=given)


def check_given(island: Island, gives: Sequence[GivenPurpose]) -> tuple[tuple[SignedPurpose, PurposeText], ...]:
    """Each given purpose, with the text that the viewer was shown.

    Raises `RefusedError`: `NOT_FOUND` for a purpose or a language that the island has not, `CONTRADICTORY` for another
    version than that in force, `MALFORMED` for one purpose twice. The page shows the text of now and asks again.
    """
    if len({one.purpose for one in gives}) < len(gives):
        raise BrokenRuleError("a purpose is given twice, expected each once")
    return tuple(_checked(island, one) for one in gives)


def _checked(island: Island, given: GivenPurpose) -> tuple[SignedPurpose, PurposeText]:
    purpose = next((one for one in island.purposes or () if one.id == given.purpose), None)
    if purpose is None:
        text = f"island '{island.name}' declares no such purpose, expected one of its purposes"
        raise RefusedError(text, reason=Reason.NOT_FOUND)
    if purpose.version != given.version:
        raise RefusedError(
            f"version {given.version} of the purpose was shown, expected {purpose.version}: show its text again",
            reason=Reason.CONTRADICTORY,
        )
    shown = given.locale or island.locale
    text_shown = next((text for text in purpose.texts if text.locale.lower() == shown.lower()), None)
    if text_shown is None:
        text = "the purpose has no text in the language that is named, expected one of its locales"
        raise RefusedError(text, reason=Reason.NOT_FOUND)
    return purpose, text_shown


def text_in(purpose: SignedPurpose, locale: str) -> PurposeText:
    """The purpose's text in `locale`, else in the island's own language."""
    return next((text for text in purpose.texts if text.locale == locale), purpose.texts[0])
