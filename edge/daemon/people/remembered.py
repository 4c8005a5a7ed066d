"""Everything that a PoP remembers between questions.

All of it is bounded and in memory. A restart loses it, except the traffic that thresholds follow. Promises to viewers
are not here: tickets are in the outbox, and a callback promise is a token that the viewer has.
"""

from datetime import datetime
from typing import NamedTuple

from edge.daemon.people.boards import Boards
from edge.daemon.people.desk_loads import DeskLoads
from edge.daemon.people.in_flight import InFlightTickets
from edge.daemon.people.open_questions import OpenQuestions
from edge.daemon.people.open_tickets import OpenTickets
from edge.daemon.people.outcomes import Outcomes
from edge.daemon.people.posted import PostedAnswers
from edge.daemon.people.sessions import Sessions
from edge.daemon.people.steerings import Steerings, Traffic
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import ChannelClass, LiveThreshold


class Remembered(NamedTuple):
    """What a PoP remembers. `ask.standing` reads it for a decision, `ask.remember` writes conclusions to it."""

    sessions: Sessions
    loads: DeskLoads
    steerings: Steerings
    posted: PostedAnswers
    open_tickets: OpenTickets
    in_flight: InFlightTickets
    boards: Boards
    open_questions: OpenQuestions
    outcomes: Outcomes

    def threshold(self, entry: PopEntry, now: datetime, channel: ChannelClass = ChannelClass.WIDGET) -> LiveThreshold:
        """The threshold in force in a class of channel; surge control is updated to `now`. No question is counted."""
        return self.steerings.threshold(entry, self.loads.get(entry.island.tenant, now), now, channel)


def nothing_remembered(
    metrics: Metrics, *, sessions: int, traffic: Traffic | None = None, salt: bytes = b""
) -> Remembered:
    """An empty memory, as at every start; only the `traffic` of islands is kept over one.

    `salt`, up to 64 bytes and the same after a restart, makes the digests of askers in it. `sessions` bounds the
    number of sessions, tickets and posted answers each.
    """
    open_tickets, in_flight = OpenTickets(sessions), InFlightTickets()
    return Remembered(
        sessions=Sessions(sessions, open_tickets),
        loads=DeskLoads(in_flight),
        steerings=Steerings(metrics, traffic, salt=salt),
        posted=PostedAnswers(sessions),
        open_tickets=open_tickets,
        in_flight=in_flight,
        boards=Boards(),
        open_questions=OpenQuestions(),
        outcomes=Outcomes(),
    )
