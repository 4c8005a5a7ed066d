"""A question on its way through a PoP: when it is opened, and when it is concluded."""

import time
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias

from edge.daemon.sync import PopSlot
from edge.decide import Asked, Conclusion
from edge.records import (
    AskRequest,
    IslandStatus,
    PressedButton,
    RankedCandidate,
    Ticket,
    Verdict,
)
from edge.records.trees import TypedValue
from edge.tokens import ANONYMOUS, Asker
from edge.triage import Message, read_message, without_spans

Ranked: TypeAlias = tuple[RankedCandidate, ...]


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
    source_id: str = ""
    """Of a posted message: the id that its tenant's system has for it."""

    def elapsed_ms(self) -> float:
        """Milliseconds since it arrived, to three digits."""
        return round((time.perf_counter() - self.began) * 1000, 3)


class Concluded(NamedTuple):
    """What became of a question, for the response."""

    conclusion: Conclusion
    verdict: Verdict | None
    ranked: Ranked
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
