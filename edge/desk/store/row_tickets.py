"""Tickets as actions see them: who has one now, and which others of its row an action is for."""

import sqlite3
from typing import NamedTuple

from edge.records.desk import QueueState

CLAIM_S = 900.0
"""A claim ends this long after the last action of the agent who has it."""

MAX_AT_ONCE = 1_000
"""Tickets of a row that one action changes. The action can be sent again for the rest."""

NEVER = 1e18
"""A time in no file (Unix seconds)."""

TICKET = "SELECT id, pop, tenant, lane, row, queue, state, claimed_by, claimed_at, replied_by, reply FROM tickets"
OVER = f"{TICKET} WHERE claimed_by != '' AND (claimed_at <= ? OR claimed_at >= ?) LIMIT {MAX_AT_ONCE}"
_RESOLVED = "SELECT MAX(at) FROM audit WHERE ticket = ? AND who = ? AND action = 'resolve'"

# Which others of a row an action is for. Those that it changed are not found again, so that a repetition gets further.
_ROW = f"{TICKET} WHERE row = :row AND queue = :queue AND id != :id"
_CLAIMED = "claimed_by != '' AND ABS(:now - claimed_at) < :claim_s"
_IN_ORDER = "ORDER BY COALESCE(due, 1e18), received, number LIMIT :limit"
FREE = f"{_ROW} AND received <= :until AND NOT ({_CLAIMED} AND claimed_by != :agent) {_IN_ORDER}"
UNCLAIMED = f"{_ROW} AND NOT ({_CLAIMED}) {_IN_ORDER}"
OF_OTHERS = f"{_ROW} AND {_CLAIMED} AND claimed_by != :agent LIMIT :limit"
OWN = f"{_ROW} AND {_CLAIMED} AND claimed_by = :agent ORDER BY claimed_at LIMIT :limit"


class TicketLine(NamedTuple):
    """What an action needs of a ticket: the columns of `TICKET`."""

    id: str
    pop: str
    tenant: str
    lane: str
    row: str
    queue: str
    state: str
    claimed_by: str
    claimed_at: float
    replied_by: str
    reply: str

    def owner(self, now: float) -> str:
        """Who has it now; empty: nobody. A claim from the future was made before the clock was set back."""
        return self.claimed_by if abs(now - self.claimed_at) < CLAIM_S else ""

    @property
    def before_resolved(self) -> QueueState:
        """In which state of the queue it was before it was resolved."""
        return QueueState.ANSWERED if self.replied_by else QueueState.OPEN


class RowOthers:
    """Other tickets of the row of `first` in one state, as they concern an agent."""

    def __init__(
        self, connection: sqlite3.Connection, first: TicketLine, agent: str, now: float, *, queue: str
    ) -> None:
        self._connection = connection
        self._of = {"row": first.row, "queue": queue, "id": first.id, "agent": agent, "now": now, "claim_s": CLAIM_S}

    def find(self, *statements: str, limit: int = MAX_AT_ONCE - 1, until: float = NEVER) -> list[TicketLine]:
        """The first ones that the statements find, in turn; those that came by `until` where one asks for it."""
        found = list[TicketLine]()
        for statement in statements:
            arguments = self._of | {"until": until, "limit": limit - len(found)}
            found += [TicketLine(*row) for row in self._connection.execute(statement, arguments)]
        return found


def resolved_at(connection: sqlite3.Connection, first: TicketLine, agent: str) -> float:
    """When the agent resolved the ticket (Unix seconds); before everything if somebody else did."""
    (at,) = connection.execute(_RESOLVED, (first.id, agent)).fetchone()
    return -NEVER if at is None else at
