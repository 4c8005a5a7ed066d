"""How long the queue of each tenant is: the part of a load that the disk knows."""

from typing import NamedTuple

from edge.desk.store.actions import CLAIM_S
from edge.desk.store.store import DeskStore
from edge.records.desk import QueueState

_WAITING = (
    "SELECT tenant, SUM(is_callback = 0), SUM(is_callback), MIN(CASE WHEN is_callback = 0 THEN received END)"
    " FROM tickets WHERE queue = ? AND (claimed_by = '' OR ABS(? - claimed_at) >= ?) GROUP BY tenant"
)
_BUSY = "SELECT DISTINCT claimed_by FROM tickets WHERE queue = ? AND claimed_by != '' AND ABS(? - claimed_at) < ?"


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
