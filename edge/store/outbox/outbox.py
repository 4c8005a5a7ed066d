"""Tickets on their way to origin: a viewer was told that people will answer, so a ticket is never lost.

One SQLite file, `directory/outbox/tickets.db`, in WAL mode with `synchronous=FULL`: when `put_many` returns, the
tickets outlive a power cut. Delivery is at least once; a ticket's id lets origin take it once.

Not noticed: a disk that acknowledges a sync and loses it (the end of the log is then silently missing), and a byte that
flips inside a payload.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from edge.errors import RefusedError
from edge.records import Priority
from edge.store.files import MAX_THOROUGH_BYTES, Home, SqliteStore, database_errors
from edge.store.outbox.parcel import PUT, TICKETS, Bounds, OutboxEntry, Parcel, Usage, row, tickets_of
from edge.store.outbox.progress import MAX_REMEMBERED, TicketProgress
from edge.store.outbox.schema import FILE, create, open_outbox

_NAME = "outbox"
# In the order of an index that also holds `due`: what is postponed is passed over without reading it.
_DUE = (
    "SELECT id, payload, attempts, refusals FROM tickets WHERE held = 0 AND origin = ? AND priority = ? AND due <= ?"
    " ORDER BY rank, place LIMIT ?"
)
_OLDEST = "SELECT created FROM tickets WHERE held = 0 AND priority = ? ORDER BY created LIMIT 1"
# Both by an index that covers them: the table itself holds the payloads, hundreds of megabytes after a long outage.
_FREE = "UPDATE tickets SET due = 0 WHERE place IN (SELECT place FROM tickets INDEXED BY tickets_by_rank WHERE due > ?)"
_ADOPT = (
    "UPDATE tickets SET origin = '' WHERE place IN (SELECT place FROM tickets INDEXED BY tickets_by_rank"
    " WHERE origin NOT IN (SELECT value FROM json_each(?)))"
)
_LONGEST_ERROR = 500
_YIELDS_S = 60.0
"""How much later than its deadline a ticket ranks for each failed try: one that always fails must not be the one with
which an origin, given one try a minute, is asked whether it is well again."""

_LONGEST_WAIT_S = 3600.0
"""Nobody postpones further: `edge.wire` cuts a longer Retry-After to this."""


class Outbox(SqliteStore):
    """The tickets in `directory/outbox`; for one process, and for the one thread that opens, uses and closes it.

    `clock` gives Unix seconds; `connection` is what a test's failing disk replaces. Opening makes tickets due that seem
    postponed by more than an hour: the clock was set back since. `progress` is what became of delivered tickets, of
    `max_remembered` at most. A file above `max_thorough_bytes` is checked only where it begins.

    Raises `ConfigError` when the operator must act, `DamagedError` (a `StorageError`) with the `mv` to run when the
    file is not ours, and `StorageError` when the disk cannot be used.
    """

    def __init__(
        self,
        directory: Path,
        *,
        max_tickets: int = 100_000,
        bounds: Bounds | None = None,
        clock: Callable[[], float] = time.time,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
        max_remembered: int = MAX_REMEMBERED,
        max_thorough_bytes: int = MAX_THOROUGH_BYTES,
    ) -> None:
        self._home = Home(directory, _NAME)
        self._file = self._home.folder / FILE
        self._bounds = bounds or Bounds(max_tickets)
        self._clock = clock
        self._usage: dict[Priority, Usage] | None = None
        try:
            self._home.ensure(create)
            self._connection = open_outbox(self._file, factory=connection, max_thorough_bytes=max_thorough_bytes)
        except BaseException:
            self._home.close()
            raise
        self.progress = TicketProgress(self.transaction, max_remembered=max_remembered)
        with database_errors(self._file):
            self._connection.execute(_FREE, (clock() + _LONGEST_WAIT_S,))

    def put_many(self, parcels: Sequence[Parcel]) -> int:
        """Every parcel is durable on return; an id that already waits keeps what it has.

        Gives back how much telemetry was dropped for it.

        Raises `RefusedError` (overloaded) when its tickets do not all fit, `StorageError` when the disk fails; nothing
        of the batch is stored then, unless only the last sync failed: putting it again is safe.
        """
        usage, now = self._used(), self._clock()
        oldest = self.oldest()
        with self.transaction() as connection:
            for parcel in parcels:
                if connection.execute(PUT, row(parcel, now)).rowcount:
                    usage[parcel.priority] = usage[parcel.priority].plus(1, len(parcel.payload))
            before, found = tickets_of(self._used()), tickets_of(usage)
            if found.parcels > before.parcels:
                added = Usage(found.parcels - before.parcels, found.size_bytes - before.size_bytes)
                self._bounds.check_tickets(before, added, now - oldest if oldest is not None else 0.0)
            dropped, usage[Priority.TELEMETRY] = self._drop_telemetry(connection, usage[Priority.TELEMETRY], now)
        self._usage = usage
        return dropped

    def due(self, now: float, limit: int, *, origin: str = "") -> list[OutboxEntry]:
        """At most `limit` parcels for `origin` that may be tried: urgent first, then by deadline."""
        self._home.check_thread()
        found: list[OutboxEntry] = []
        with database_errors(self._file):
            for priority in Priority:
                rows = self._connection.execute(_DUE, (origin, priority, now, limit - len(found)))
                found += [OutboxEntry(*row) for row in rows]
        return found

    def delivered(self, ids: Sequence[str]) -> None:
        """Forgets tickets that origin has taken, but for that it has; unknown ids are fine."""
        usage, now = self._used(), self._clock()
        with self.transaction() as connection:
            for ticket in ids:
                rows = connection.execute(
                    "DELETE FROM tickets WHERE id = ? RETURNING priority, origin, size", (ticket,)
                ).fetchall()
                for priority, origin, size in rows:
                    usage[Priority(priority)] = usage[Priority(priority)].plus(-1, -size)
                    self.progress.note_delivered(connection, ticket, origin, now)
            self.progress.forget_old(connection, now)
        self._usage = usage

    def postpone(self, ticket: str, *, until: float, error: str, refused: bool = False) -> None:
        """Counts a failed try, and whether origin `refused` this ticket; due again at `until` (Unix seconds).

        An unknown id is fine.
        """
        with self.transaction() as connection:
            connection.execute(
                "UPDATE tickets SET due = ?, rank = rank + ?, attempts = attempts + 1, refusals = refusals + ?,"
                " error = ? WHERE id = ?",
                (until, _YIELDS_S, refused, error[:_LONGEST_ERROR], ticket),
            )

    def set_aside(self, ticket: str, *, error: str) -> None:
        """Keeps a ticket that can never be delivered out of the others' way, with why, until an operator retries it."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE tickets SET held = 1, attempts = attempts + 1, error = ? WHERE id = ?",
                (error[:_LONGEST_ERROR], ticket),
            )

    def adopt(self, origins: Iterable[str]) -> int:
        """Gives parcels for an origin that is configured no more to the default one; how many these were."""
        with self.transaction() as connection:
            return connection.execute(_ADOPT, (msgspec.json.encode(["", *origins]).decode(),)).rowcount

    def depth(self) -> int:
        """How many tickets and other parcels there are, dead letters included."""
        return sum(usage.parcels for usage in self._used().values())

    def size_bytes(self) -> int:
        """How long their payloads are together."""
        return sum(usage.size_bytes for usage in self._used().values())

    def dead_letters(self) -> int:
        """How many of them are dead letters."""
        self._home.check_thread()
        with database_errors(self._file):
            (count,) = self._connection.execute("SELECT count(*) FROM tickets WHERE held = 1").fetchone()
        return int(count)

    def oldest(self) -> float | None:
        """When the ticket that has waited longest was put (Unix seconds), None when none waits."""
        self._home.check_thread()
        with database_errors(self._file):
            rows = [self._connection.execute(_OLDEST, (priority,)).fetchone() for priority in TICKETS]
        return min((row[0] for row in rows if row is not None), default=None)

    def _used(self) -> dict[Priority, Usage]:
        """A copy of what is used; counted again after a transaction has failed."""
        self._home.check_thread()
        if self._usage is None:
            self._usage = dict.fromkeys(Priority, Usage())
            with database_errors(self._file):
                rows = self._connection.execute(
                    "SELECT priority, count(*), sum(size) FROM tickets GROUP BY held, priority"
                ).fetchall()
            for priority, count, size in rows:
                self._usage[Priority(priority)] = self._usage[Priority(priority)].plus(count, size)
        return dict(self._usage)

    def _drop_telemetry(self, connection: sqlite3.Connection, used: Usage, now: float) -> tuple[int, Usage]:
        """Oldest first, until neither its bytes nor its age are over the bounds."""
        dropped = 0
        while used.parcels:
            place, created, size = connection.execute(
                "SELECT place, created, size FROM tickets WHERE held = 0 AND priority = ? ORDER BY created LIMIT 1",
                (Priority.TELEMETRY,),
            ).fetchone()
            too_old = now - created > self._bounds.max_telemetry_age_s
            if not too_old and used.size_bytes <= self._bounds.max_telemetry_bytes:
                break
            connection.execute("DELETE FROM tickets WHERE place = ?", (place,))
            used, dropped = used.plus(-1, -size), dropped + 1
        return dropped, used

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Everything done inside is durable afterwards, or nothing is."""
        self._home.check_thread()
        with database_errors(self._file):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                # A COMMIT that failed may still have happened: what we counted is void until counted again.
                if not isinstance(error, RefusedError):
                    self._usage = None
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise
