"""How merges end: with the tickets that they name, with their time, or when one of their sessions is erased.

A merge shows somebody something as long as both of its sessions have a ticket. It goes with the last ticket of either.
One that never had both, and an undoing without its merge, stay as long as a ticket would.
"""

import sqlite3
from collections.abc import Iterable

from edge.desk.merges.book import Place

_PLACES = "SELECT DISTINCT island, session FROM ticket_sessions WHERE ticket = ?"
_HAS_TICKET = "SELECT 1 FROM ticket_sessions WHERE island = ? AND session = ? LIMIT 1"
_OF_PLACE = "SELECT tenant, merge FROM merges WHERE tenant = ? AND island = ? AND session = ?"
_OF_SESSION = "SELECT DISTINCT tenant, merge FROM merges WHERE tenant = ? AND session = ?"
_OLD = (
    "SELECT tenant, merge FROM merge_times AS old WHERE received < ? AND NOT EXISTS"
    " (SELECT 1 FROM merges AS one WHERE one.tenant = old.tenant AND one.merge = old.merge"
    " AND EXISTS (SELECT 1 FROM ticket_sessions AS t WHERE t.island = one.island AND t.session = one.session)"
    " AND EXISTS (SELECT 1 FROM ticket_sessions AS t"
    " WHERE t.island = one.other_island AND t.session = one.other_session))"
    " ORDER BY received LIMIT ?"
)
_DELETE = tuple(f"DELETE FROM {name} WHERE tenant = ? AND merge = ?" for name in ("merges", "merges_undone"))  # noqa: S608 - constants
_DELETE_TIME = "DELETE FROM merge_times WHERE tenant = ? AND merge = ?"


def sessions_of(connection: sqlite3.Connection, tickets: Iterable[str]) -> set[Place]:
    """The sessions of these tickets. Call it before they are deleted."""
    return {Place(*row) for ticket in tickets for row in connection.execute(_PLACES, (ticket,))}


def end_without_tickets(connection: sqlite3.Connection, places: Iterable[Place]) -> int:
    """Delete the merges of those of these sessions that have no ticket any more. Gives how many.

    Within the transaction that deleted the tickets.
    """
    return _delete(
        connection,
        {
            merge
            for place in places
            if connection.execute(_HAS_TICKET, place).fetchone() is None
            for merge in connection.execute(_OF_PLACE, (place.island.partition("/")[0], *place))
        },
    )


def end_old(connection: sqlite3.Connection, *, before: float, at_most: int) -> int:
    """Delete the first merges that came before `before` (Unix seconds) and show nobody anything. Gives how many."""
    return _delete(connection, connection.execute(_OLD, (before, at_most)).fetchall())


def end_of_session(connection: sqlite3.Connection, tenant: str, session: str) -> int:
    """Delete the merges that name a session, with their undoings. Gives how many."""
    return _delete(connection, connection.execute(_OF_SESSION, (tenant, session)).fetchall())


def _delete(connection: sqlite3.Connection, merges: Iterable[tuple[str, str]]) -> int:
    count = 0
    for merge in merges:
        for statement in _DELETE:
            connection.execute(statement, merge)
        count += connection.execute(_DELETE_TIME, merge).rowcount
    return count
