"""How long the queue of each tenant is: the part of a load that the disk knows."""

from typing import NamedTuple

from edge.desk.store.row_tickets import CLAIM_S
from edge.desk.store.scope import Scope
from edge.desk.store.store import DeskStore
from edge.records.desk import BoardLane, QueueState

_WAITING = (
    "SELECT tenant, SUM(is_callback = 0), SUM(is_callback), MIN(CASE WHEN is_callback = 0 THEN received END)"
    " FROM tickets WHERE queue = ? AND (claimed_by = '' OR ABS(? - claimed_at) >= ?) GROUP BY tenant"
)
_BUSY = "SELECT DISTINCT claimed_by FROM tickets WHERE queue = ? AND claimed_by != '' AND ABS(? - claimed_at) < ?"


# SQLite takes `due` from the row that has the minimum (lang_select.html, "bare columns").
_LANES = (
    "SELECT lane, COUNT(*), SUM(due IS NOT NULL AND due < ?), MIN(received), due"
    " FROM tickets WHERE tenant = ? AND queue = ? GROUP BY lane ORDER BY lane"
)


class TenantQueue(NamedTuple):
    """What waits for the people of one tenant. A claimed ticket waits no more."""

    depth: int
    """Tickets that wait, without promised callbacks."""
    callbacks: int
    oldest_s: float
    """Seconds that the oldest of them has waited; 0 if none waits."""


def queues_of(store: DeskStore) -> tuple[dict[str, TenantQueue], set[str]]:
    """The queue of each tenant that has one, and the agents who have claimed an open ticket."""
    now = store.clock()
    with store.reading() as connection:
        queues = {
            tenant: TenantQueue(depth, callbacks, max(0.0, now - oldest) if oldest is not None else 0.0)
            for tenant, depth, callbacks, oldest in connection.execute(_WAITING, (QueueState.OPEN, now, CLAIM_S))
        }
        busy = {agent for (agent,) in connection.execute(_BUSY, (QueueState.OPEN, now, CLAIM_S))}
    return queues, busy


def lanes_of(store: DeskStore, scope: Scope) -> tuple[BoardLane, ...]:
    """The lanes with open tickets that a reader sees, claimed ones included, by name."""
    now = store.clock()
    with store.reading() as connection:
        found = connection.execute(_LANES, (now, scope.tenant, QueueState.OPEN)).fetchall()
    return tuple(
        BoardLane(
            lane=lane,
            open=count,
            late=late,
            oldest_s=round(max(0.0, now - oldest), 3),
            promised_s=round(max(0.0, due - oldest), 3) if due is not None else None,
        )
        for lane, count, late, oldest, due in found
        if scope.lane in {"", lane}
    )
