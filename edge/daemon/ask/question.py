"""A question on its way through a PoP: the island it is about, when it is opened, and when it is concluded."""

import time
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from edge.daemon.consents import TakenConsent
from edge.daemon.sync import PopEntry, PopShelf, PopSlot
from edge.decide import Asked, Conclusion, unserved_reason
from edge.errors import Reason, RefusedError
from edge.host import RecentlyUsed
from edge.records import (
    AskRequest,
    IslandName,
    IslandStatus,
    PressedButton,
    RankedCandidate,
    Ticket,
    Verdict,
)
from edge.records.consent import PersonalStep
from edge.records.filters import FilterRule, FiltersPolicy
from edge.records.trees import TypedValue
from edge.safety import Screened, screen
from edge.tokens import ANONYMOUS, Asker
from edge.triage import Matter, Message, matter_of, read_message, without_spans

Ranked: TypeAlias = tuple[RankedCandidate, ...]

MAX_READINGS = 256
"""Short messages whose reading is remembered: at most 2 MB."""

MAX_READ_CHARACTERS = 200
"""Characters of the longest of them. What many viewers ask in the same words is short."""


class Readings:
    """What messages say and what triage judges of them. Short ones are remembered. Not thread-safe."""

    def __init__(self) -> None:
        self._known: RecentlyUsed[tuple[str, tuple[tuple[int, int], ...]], tuple[Message, Matter]] = RecentlyUsed(
            MAX_READINGS
        )

    def read(self, text: str, marks: tuple[tuple[int, int], ...]) -> tuple[Message, Matter]:
        """The message of a request and its matter. Arguments are those of `read_as_sent`."""
        known = self._known.get((text, marks))
        if known is None:
            message = read_as_sent(text, marks)
            known = message, matter_of(message)
            if len(text) <= MAX_READ_CHARACTERS:
                self._known.put((text, marks), known)
        return known


def read_as_sent(text: str, marks: Sequence[tuple[int, int]]) -> Message:
    """The message of a request, without what its platform marked. `text` is as it was sent: marks count its characters.

    A question and the choice that repeats it are both read here, so that both are read equally.
    """
    return read_message(unmarked(text, marks))


def unmarked(text: str, marks: Sequence[tuple[int, int]]) -> str:
    """The text without what its platform marked."""
    return without_spans(text, marks) if marks else text


class OpenQuestion(NamedTuple):
    """One question, with time and shelf as they were when it arrived."""

    request: AskRequest
    slot: PopSlot
    status: IslandStatus
    asked: Asked
    now: datetime
    began: float
    """When it arrived, by `time.perf_counter`, in seconds."""
    trace: str = ""
    asker: Asker = ANONYMOUS
    in_overload: bool = False
    """True if there was too much at once when it arrived."""
    ticket_id: str = ""
    """Id for its ticket, if it becomes one; empty: a new one."""
    path: tuple[PressedButton, ...] = ()
    """At the end of a decision tree: the buttons that led there."""
    is_known: bool = True
    """False if neither signed metadata nor the configuration names the island, only its tenant."""
    picked: str = ""
    """The snippet that the viewer picked from an offer; empty if none was."""
    refused: tuple[str, ...] = ()
    """The snippets that the viewer was offered and did not want."""
    wanted: tuple[str, ...] = ()
    """The languages that the viewer wants, best first, as BCP 47 tags (`edge.decide.wanted_locales`)."""

    typed: TypedValue | None = None
    """At the end of a decision tree: what the viewer typed in it. It may be personal: it goes into the ticket alone."""
    consent: TakenConsent | None = None
    """The consent that came with it in one request, and is stored with it."""
    source_id: str = ""
    """Of a posted message: the id that its tenant's system has for it."""

    screened: Screened | None = None
    """What the island's filters found in the text; None before they looked (`screened`)."""

    def elapsed_ms(self) -> float:
        """Milliseconds since it arrived, to three digits."""
        return round((time.perf_counter() - self.began) * 1000, 3)


class Concluded(NamedTuple):
    """What became of a question, for the response."""

    conclusion: Conclusion
    verdict: Verdict | None
    ranked: Callable[[], Ranked]
    """Gives the candidates, most likely first. No viewer sees them, so they are made where they are used."""
    ticket: Ticket | None
    """What was stored for people: a ticket, or a follow-up."""
    ticket_id: str | None
    """The ticket that the viewer hears of: of a follow-up, the one that it joined."""
    callback_token: str | None
    receipt: str | None
    took_s: float
    ticket_token: str | None = None
    is_offer: bool = False
    """True if the viewer can choose from the options by the receipt."""
    masked: tuple[FilterRule, ...] = ()
    """What people do not see of the question."""
    leaf: str = ""
    """Hash of its leaf in hexadecimal digits; empty if it has none."""
    missing: tuple[PersonalStep, ...] = ()
    """The steps that were left out, because the viewer had not agreed to them."""


def screened(question: OpenQuestion) -> OpenQuestion:
    """The question after the island's filters have looked at its text, which they do once."""
    if question.screened is not None:
        return question
    found = screen(question.request.text, filters_of(question.slot.entry))
    return question._replace(screened=found, asked=question.asked._replace(filtered=found.hits))


def filters_of(entry: PopEntry | None) -> FiltersPolicy:
    """The filters of an island; the usual ones if it is not here."""
    return entry.island.filters_policy if entry else FiltersPolicy()


def find_slot(shelf: PopShelf, name: IslandName) -> PopSlot:
    """The slot of an island. Raises `RefusedError` (`ISLAND_UNKNOWN`) if the shelf has none."""
    slot = shelf.get(name)
    # Anybody may name any island, so the text does not repeat the name.
    if slot is None:
        raise RefusedError(
            "no island of this name is known here, expected one listed at /v1/islands", reason=Reason.ISLAND_UNKNOWN
        )
    return slot


def find_slot_for_question(
    shelf: PopShelf, name: IslandName, *, named_tenants: Collection[str], now: datetime
) -> PopSlot:
    """The slot of an island, or an empty one if its tenant is known here: people take a question to it.

    A tenant is known if verified metadata or the configuration (`named_tenants`) names it. Raises `RefusedError`
    (`ISLAND_UNKNOWN`) for any other tenant.
    """
    slot = shelf.get(name)
    if slot is not None:
        return slot
    if name.tenant in shelf.tenants or name.tenant in named_tenants:
        return PopSlot(name=name, since=now)
    return find_slot(shelf, name)


def find_served(shelf: PopShelf, visible: PopSlot, now: datetime) -> tuple[PopEntry, IslandStatus]:
    """The revision of a slot as one session sees it. Raises `RefusedError` if it is not served now."""
    entry, status = visible.entry, shelf.status_of(visible, now)
    reason = unserved_reason(status)
    if reason is not None or entry is None:
        state = "not open yet" if reason is Reason.ISLAND_NOT_OPEN else status.state.value
        text = f"island '{status.island}' is {state}, expected one that is served"
        raise RefusedError(text, reason=reason or Reason.ISLAND_UNKNOWN)
    return entry, status
