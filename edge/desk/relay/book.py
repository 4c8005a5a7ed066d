"""Where each ticket is at the desk behind this one, and how far its conversation has been read. In the desk's own file.

What a look found is stored in one transaction with the events for PoPs and with how far it was read. So a desk that is
killed in between looks again and finds the same; one that was killed after it knows it. A ticket that was handed on and
not noted is handed on again: the desk behind recognises it.

The tables are made when a desk with relays starts. Rows go with their tickets, also in a desk without relays. `desk`
names the desk behind: numbers of conversations are good for that one. A ticket has no conversation (0) until it is
handed on.
"""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from edge.desk.consents import consent_now, within_consent
from edge.desk.relay.batches import DueTicket
from edge.desk.relay.outcome import RelayedTicket, apply, steps
from edge.desk.relay.tables import TABLES
from edge.desk.store import DeskStore, record
from edge.records.desk import QueueState
from edge.wire.conversations import ConversationLook
from edge.wire.desks import TicketPlace

AFTERWARDS_S = 3_600.0
"""How long a conversation is looked at after the last that was found there: people add to what they have resolved."""

# A ticket's clock may have been set back since: then it is due.
_DUE = (
    "SELECT t.id, t.body, coalesce(r.attempts, 0) FROM tickets AS t"
    " LEFT JOIN relay_tickets AS r ON r.ticket = t.id AND r.desk = ?1"
    " WHERE t.tenant = ?2 AND t.queue = ?3 AND (r.ticket IS NULL OR (r.conversation = 0 AND r.due <= ?4))"
    " ORDER BY t.number LIMIT ?5"
)
_OPEN = (
    "SELECT DISTINCT c.number, c.seen FROM relay_conversations AS c"
    " JOIN relay_tickets AS r ON r.desk = c.desk AND r.conversation = c.number JOIN tickets AS t ON t.id = r.ticket"
    " WHERE c.desk = ? AND t.tenant = ? AND c.is_gone = 0 AND (t.queue != ? OR c.until > ?)"
)
_TICKETS = (
    "SELECT t.id, r.message, r.is_follow_up, t.pop, t.tenant, t.lane, t.row, t.queue, t.state"
    " FROM relay_tickets AS r JOIN tickets AS t ON t.id = r.ticket"
    " WHERE r.desk = ? AND r.conversation = ? ORDER BY r.message, t.number"
)
_OVER = (
    "SELECT t.id, r.conversation, r.attempts FROM relay_tickets AS r JOIN tickets AS t ON t.id = r.ticket"
    " JOIN relay_conversations AS c ON c.desk = r.desk AND c.number = r.conversation"
    " WHERE r.desk = ? AND t.tenant = ? AND t.queue != ? AND r.is_over = 0 AND c.is_gone = 0 AND r.due <= ? LIMIT ?"
)


class OpenConversation(NamedTuple):
    """A conversation that is looked at."""

    number: int
    seen: int
    """Id of the newest message that was read."""


class OverTicket(NamedTuple):
    """A ticket whose end is to be told now."""

    id: str
    conversation: int
    attempts: int


class RelayBook:
    """The book of one tenant's relay. For the desk's thread. Every method raises `StorageError` if the disk fails."""

    def __init__(self, store: DeskStore, *, desk: str, tenant: str, who: str) -> None:
        """Make the tables. `who` stands in the audit log for what people do at the desk behind."""
        self._store, self._desk, self._tenant, self._who = store, desk, tenant, who
        with store.changing() as connection:
            for statement in TABLES:
                connection.execute(statement)

    def due(self, limit: int) -> list[DueTicket]:
        """Open tickets that are to be handed on now, oldest first."""
        now = self._store.clock()
        arguments = (self._desk, self._tenant, QueueState.OPEN, now, limit)
        with self._store.reading() as connection:
            return [
                DueTicket(ticket, within_consent(body, consent_now(connection, body, now=now)), attempts)
                for ticket, body, attempts in connection.execute(_DUE, arguments).fetchall()
            ]

    def root(self, viewer: str) -> str:
        """The ticket with which the viewer's conversation began; empty if there is none."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT root FROM relay_conversations WHERE desk = ? AND viewer = ? AND is_gone = 0"
                " ORDER BY number DESC LIMIT 1",
                (self._desk, viewer),
            ).fetchone()
        return str(row[0]) if row else ""

    def placed(self, ticket: str, place: TicketPlace, *, viewer: str, is_follow_up: bool) -> None:
        """Note where a ticket is. Durable on return; repeated, it changes nothing."""
        with self._store.changing() as connection:
            connection.execute(
                "INSERT INTO relay_conversations (desk, number, viewer, root) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (desk, number) DO UPDATE SET is_gone = 0",
                (self._desk, place.conversation, viewer, ticket),
            )
            connection.execute(
                "INSERT INTO relay_tickets (ticket, desk, conversation, message, is_follow_up) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (ticket, desk) DO UPDATE SET conversation = excluded.conversation,"
                " message = excluded.message, is_follow_up = excluded.is_follow_up, attempts = 0, due = 0, fault = ''",
                (ticket, self._desk, place.conversation, place.message, is_follow_up),
            )
            self._record(connection, ticket, f"hand on to {self._who}")

    def failed(self, ticket: str, *, again_in_s: float, fault: str) -> None:
        """Note what went wrong with a ticket: `fault` is in its history once. It is due again after `again_in_s`."""
        with self._store.changing() as connection:
            known = connection.execute(
                "SELECT fault FROM relay_tickets WHERE ticket = ? AND desk = ?", (ticket, self._desk)
            ).fetchone()
            connection.execute(
                "INSERT INTO relay_tickets (ticket, desk, due, attempts, fault) VALUES (?, ?, ?, 1, ?)"
                " ON CONFLICT (ticket, desk) DO UPDATE SET due = excluded.due, attempts = attempts + 1,"
                " fault = excluded.fault",
                (ticket, self._desk, self._store.clock() + again_in_s, fault),
            )
            if known is None or known[0] != fault:
                self._record(connection, ticket, f"{self._who}: {fault}")

    def open_conversations(self) -> list[OpenConversation]:
        """Conversations with a ticket that is not resolved, or was until `AFTERWARDS_S` ago."""
        arguments = (self._desk, self._tenant, QueueState.RESOLVED, self._store.clock())
        with self._store.reading() as connection:
            rows = connection.execute(_OPEN, arguments)
            return [OpenConversation(*row) for row in rows]

    def conversation_of(self, ticket: str) -> OpenConversation | None:
        """The conversation that a ticket is in; None if it is in none of this tenant."""
        with self._store.reading() as connection:
            row = connection.execute(
                "SELECT c.number, c.seen FROM relay_tickets AS r JOIN tickets AS t ON t.id = r.ticket"
                " JOIN relay_conversations AS c ON c.desk = r.desk AND c.number = r.conversation"
                " WHERE r.ticket = ? AND r.desk = ? AND t.tenant = ? AND c.is_gone = 0",
                (ticket, self._desk, self._tenant),
            ).fetchone()
        return OpenConversation(*row) if row else None

    def take(self, number: int, look: ConversationLook) -> int:
        """Store what a look found, with the events for PoPs. Durable on return.

        Returns how many new replies reach nobody, because nobody knows to whom they were written.
        """
        with self._store.reading() as connection:
            seen, tickets = self._known(connection, number)
            replies = tuple(one for one in look.replies if self._is_own(connection, number, one.message))
            look = look._replace(replies=replies)
            doubtful = [one for one in look.doubtful if one > seen and self._is_own(connection, number, one)]
        found = steps(tickets, look, seen=seen, who=self._who)
        if look.newest <= seen and not found:
            return 0
        with self._store.changing() as connection:
            over = apply(connection, found, store=self._store, who=self._who)
            connection.execute(
                "UPDATE relay_conversations SET seen = ?, until = ? WHERE desk = ? AND number = ?",
                (max(seen, look.newest), self._store.clock() + AFTERWARDS_S, self._desk, number),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO relay_replies (desk, message, conversation) VALUES (?, ?, ?)",
                [(self._desk, one.message, number) for one in look.replies if one.message > seen],
            )
            self._set_over(connection, over)
            if doubtful:
                self._record_doubt(connection, (number, *look.merged))
        return len(doubtful)

    def gone(self, number: int) -> None:
        """Note that a conversation was deleted: its open tickets wait for people here. Durable on return."""
        with self._store.changing() as connection:
            connection.execute(
                "UPDATE relay_conversations SET is_gone = 1 WHERE desk = ? AND number = ?", (self._desk, number)
            )
            for one in self._known(connection, number)[1]:
                if one.queue != QueueState.RESOLVED:
                    action = f"its conversation was deleted at {self._who}: answer it here, or resolve it"
                    self._record(connection, one.id, action)

    def over_here(self, limit: int) -> list[OverTicket]:
        """Tickets that were answered or solved here, whose people at the desk behind do not know of it yet."""
        arguments = (self._desk, self._tenant, QueueState.OPEN, self._store.clock(), limit)
        with self._store.reading() as connection:
            return [OverTicket(*row) for row in connection.execute(_OVER, arguments)]

    def told(self, ticket: str) -> None:
        """Note that people at the desk behind know that a ticket is over. Durable on return."""
        with self._store.changing() as connection:
            self._set_over(connection, [ticket])
            connection.execute(
                "UPDATE relay_conversations SET until = ? WHERE desk = ? AND number ="
                " (SELECT conversation FROM relay_tickets WHERE ticket = ? AND desk = ?)",
                (self._store.clock() + AFTERWARDS_S, self._desk, ticket, self._desk),
            )

    def _record_doubt(self, connection: sqlite3.Connection, conversations: Iterable[int]) -> None:
        """Add to the history of the newest ticket of each conversation."""
        action = f"conversations were merged at {self._who}: a reply from before reached nobody, send it again"
        for number in conversations:
            for one in self._known(connection, number)[1][-1:]:
                self._record(connection, one.id, action)

    def _is_own(self, connection: sqlite3.Connection, number: int, message: int) -> bool:
        """False for a reply that another viewer has: Zammad moves the articles of a merged ticket with their ids."""
        row = connection.execute(
            "SELECT conversation FROM relay_replies WHERE desk = ? AND message = ?", (self._desk, message)
        ).fetchone()
        return row is None or row[0] == number

    def _known(self, connection: sqlite3.Connection, number: int) -> tuple[int, list[RelayedTicket]]:
        row = connection.execute(
            "SELECT seen FROM relay_conversations WHERE desk = ? AND number = ?", (self._desk, number)
        ).fetchone()
        tickets = [RelayedTicket(*one) for one in connection.execute(_TICKETS, (self._desk, number))]
        return (int(row[0]) if row else 0), tickets

    def _record(self, connection: sqlite3.Connection, ticket: str, action: str) -> None:
        """Add to the history of a ticket, which its row shows."""
        record(connection, at=self._store.clock(), who="desk", action=action, ticket=ticket)
        for row in connection.execute("SELECT row, tenant, lane FROM tickets WHERE id = ?", (ticket,)).fetchall():
            self._store.note_row(*row)

    def _set_over(self, connection: sqlite3.Connection, tickets: Iterable[str]) -> None:
        for ticket in tickets:
            connection.execute(
                "UPDATE relay_tickets SET is_over = 1 WHERE ticket = ? AND desk = ?", (ticket, self._desk)
            )
