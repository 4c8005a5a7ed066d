"""How long the queue of each tenant is: the part of a load that the disk knows.

It is asked for every second, and there may be tens of thousands of open tickets: all that grows with them is counted by
triggers (`edge.desk.store.schema`), or found in an index.
"""

import sqlite3
from collections.abc import Collection
from typing import NamedTuple

from edge.desk.store.row_tickets import CLAIM_S
from edge.desk.store.scope import Scope
from edge.desk.store.store import DeskStore
from edge.records.desk import BoardLane, QueueState

_OPEN = "SELECT tenant, is_callback, SUM(tickets) FROM ticket_counts WHERE queue = ? GROUP BY tenant, is_callback"
# The index of claims alone: these are few.
_CLAIMED = (
    "SELECT tenant, is_callback, claimed_by, COUNT(*) FROM tickets INDEXED BY tickets_by_claim"
    " WHERE claimed_by != '' AND queue = ? AND ABS(? - claimed_at) < ? GROUP BY tenant, is_callback, claimed_by"
)
_OLDEST = (
    "SELECT received FROM tickets INDEXED BY tickets_by_load WHERE queue = ? AND tenant = ? AND is_callback = 0"
    " AND (claimed_by = '' OR ABS(? - claimed_at) >= ?) ORDER BY received LIMIT 1"
)
_NOT_TAKEN = (
    "SELECT is_callback, COUNT(*), MIN(received) FROM tickets INDEXED BY tickets_not_taken"
    " WHERE tenant = ? AND queue = 'open' AND state = 'delivered' GROUP BY is_callback"
)

_LANES = (
    "SELECT lane, SUM(tickets) FROM ticket_counts WHERE queue = ? AND tenant = ? AND ? IN ('', lane)"
    " GROUP BY lane ORDER BY lane"
)
_FIRST_OF_LANE = (
    "SELECT received, due FROM tickets INDEXED BY tickets_by_lane_age WHERE tenant = ? AND queue = ? AND lane = ?"
    " ORDER BY received LIMIT 1"
)
_LATE = (
    "SELECT COUNT(*) FROM tickets INDEXED BY tickets_by_lane_due"
    " WHERE tenant = ? AND queue = ? AND lane = ? AND due < ?"
)


class TenantQueue(NamedTuple):
    """What waits for the people of one tenant. A claimed ticket waits no more."""

    depth: int
    """Tickets that wait, without promised callbacks."""
    callbacks: int
    oldest_s: float
    """Seconds that the oldest of them has waited; 0 if none waits."""


def queues_of(store: DeskStore, relayed: Collection[str] = ()) -> tuple[dict[str, TenantQueue], set[str]]:
    """The queue of each tenant that has one, and the agents who have claimed an open ticket.

    `relayed`: tenants whose people work at a desk behind. There, a ticket that somebody has taken up waits no more.
    """
    now = store.clock()
    with store.reading() as connection:
        counts = {(tenant, bool(kind)): count for tenant, kind, count in connection.execute(_OPEN, (QueueState.OPEN,))}
        claimed = connection.execute(_CLAIMED, (QueueState.OPEN, now, CLAIM_S)).fetchall()
        for tenant, kind, _, count in claimed:
            counts[tenant, bool(kind)] -= count
        tenants = sorted({tenant for tenant, _ in counts} - set(relayed))
        queues = {tenant: _queue(connection, tenant, counts, now) for tenant in tenants}
        queues |= {tenant: _relayed_queue(connection, tenant, now) for tenant in relayed}
    waiting = {tenant: queue for tenant, queue in queues.items() if queue.depth or queue.callbacks}
    return waiting, {agent for _, _, agent, _ in claimed}


def _queue(connection: sqlite3.Connection, tenant: str, counts: dict[tuple[str, bool], int], now: float) -> TenantQueue:
    depth, callbacks = counts.get((tenant, False), 0), counts.get((tenant, True), 0)
    row = connection.execute(_OLDEST, (QueueState.OPEN, tenant, now, CLAIM_S)).fetchone() if depth else None
    return TenantQueue(depth, callbacks, max(0.0, now - row[0]) if row else 0.0)


def _relayed_queue(connection: sqlite3.Connection, tenant: str, now: float) -> TenantQueue:
    found = {bool(kind): (count, oldest) for kind, count, oldest in connection.execute(_NOT_TAKEN, (tenant,))}
    depth, oldest = found.get(False, (0, now))
    return TenantQueue(depth, found.get(True, (0, now))[0], max(0.0, now - oldest))


def lanes_of(store: DeskStore, scope: Scope) -> tuple[BoardLane, ...]:
    """The lanes with open tickets that a reader sees, claimed ones included, by name."""
    now = store.clock()
    with store.reading() as connection:
        lanes = connection.execute(_LANES, (QueueState.OPEN, *scope)).fetchall()
        return tuple(_lane(connection, scope.tenant, lane, count, now) for lane, count in lanes)


def _lane(connection: sqlite3.Connection, tenant: str, lane: str, count: int, now: float) -> BoardLane:
    place = (tenant, QueueState.OPEN, lane)
    (late,) = connection.execute(_LATE, (*place, now)).fetchone()
    oldest, due = connection.execute(_FIRST_OF_LANE, place).fetchone()
    return BoardLane(
        lane=lane,
        open=count,
        late=late,
        oldest_s=round(max(0.0, now - oldest), 3),
        promised_s=round(max(0.0, due - oldest), 3) if due is not None else None,
    )
