"""Everything that a PoP remembers between questions. Bounded, in memory; nothing in it is lost that was promised."""

from datetime import datetime
from typing import NamedTuple

from edge.daemon.people.desk_loads import DeskLoads
from edge.daemon.people.in_flight import InFlightTickets
from edge.daemon.people.open_tickets import OpenTickets
from edge.daemon.people.posted import PostedAnswers
from edge.daemon.people.sessions import Sessions
from edge.daemon.people.steerings import Steerings
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics


class Remembered(NamedTuple):
    """`ask.standing` reads it for a decision, `ask.remember` writes what was concluded."""

    sessions: Sessions
    loads: DeskLoads
    steerings: Steerings
    posted: PostedAnswers
    open_tickets: OpenTickets
    in_flight: InFlightTickets

    def threshold(self, entry: PopEntry, now: datetime) -> float:
        """How sure the machine must be for an answer of this island; surge control is moved on to `now`."""
        load = self.loads.get(entry.island.tenant, now)
        return self.steerings.observe(entry, None, load, now).threshold


def nothing_remembered(metrics: Metrics, *, sessions: int) -> Remembered:
    """As at every start. `sessions`: how many sessions, tickets and posted answers are remembered."""
    open_tickets, in_flight = OpenTickets(sessions), InFlightTickets()
    return Remembered(
        sessions=Sessions(sessions, open_tickets),
        loads=DeskLoads(in_flight),
        steerings=Steerings(metrics),
        posted=PostedAnswers(sessions),
        open_tickets=open_tickets,
        in_flight=in_flight,
    )
