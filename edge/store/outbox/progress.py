"""Progress of delivered tickets, as desk events say it. It is kept for a week in the outbox's file.

The file keeps ids, states and the desk's replies, but no viewer's question. A state only moves forward, so desk events
may arrive late, twice or in any order. (The table of their ids keeps its first name, `callbacks`.)
"""

import math
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from edge.records import DeskEvent, TicketState
from edge.records.consent import ConsentMessage
from edge.records.merges import MergeMessage
from edge.store.leaves import WaitingLeaves
from edge.store.outbox.clock import boot_time_s

REMEMBERED_S = 7 * 86_400.0
"""How long progress is kept: one week. A viewer who has not come back for the answer by then will not."""

MAX_REMEMBERED = 100_000
"""Most tickets whose progress is kept. One takes about 200 bytes, so 20 MB in all."""

SETTLE_S = 3600.0
"""Nothing is forgotten for its age before the outbox has been open for so long. A machine that starts a year ahead has
the right time within minutes, and what was forgotten by then would be gone."""

LOOK_S = 60.0
"""How often old progress is looked for, if there is room for what is new."""

_ORDER = tuple(TicketState)

_DELIVERED = (
    "INSERT INTO progress (id, origin, state, changed) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO"
    " UPDATE SET state = excluded.state, changed = excluded.changed WHERE state = ?"
)
_STRANGERS = "SELECT 1 FROM progress WHERE origin NOT IN (SELECT value FROM json_each(?)) LIMIT 1"
_ADOPT = "UPDATE progress SET origin = '' WHERE origin NOT IN (SELECT value FROM json_each(?))"
_ADOPT_SEEN = (
    "UPDATE OR IGNORE callbacks SET id = substr(id, instr(id, '/'))"
    " WHERE substr(id, 1, instr(id, '/') - 1) NOT IN (SELECT value FROM json_each(?))"
)


class TicketProgress:
    """States of tickets by id, and the desk events that were applied. `transaction` is the outbox's."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        *,
        leaves: WaitingLeaves,
        max_remembered: int = MAX_REMEMBERED,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._leaves = leaves
        self._transaction, self._max_remembered = transaction, max_remembered
        self._settled_at = boot_time_s() + settle_s
        self._room, self._looked_at = 0, -math.inf

    def record_delivered(self, connection: sqlite3.Connection, ticket: str, origin: str, now: float) -> None:
        """Record that origin has the ticket, within the transaction that deletes it from the outbox.

        Consents and merges have no progress: many of them would make that of tickets be forgotten.
        """
        if ConsentMessage.is_id(ticket) or MergeMessage.is_id(ticket):
            return
        # A desk event may have arrived first. Its state is later than `delivered`, so it stays.
        connection.execute(_DELIVERED, (ticket, origin, TicketState.DELIVERED, now, TicketState.DROPPED))

    def record_dropped(self, connection: sqlite3.Connection, ticket: str, origin: str, now: float) -> None:
        """Record that an operator dropped the ticket, within the transaction that deletes it from the outbox.

        Consents and merges have no progress here either.
        """
        if ConsentMessage.is_id(ticket) or MergeMessage.is_id(ticket):
            return
        connection.execute(
            "INSERT INTO progress (id, origin, state, changed) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
            (ticket, origin, TicketState.DROPPED, now),
        )

    def record_late_delivery(self, connection: sqlite3.Connection, ticket: str, now: float) -> None:
        """Record that origin has a ticket that was dropped while it was on its way. Other tickets are not changed."""
        connection.execute(
            "UPDATE progress SET state = ?, changed = ? WHERE id = ? AND state = ?",
            (TicketState.DELIVERED, now, ticket, TicketState.DROPPED),
        )

    def adopt(self, connection: sqlite3.Connection, kept: str) -> None:
        """Give progress of origins that are not in `kept`, a JSON list of names, to the default origin.

        Ids of their events move along: an event that the default origin repeats is no news.
        """
        if connection.execute(_STRANGERS, (kept,)).fetchone() is not None:
            connection.execute(_ADOPT, (kept,))
            connection.execute(_ADOPT_SEEN, (kept,))

    def look_after(self, connection: sqlite3.Connection, now: float, *, new: int) -> None:
        """`forget_old` if there may be anything to forget. `new`: how many deliveries there are since the last call."""
        # To count the rows of a file that is nearly full takes milliseconds.
        self._room -= new
        if self._room < 0 or abs(now - self._looked_at) >= LOOK_S:
            self._looked_at = now
            self.forget_old(connection, now)

    def forget_old(self, connection: sqlite3.Connection, now: float) -> None:
        """Delete progress and ids of desk events that are too old, and the oldest progress beyond the limit.

        What is too old is kept for a while after the start (`SETTLE_S`).
        """
        if boot_time_s() >= self._settled_at:
            connection.execute("DELETE FROM progress WHERE changed < ?", (now - REMEMBERED_S,))
            connection.execute("DELETE FROM callbacks WHERE seen < ?", (now - REMEMBERED_S,))
            self._leaves.forget_old(connection, now - REMEMBERED_S)
        self._leaves.forget_surplus(connection)
        (count,) = connection.execute("SELECT count(*) FROM progress").fetchone()
        self._room = max(0, self._max_remembered - count)
        if count > self._max_remembered:
            connection.execute(
                "DELETE FROM progress WHERE id IN (SELECT id FROM progress ORDER BY changed LIMIT ?)",
                (count - self._max_remembered,),
            )

    def apply(self, event: DeskEvent, origin: str, now: float) -> bool | None:
        """Apply a desk event. True if it is new, False if it is a repetition. Durable on return.

        None: `origin` was never given such a ticket, or it was too long ago. `now` is in Unix seconds. The id of an
        event is kept longer than its signature is accepted, so a replayed event has no effect.
        """
        with self._transaction() as connection:
            state = self._state(connection, event.ticket, origin)
            if state is None:
                return None
            inserted = connection.execute(
                "INSERT INTO callbacks (id, seen) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
                (f"{origin}/{event.id}", now),
            )
            if not inserted.rowcount:
                return False
            furthest = max(state, event.state, key=_ORDER.index)
            connection.execute(
                "INSERT INTO progress (id, origin, state, changed, reply) VALUES (?, ?, ?, ?, ?) ON CONFLICT (id) DO"
                " UPDATE SET changed = CASE state WHEN excluded.state THEN changed ELSE excluded.changed END,"
                " state = excluded.state,"
                " reply = CASE excluded.reply WHEN '' THEN reply ELSE excluded.reply END",
                (event.ticket, origin, furthest, now, event.reply),
            )
            self._leaves.put_reply(connection, event)
        self._leaves.note_stored()
        return True

    def find(self, ticket: str) -> tuple[TicketState, float, str] | None:
        """State of a ticket, since when (Unix seconds), and the desk's reply. None: unknown, or too long ago."""
        with self._transaction() as connection:
            row = connection.execute("SELECT state, changed, reply FROM progress WHERE id = ?", (ticket,)).fetchone()
            if row is not None:
                return TicketState(row[0]), row[1], row[2]
            row = connection.execute("SELECT created, held FROM tickets WHERE id = ?", (ticket,)).fetchone()
        return None if row is None else (TicketState.DEAD_LETTER if row[1] else TicketState.WAITING, row[0], "")

    def _state(self, connection: sqlite3.Connection, ticket: str, origin: str) -> TicketState | None:
        """Recorded state of a ticket of `origin`. A desk event may arrive before the delivery is recorded."""
        row = (
            connection.execute("SELECT state FROM progress WHERE id = ? AND origin = ?", (ticket, origin)).fetchone()
            or connection.execute(
                "SELECT ? FROM tickets WHERE id = ? AND origin = ?", (TicketState.WAITING, ticket, origin)
            ).fetchone()
        )
        return None if row is None else TicketState(row[0])
