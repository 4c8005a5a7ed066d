"""A question on its way through a PoP: when it is opened, and when it is concluded."""

from datetime import datetime
from typing import NamedTuple, TypeAlias

from edge.daemon.sync import PopSlot
from edge.decide import Asked, Conclusion
from edge.records import AskRequest, IslandStatus, RankedCandidate, Ticket, Verdict
from edge.tokens import ANONYMOUS, Asker

Ranked: TypeAlias = tuple[RankedCandidate, ...]


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
    is_known: bool = True
    """False if neither signed metadata nor the configuration names the island, only its tenant."""


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
