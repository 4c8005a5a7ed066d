"""For how long has an origin been silent although tickets wait for it?

An origin that takes tickets is not silent, however old a ticket is that it does not take. Nor does an old ticket alone
say anything: perhaps it is the ticket, and nothing else came since. So a few new tickets are let in, by which a well
origin can show itself.
"""

import sqlite3
from collections.abc import Iterable, Mapping

from edge.store.outbox.usage import NO_TENANT, TICKETS, Usage, UsageKey, tickets_of

MAX_PROBES = 4
"""New tickets of one tenant that are let in, however many old ones wait. A dead origin gets no more in `max_age_s`."""

_OLDEST = "SELECT created FROM tickets WHERE held = 0 AND tenant = ? AND priority = ? ORDER BY created LIMIT 1"
_NEW = "SELECT 1 FROM tickets WHERE held = 0 AND tenant = ? AND priority = ? AND created > ? LIMIT ?"


def record_taken(connection: sqlite3.Connection, origin: str, now: float) -> None:
    """Record that `origin` has taken a ticket at `now` (Unix seconds), within the transaction that deletes it."""
    connection.execute("INSERT OR REPLACE INTO origins (name, taken) VALUES (?, ?)", (origin, now))


def oldest_of(connection: sqlite3.Connection, tenants: Iterable[str]) -> float | None:
    """When the ticket of these tenants that has waited longest was put (Unix seconds). None: no ticket waits."""
    keys = [(tenant, priority) for tenant in tenants for priority in TICKETS]
    rows = [row for key in keys for row in connection.execute(_OLDEST, key)]
    return min((created for (created,) in rows), default=None)


def silence_s(
    connection: sqlite3.Connection,
    usage: Mapping[UsageKey, Usage],
    tenant: str,
    origin: str,
    *,
    now: float,
    max_age_s: float,
) -> float:
    """Seconds since `origin` took a ticket while tickets of `tenant` waited; 0 if too few new ones wait to say so.

    A ticket is new for `max_age_s`. `usage`: of all parcels; no more than it says can wait. `now` is in Unix seconds.
    """
    if tickets_of(usage, tenant).parcels <= MAX_PROBES:
        return 0.0
    new = [
        row
        for priority in TICKETS
        for row in connection.execute(_NEW, (tenant, priority, now - max_age_s, MAX_PROBES + 1))
    ]
    if len(new) <= MAX_PROBES:
        return 0.0
    oldest = oldest_of(connection, (NO_TENANT, tenant))
    if oldest is None:
        return 0.0
    row = connection.execute("SELECT taken FROM origins WHERE name = ?", (origin,)).fetchone()
    return max(0.0, now - max(oldest, row[0] if row else 0.0))
