"""What became of tickets that origin has taken, as its desk reports it; remembered for a while, in the outbox's file.

Only ids, states and the desk's own reply: never what a viewer asked. A state only moves forward, so reports may arrive
late, doubled or in any order.
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from edge.records import DeskEvent, TicketState

REMEMBERED_S = 7 * 86_400.0
"""A viewer who has not come back for the answer within a week will not."""

MAX_REMEMBERED = 100_000
"""Tickets whose progress is kept; at about 200 bytes each, 20 MB."""

_ORDER = tuple(TicketState)


class TicketProgress:
    """States by ticket id; `transaction` is the outbox's."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        *,
        max_remembered: int = MAX_REMEMBERED,
    ) -> None:
        self._transaction, self._max_remembered = transaction, max_remembered

    def note_delivered(self, connection: sqlite3.Connection, ticket: str, origin: str, now: float) -> None:
        """Part of the transaction that forgets the ticket itself; a desk may have been quicker than our bookkeeping."""
        connection.execute(
            "INSERT INTO progress (id, origin, state, changed) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (ticket, origin, TicketState.DELIVERED, now),
        )

    def forget_old(self, connection: sqlite3.Connection, now: float) -> None:
        """Drop what nobody will ask for any more."""
        connection.execute("DELETE FROM progress WHERE changed < ?", (now - REMEMBERED_S,))
        connection.execute("DELETE FROM callbacks WHERE seen < ?", (now - REMEMBERED_S,))
        (count,) = connection.execute("SELECT count(*) FROM progress").fetchone()
        if count > self._max_remembered:
            connection.execute(
                "DELETE FROM progress WHERE id IN (SELECT id FROM progress ORDER BY changed LIMIT ?)",
                (count - self._max_remembered,),
            )

    def apply(self, callback: DeskEvent, origin: str, now: float) -> bool | None:
        """Whether the report was news; None when `origin` was never given such a ticket. Durable on return.

        The same report a second time is no news: its id is remembered longer than its signature is accepted.
        """
        with self._transaction() as connection:
            state = self._state(connection, callback.ticket, origin)
            if state is None:
                return None
            seen = connection.execute(
                "INSERT INTO callbacks (id, seen) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                (f"{origin}/{callback.id}", now),
            )
            if not seen.rowcount:
                return False
            reached = max(state, callback.state, key=_ORDER.index)
            connection.execute(
                "INSERT INTO progress (id, origin, state, changed, reply) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO"
                " UPDATE SET changed = CASE state WHEN excluded.state THEN changed ELSE excluded.changed END,"
                " state = excluded.state,"
                " reply = CASE excluded.reply WHEN '' THEN reply ELSE excluded.reply END",
                (callback.ticket, origin, reached, now, callback.reply),
            )
            return True

    def find(self, ticket: str) -> tuple[TicketState, float, str] | None:
        """State, since when (Unix seconds) and the desk's reply; None for an id that nobody was given lately."""
        with self._transaction() as connection:
            row = connection.execute("SELECT state, changed, reply FROM progress WHERE id = ?", (ticket,)).fetchone()
            if row is not None:
                return TicketState(row[0]), row[1], row[2]
            row = connection.execute("SELECT created, held FROM tickets WHERE id = ?", (ticket,)).fetchone()
        return None if row is None else (TicketState.DEAD_LETTER if row[1] else TicketState.WAITING, row[0], "")

    def _state(self, connection: sqlite3.Connection, ticket: str, origin: str) -> TicketState | None:
        """A desk may report before we have noted that it took the ticket."""
        row = (
            connection.execute("SELECT state FROM progress WHERE id = ? AND origin = ?", (ticket, origin)).fetchone()
            or connection.execute(
                "SELECT ? FROM tickets WHERE id = ? AND origin = ?", (TicketState.WAITING, ticket, origin)
            ).fetchone()
        )
        return None if row is None else TicketState(row[0])
