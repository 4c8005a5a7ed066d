"""Tickets on their way to origin. A viewer was told that people will answer, so no ticket may be lost.

The outbox is one SQLite file, `directory/outbox/tickets.db`, in WAL mode with `synchronous=FULL`. When `put_many`
returns, the tickets survive a power cut. They are delivered at least once; origin recognises a repeated one by its id.

Columns keep the names that they were first written with: `held` is 1 for a dead letter, and `place` is the order in
which parcels were put.

BUG: two faults are not detected: a disk that acknowledges a sync and then loses it (the end of the log is missing), and
a byte that changes inside a payload.
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
from edge.store.outbox.parcel import PUT, OutboxEntry, Parcel, row
from edge.store.outbox.progress import MAX_REMEMBERED, TicketProgress
from edge.store.outbox.schema import FILE, create, open_outbox
from edge.store.outbox.usage import NO_TENANT, TICKETS, Bounds, Usage, UsageKey, total, with_parcel

_NAME = "outbox"
# A follow-up waits for the ticket that it joins and for earlier follow-ups of it. Their ids are next to each other in
# the index of ids: from the ticket's own to below `/`, the character after `FOLLOW_UP_MARK`. A follow-up does not wait
# for a dead letter, or it would wait for an operator. (`+held` keeps SQLite from an index of every waiting ticket.)
#
# In the order of an index that also contains `due`, so postponed rows are skipped without being read.
_DUE = (
    "SELECT id, payload, attempts, refusals FROM tickets WHERE held = 0 AND origin = ? AND priority = ? AND due <= ?"
    " AND (instr(id, '.') = 0 OR NOT EXISTS (SELECT 1 FROM tickets AS earlier WHERE +earlier.held = 0"
    " AND earlier.id >= substr(tickets.id, 1, instr(tickets.id, '.') - 1)"
    " AND earlier.id < substr(tickets.id, 1, instr(tickets.id, '.') - 1) || '/' AND earlier.place < tickets.place))"
    " ORDER BY rank, place LIMIT ?"
)
_OLDEST = "SELECT created FROM tickets WHERE held = 0 AND tenant = ? AND priority = ? ORDER BY created LIMIT 1"
# Both use an index that covers them. The table has the payloads too: hundreds of megabytes after a long outage.
_MAKE_DUE = (
    "UPDATE tickets SET due = 0 WHERE place IN (SELECT place FROM tickets INDEXED BY tickets_by_rank WHERE due > ?)"
)
_ADOPT = (
    "UPDATE tickets SET origin = '' WHERE place IN (SELECT place FROM tickets INDEXED BY tickets_by_rank"
    " WHERE origin NOT IN (SELECT value FROM json_each(?)))"
)
_MAX_ERROR_CHARACTERS = 500
_RANK_PENALTY_S = 60.0
"""Added to a ticket's rank for each failed attempt. While an origin is down, it gets one attempt a minute. Without the
penalty, a ticket that always fails could be that attempt every time."""

_MAX_POSTPONE_S = 3600.0
"""No ticket is postponed by more: `edge.wire` limits a `Retry-After` to this."""


class Outbox(SqliteStore):
    """The outbox in `directory/outbox`. One process may open it, and one thread opens, uses and closes it.

    `clock` returns Unix seconds. `connection` lets a test use a failing disk. `progress` keeps the progress of at most
    `max_remembered` delivered tickets. A file larger than `max_thorough_bytes` is not checked whole. Tickets that are
    postponed by more than an hour become due when the outbox is opened, because the clock was set back since.

    Raises `DamagedError` (a `StorageError`) with the `mv` to run if the file is damaged, `StorageError` if the disk
    fails, and `ConfigError` if the operator must act. Every method raises `StorageError` if the disk fails, and
    `DamagedError` if it reads a damaged page.
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
        self._usage: dict[UsageKey, Usage] | None = None
        try:
            self._home.ensure(create)
            self._connection = open_outbox(self._file, factory=connection, max_thorough_bytes=max_thorough_bytes)
        except BaseException:
            self._home.close()
            raise
        self.progress = TicketProgress(self.transaction, max_remembered=max_remembered)
        with database_errors(self._file):
            self._connection.execute(_MAKE_DUE, (clock() + _MAX_POSTPONE_S,))

    def put_many(self, parcels: Sequence[Parcel], *, tenants: int = 1) -> int:
        """Store all of `parcels` in one transaction. A parcel whose id is stored already is skipped. Durable on return.

        `tenants` is how many this PoP serves: with several, or with tickets of several, each has a share.

        Returns how many parcels of telemetry were dropped to make room. Raises `RefusedError` (`OVERLOADED`) if the new
        tickets do not all fit; then none is stored. Raises `StorageError` if the disk fails; then all or none is
        stored, and the same batch can be put again.
        """
        before, usage, now = self._used(), self._used(), self._clock()
        new: set[UsageKey] = set()
        with self.transaction() as connection:
            for parcel in parcels:
                if connection.execute(PUT, row(parcel, now)).rowcount:
                    new.add(parcel.usage_key)
                    with_parcel(usage, parcel.usage_key, 1, len(parcel.payload))
            # Only what is new is checked: a full outbox still accepts telemetry and repetitions.
            age_s = {tenant: now - (self._oldest_of(NO_TENANT, tenant) or now) for tenant, _ in new}
            self._bounds.check(new, before, usage, tenants=tenants, age_s=age_s)
            dropped = self._drop_telemetry(connection, usage, now)
        self._usage = usage
        return dropped

    def due(self, now: float, limit: int, *, origin: str = "") -> list[OutboxEntry]:
        """At most `limit` parcels for `origin` that may be delivered at `now` (Unix seconds), in the order of delivery.

        Urgent tickets come first, then other tickets, then telemetry; within each, the earliest deadline. A follow-up
        is due only when its ticket, and the follow-ups before it, have left or are dead letters.
        """
        self._home.check_thread()
        entries: list[OutboxEntry] = []
        with database_errors(self._file):
            for priority in Priority:
                rows = self._connection.execute(_DUE, (origin, priority, now, limit - len(entries)))
                entries += [OutboxEntry(*row) for row in rows]
        return entries

    def delivered(self, ids: Sequence[str]) -> None:
        """Delete tickets that origin has, and record that they were delivered. Unknown ids are ignored. Durable."""
        usage, now = self._used(), self._clock()
        with self.transaction() as connection:
            for ticket in ids:
                rows = connection.execute(
                    "DELETE FROM tickets WHERE id = ? RETURNING tenant, priority, origin, size", (ticket,)
                ).fetchall()
                for tenant, priority, origin, size in rows:
                    with_parcel(usage, (tenant, Priority(priority)), -1, -size)
                    self.progress.record_delivered(connection, ticket, origin, now)
            self.progress.forget_old(connection, now)
        self._usage = usage

    def postpone(self, ticket: str, *, until: float, error: str, refused: bool = False) -> None:
        """Count a failed attempt. The ticket is due again at `until` (Unix seconds). An unknown id is ignored.

        `refused` says that origin refused this very ticket, and did not fail for another reason.
        """
        with self.transaction() as connection:
            connection.execute(
                "UPDATE tickets SET due = ?, rank = rank + ?, attempts = attempts + 1, refusals = refusals + ?,"
                " error = ? WHERE id = ?",
                (until, _RANK_PENALTY_S, refused, error[:_MAX_ERROR_CHARACTERS], ticket),
            )

    def set_aside(self, ticket: str, *, error: str) -> None:
        """Make a ticket a dead letter, with the last error. It is not due until an operator retries it."""
        with self.transaction() as connection:
            connection.execute(
                "UPDATE tickets SET held = 1, attempts = attempts + 1, error = ? WHERE id = ?",
                (error[:_MAX_ERROR_CHARACTERS], ticket),
            )

    def adopt(self, origins: Iterable[str]) -> int:
        """Move parcels for origins other than `origins` to the default origin. Returns how many were moved."""
        with self.transaction() as connection:
            return connection.execute(_ADOPT, (msgspec.json.encode(["", *origins]).decode(),)).rowcount

    def depth(self) -> int:
        """Number of parcels, dead letters included."""
        return total(self._used().values()).parcels

    def size_bytes(self) -> int:
        """Total size of all payloads, dead letters included."""
        return total(self._used().values()).size_bytes

    def dead_letters(self) -> int:
        """Number of dead letters."""
        self._home.check_thread()
        with database_errors(self._file):
            (count,) = self._connection.execute("SELECT count(*) FROM tickets WHERE held = 1").fetchone()
        return int(count)

    def oldest(self) -> float | None:
        """When the ticket that has waited longest was put (Unix seconds). None: no ticket waits."""
        return self._oldest_of(*{tenant for tenant, _ in self._used()})

    def _oldest_of(self, *tenants: str) -> float | None:
        self._home.check_thread()
        keys = [(tenant, priority) for tenant in tenants for priority in TICKETS]
        with database_errors(self._file):
            rows = [self._connection.execute(_OLDEST, key).fetchone() for key in keys]
        return min((row[0] for row in rows if row is not None), default=None)

    def _used(self) -> dict[UsageKey, Usage]:
        """Usage by tenant and priority, as a copy. Counted in the file at the start and after a failed transaction."""
        self._home.check_thread()
        if self._usage is None:
            self._usage = {}
            with database_errors(self._file):
                rows = self._connection.execute(
                    "SELECT tenant, priority, count(*), sum(size) FROM tickets GROUP BY held, tenant, priority"
                ).fetchall()
            for tenant, priority, count, size in rows:
                with_parcel(self._usage, (tenant, Priority(priority)), count, size)
        return {key: usage for key, usage in self._usage.items() if usage.parcels}

    def _drop_telemetry(self, connection: sqlite3.Connection, usage: dict[UsageKey, Usage], now: float) -> int:
        """Delete the oldest telemetry beyond the limits, and take it from `usage`. Returns how many parcels."""
        dropped, key = 0, (NO_TENANT, Priority.TELEMETRY)
        while usage.get(key, Usage()).parcels:
            place, created, size = connection.execute(
                "SELECT place, created, size FROM tickets WHERE held = 0 AND tenant = ? AND priority = ?"
                " ORDER BY created LIMIT 1",
                key,
            ).fetchone()
            too_old = now - created > self._bounds.max_telemetry_age_s
            if not too_old and usage[key].size_bytes <= self._bounds.max_telemetry_bytes:
                break
            connection.execute("DELETE FROM tickets WHERE place = ?", (place,))
            with_parcel(usage, key, -1, -size)
            dropped += 1
        return dropped

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Either everything done inside is durable afterwards, or nothing. Raises `StorageError`."""
        self._home.check_thread()
        with database_errors(self._file):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                # A COMMIT that failed may still have taken effect, so our counts may be wrong: count again.
                if not isinstance(error, RefusedError):
                    self._usage = None
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise
