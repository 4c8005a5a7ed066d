"""What a PoP has counted, and what it must remember to go on counting: contacts, tickets, who has said what.

One SQLite file, `directory/tally/tally.db`. A transaction is durable when it ends; its user makes one a second out of
all that happened. Everything in it is bounded by age and by number. It holds neither questions nor replies nor names of
sessions. Names of counts lie there in stored words (`edge.records.stored_words`).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from edge.records import current_count, stored_count
from edge.store.files import SqliteStore, database_errors
from edge.store.tally.schema import FILE, open_tally
from edge.tally import BOUNDS_S, Contact, ContactState, Counts, TicketRecord

_ADD = (
    "INSERT INTO counts (hour, island, snippet, name, count) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET count = count + excluded.count"
)
_DAY_S = 86_400


class TallyBounds(NamedTuple):
    """How much is kept, and how long."""

    keep_s: float = 35 * _DAY_S
    max_counts: int = 500_000
    max_contacts: int = 100_000
    max_tickets: int = 100_000
    max_feedback: int = 500_000
    heard_s: float = 7 * _DAY_S


class TallyStore(SqliteStore):
    """The tally in `directory/tally`; for one process, and for the one thread that opens, uses and closes it.

    `connection` is what a test's failing disk replaces. `set_aside`: where a file that could not be used was moved.
    Raises `ConfigError` when the operator must act and `StorageError` when the disk cannot be used.
    """

    def __init__(
        self,
        directory: Path,
        *,
        bounds: TallyBounds | None = None,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self._bounds = bounds or TallyBounds()
        self._home, self._connection, self.set_aside = open_tally(directory, factory=connection)
        self._file = self._home.folder / FILE

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything done inside is durable afterwards, or nothing is."""
        self._home.check_thread()
        with database_errors(self._file):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise

    def add(self, counts: Counts) -> None:
        """Add to what was counted."""
        self._connection.executemany(
            _ADD, [(*about, stored_count(name), count) for (*about, name), count in counts.items()]
        )

    def contact(self, name: bytes) -> Contact | None:
        """A contact that is not over."""
        row = self._connection.execute(
            "SELECT island, snippet, began, state, answers FROM contacts WHERE contact = ?", (name,)
        ).fetchone()
        return None if row is None else _contact(*row)

    def put_contact(self, name: bytes, contact: Contact) -> None:
        """Remember it, in place of an earlier one of the same name."""
        self._connection.execute(
            "INSERT OR REPLACE INTO contacts (contact, island, snippet, began, state, answers)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (name, *contact),
        )

    def contacts_before(self, began: float) -> list[Contact]:
        """Forget the contacts that began earlier, and give them back."""
        rows = self._connection.execute(
            "DELETE FROM contacts WHERE began < ? RETURNING island, snippet, began, state, answers", (began,)
        ).fetchall()
        return [_contact(*row) for row in rows]

    def contacts_too_many(self) -> list[Contact]:
        """Forget the oldest contacts beyond the bound, and give them back."""
        rows = self._connection.execute(
            "DELETE FROM contacts WHERE contact IN (SELECT contact FROM contacts ORDER BY began DESC LIMIT -1 OFFSET ?)"
            " RETURNING island, snippet, began, state, answers",
            (self._bounds.max_contacts,),
        ).fetchall()
        return [_contact(*row) for row in rows]

    def ticket(self, ticket: str) -> TicketRecord | None:
        """What is remembered of a ticket."""
        row = self._connection.execute(
            "SELECT island, snippet, asked, revision, suggested, acknowledged, replied, resolved"
            " FROM tickets WHERE id = ?",
            (ticket,),
        ).fetchone()
        if row is None:
            return None
        island, snippet, asked, revision, suggested, *done = row
        return TicketRecord(island, snippet, asked, revision, tuple(suggested.split()), *map(bool, done))

    def put_ticket(self, name: str, ticket: TicketRecord) -> None:
        """Remember it, in place of what was."""
        flags = (ticket.acknowledged, ticket.replied, ticket.resolved)
        self._connection.execute(
            "INSERT OR REPLACE INTO tickets"
            " (id, island, snippet, asked, revision, suggested, acknowledged, replied, resolved)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (name, ticket.island, ticket.snippet, ticket.at, ticket.revision, " ".join(ticket.suggested), *flags),
        )

    def hear(self, decision: bytes, topic: str, asked: float) -> bool:
        """Whether nothing had been said of this decision on this topic; it has been now."""
        said = self._connection.execute(
            "INSERT INTO heard (decision, topic, asked) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
            (decision, topic, asked),
        )
        return said.rowcount == 1

    def hears_no_more(self) -> bool:
        """Whether as much is remembered as may be; forgetting any of it would let it be said twice."""
        (count,) = self._connection.execute("SELECT count(*) FROM heard").fetchone()
        return bool(count >= self._bounds.max_feedback)

    def trim(self, now: float) -> None:
        """Forget what is too old, and the oldest of what is too much. Part of a transaction."""
        bounds, connection = self._bounds, self._connection
        connection.execute("DELETE FROM counts WHERE hour < ?", (now - bounds.keep_s,))
        connection.execute("DELETE FROM heard WHERE asked < ?", (now - bounds.heard_s,))
        connection.execute("DELETE FROM tickets WHERE asked < ?", (now - BOUNDS_S[-1],))
        connection.execute(
            "DELETE FROM tickets WHERE id IN (SELECT id FROM tickets ORDER BY asked DESC LIMIT -1 OFFSET ?)",
            (bounds.max_tickets,),
        )
        (count,) = connection.execute("SELECT count(*) FROM counts").fetchone()
        if count > bounds.max_counts:
            # By whole hours: half an hour would look like a quiet one.
            (hour,) = connection.execute(
                "SELECT hour FROM counts ORDER BY hour LIMIT 1 OFFSET ?", (count - bounds.max_counts - 1,)
            ).fetchone()
            connection.execute("DELETE FROM counts WHERE hour <= ?", (hour,))

    def cells(self, since: int, islands: str) -> dict[tuple[str, str], Counter[str]]:
        """Sums by island and snippet from the hour `since` on, of islands that match `islands` (GLOB)."""
        found: dict[tuple[str, str], Counter[str]] = {}
        for island, snippet, name, count in self._sums("island, snippet", since, islands):
            found.setdefault((island, snippet), Counter())[current_count(name)] = count
        return found

    def hours(self, since: int, islands: str) -> dict[int, Counter[str]]:
        """The same by hour."""
        found: dict[int, Counter[str]] = {}
        for hour, name, count in self._sums("hour", since, islands):
            found.setdefault(hour, Counter())[current_count(name)] = count
        return found

    def _sums(self, by: str, since: int, islands: str) -> list[Any]:
        self._home.check_thread()
        with database_errors(self._file):
            return self._connection.execute(
                f"SELECT {by}, name, sum(count) FROM counts WHERE hour >= ? AND island GLOB ?"  # noqa: S608 - ours
                f" GROUP BY {by}, name ORDER BY {by}",
                (since, islands),
            ).fetchall()


def _contact(island: str, snippet: str, began: float, state: str, answers: int) -> Contact:
    return Contact(island, snippet, began, ContactState(state), answers)
