"""Counts of a PoP, and what it needs to go on counting: open contacts, tickets, and which feedback was counted.

The tally is one SQLite file, `directory/tally/tally.db`. A transaction is durable when it ends; the daemon writes one a
second. Everything is bounded by age and by number. The file holds no questions, no replies and no names of sessions.
Names of counts are stored words (`edge.stored_words`).
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from edge.store.files import NamedFiles, Reserve, SqliteStore, database_errors, log_of
from edge.store.tally.schema import FILE, open_tally
from edge.stored_words import current_count, stored_count
from edge.tally import BOUNDS_S, Contact, ContactState, Counts, TicketRecord

_ADD = (
    "INSERT INTO counts (hour, island, snippet, name, count) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET count = count + excluded.count"
)
_DAY_S = 86_400


class TallyBounds(NamedTuple):
    """How much the tally keeps, and for how long."""

    keep_s: float = 35 * _DAY_S
    """How long counts are kept."""
    max_counts: int = 500_000
    """Most counts. Beyond, the oldest hours are deleted."""
    max_contacts: int = 100_000
    """Most open contacts. Beyond, the oldest are closed as forgotten."""
    max_tickets: int = 100_000
    """Most tickets. Beyond, the oldest are deleted."""
    max_feedback: int = 500_000
    """Most statements of feedback that are remembered. Beyond, the oldest are forgotten, and could count again."""
    feedback_share: float = 0.5
    """The part of them that one tenant may use while there are several."""
    keep_feedback_s: float = 7 * _DAY_S
    """How long it is known which feedback was counted. Must not be shorter than receipts are valid."""


class TallyStore(SqliteStore):
    """The tally in `directory/tally`. One process may open it, and one thread opens, uses and closes it.

    `connection` lets a test use a failing disk. `set_aside` is the path of a damaged tally that was moved, or None.
    Raises `ConfigError` if the operator must act, and `StorageError` if the disk fails. Methods other than `cells` and
    `hours` are for use inside `transaction`, which raises `StorageError` for them.
    """

    def __init__(
        self,
        directory: Path,
        *,
        bounds: TallyBounds | None = None,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self._bounds = bounds or TallyBounds()
        self._feedback: Counter[str] | None = None
        self._home, self._connection, self.set_aside = open_tally(directory, factory=connection)
        self._file = self._home.folder / FILE
        self._reserve = Reserve(directory)
        self._named = NamedFiles(self._file, log_of(self._file))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """As that of every store; and `DiskFullError` while there is no room but for deliveries."""
        self._reserve.require_room()
        with super().transaction() as connection:
            yield connection

    def _forget(self, _error: BaseException, /) -> None:
        self._feedback = None

    def add(self, counts: Counts) -> None:
        """Add `counts` to the stored ones."""
        self._connection.executemany(
            _ADD, [(*about, stored_count(name), count) for (*about, name), count in counts.items()]
        )

    def contact(self, name: bytes) -> Contact | None:
        """The open contact of this name, or None."""
        row = self._connection.execute(
            "SELECT island, snippet, began, state, answers, rules FROM contacts WHERE contact = ?", (name,)
        ).fetchone()
        return None if row is None else _contact(row)

    def put_contact(self, name: bytes, contact: Contact) -> None:
        """Store the contact in place of an earlier one of the same name."""
        self._connection.execute(
            "INSERT OR REPLACE INTO contacts (contact, island, snippet, began, state, answers, rules)"
            " VALUES (?, ?, ?, ?, ?, ?, ?)",
            (name, *contact[:-1], " ".join(contact.rules)),
        )

    def delete_contacts_before(self, began: float) -> list[Contact]:
        """Delete the contacts that began before `began` (Unix seconds), and return them."""
        rows = self._connection.execute(
            "DELETE FROM contacts WHERE began < ? RETURNING island, snippet, began, state, answers, rules", (began,)
        ).fetchall()
        return [_contact(row) for row in rows]

    def delete_excess_contacts(self) -> list[Contact]:
        """Delete the oldest contacts beyond the limit, and return them."""
        rows = self._connection.execute(
            "DELETE FROM contacts WHERE contact IN (SELECT contact FROM contacts ORDER BY began DESC LIMIT -1 OFFSET ?)"
            " RETURNING island, snippet, began, state, answers, rules",
            (self._bounds.max_contacts,),
        ).fetchall()
        return [_contact(row) for row in rows]

    def ticket(self, ticket: str) -> TicketRecord | None:
        """The record of a ticket by its id, or None."""
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
        """Store the record of a ticket in place of an earlier one."""
        flags = (ticket.acknowledged, ticket.replied, ticket.resolved)
        self._connection.execute(
            "INSERT OR REPLACE INTO tickets"
            " (id, island, snippet, asked, revision, suggested, acknowledged, replied, resolved)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (name, ticket.island, ticket.snippet, ticket.at, ticket.revision, " ".join(ticket.suggested), *flags),
        )

    def add_feedback(self, about: bytes, topic: str, asked: float, *, tenant: str = "") -> bool:
        """Record feedback on one topic. True if it is the first `about` this; if not, nothing changes.

        `about` is the number in the outcome's receipt, or names its contact and snippet. `asked` (Unix seconds) is when
        the question was asked.
        """
        row = (about, topic)
        if self._connection.execute("SELECT 1 FROM heard WHERE decision = ? AND topic = ?", row).fetchone():
            return False
        feedback = self._feedback_by_tenant()
        feedback[tenant] += 1
        # Before the new one is stored: it may be about an older question than all others, and must not be the one.
        self._forget_feedback(feedback, tenant)
        self._connection.execute(
            "INSERT INTO heard (decision, topic, asked, tenant) VALUES (?, ?, ?, ?)", (*row, asked, tenant)
        )
        return True

    def _feedback_by_tenant(self) -> Counter[str]:
        """How many statements are remembered of each tenant. Counted in the file once, and after a failure."""
        if self._feedback is None:
            rows = self._connection.execute("SELECT tenant, count(*) FROM heard GROUP BY tenant").fetchall()
            self._feedback = Counter(dict(rows))
        return self._feedback

    def _forget_feedback(self, feedback: Counter[str], tenant: str) -> None:
        """Forget a statement if there are too many with a new one of `tenant`: its oldest, or the largest tenant's."""
        bounds = self._bounds
        share = bounds.feedback_share if len(+feedback) > 1 else 1.0
        if feedback[tenant] <= bounds.max_feedback * share:
            if feedback.total() <= bounds.max_feedback:
                return
            ((tenant, _),) = feedback.most_common(1)
        deleted = self._connection.execute(
            "DELETE FROM heard WHERE (decision, topic) IN"
            " (SELECT decision, topic FROM heard WHERE tenant = ? ORDER BY asked LIMIT 1)",
            (tenant,),
        )
        feedback[tenant] -= deleted.rowcount

    def trim(self, now: float) -> None:
        """Delete what is too old at `now` (Unix seconds), and the oldest counts and tickets beyond their limits."""
        bounds, connection = self._bounds, self._connection
        connection.execute("DELETE FROM counts WHERE hour < ?", (now - bounds.keep_s,))
        connection.execute("DELETE FROM heard WHERE asked < ?", (now - bounds.keep_feedback_s,))
        self._feedback = None
        connection.execute("DELETE FROM tickets WHERE asked < ?", (now - BOUNDS_S[-1],))
        connection.execute(
            "DELETE FROM tickets WHERE id IN (SELECT id FROM tickets ORDER BY asked DESC LIMIT -1 OFFSET ?)",
            (bounds.max_tickets,),
        )
        (count,) = connection.execute("SELECT count(*) FROM counts").fetchone()
        if count > bounds.max_counts:
            # Whole hours only: an hour with half of its counts would look like a quiet hour.
            (hour,) = connection.execute(
                "SELECT hour FROM counts ORDER BY hour LIMIT 1 OFFSET ?", (count - bounds.max_counts - 1,)
            ).fetchone()
            connection.execute("DELETE FROM counts WHERE hour <= ?", (hour,))

    def cells(self, since: int, islands: str) -> dict[tuple[str, str], Counter[str]]:
        """Sums by island and snippet, from the hour `since` (Unix seconds) on.

        `islands` is a GLOB pattern of SQLite, such as `acme/*`. Raises `StorageError` if the disk fails.
        """
        sums: dict[tuple[str, str], Counter[str]] = {}
        for island, snippet, name, count in self._sums("island, snippet", since, islands):
            sums.setdefault((island, snippet), Counter())[current_count(name)] = count
        return sums

    def hours(self, since: int, islands: str) -> dict[int, Counter[str]]:
        """Sums by hour, over all islands that match. As `cells`."""
        sums: dict[int, Counter[str]] = {}
        for hour, name, count in self._sums("hour", since, islands):
            sums.setdefault(hour, Counter())[current_count(name)] = count
        return sums

    def _sums(self, by: str, since: int, islands: str) -> list[Any]:
        self._home.check_thread()
        with database_errors(self._file):
            return self._connection.execute(
                f"SELECT {by}, name, sum(count) FROM counts WHERE hour >= ? AND island GLOB ?"  # noqa: S608 - ours
                f" GROUP BY {by}, name ORDER BY {by}",
                (since, islands),
            ).fetchall()


def _contact(row: tuple[str, str, float, str, int, str]) -> Contact:
    island, snippet, began, state, answers, rules = row
    return Contact(island, snippet, began, ContactState(state), answers, tuple(rules.split()))
