"""Tickets on their way to origin. A viewer was told that people will answer, so no ticket may be lost.

The outbox is one SQLite file, `directory/outbox/tickets.db`, in WAL mode with `synchronous=FULL`. When `put_many`
returns, the tickets survive a power cut. They are delivered at least once; origin recognises a repeated one by its id.

Columns keep the names that they were first written with: `held` is 1 for a dead letter, and `place` is the order in
which parcels were put.

BUG: two faults are not detected: a disk that acknowledges a sync and loses it in a power cut (the end of the log is
missing), and a byte of a payload that changes in the database file.
"""

import sqlite3
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec

from edge.errors import RefusedError
from edge.records import Priority, SolvedByViewer
from edge.store.consents import ConsentRows
from edge.store.files import MAX_THOROUGH_BYTES, database_errors
from edge.store.leaves import WaitingLeaves
from edge.store.merges import MergeRows
from edge.store.outbox.outbox_file import OutboxFile
from edge.store.outbox.parcel import ADOPT, DUE, OutboxEntry, Parcel, put
from edge.store.outbox.progress import MAX_REMEMBERED, SETTLE_S, TicketProgress
from edge.store.outbox.silence import oldest_of, record_taken, silence_s
from edge.store.outbox.usage import Bounds, Usage, UsageKey, drop_telemetry, total, usage_in, with_parcel

_HOLD = "UPDATE tickets SET held = 1, attempts = attempts + ?, error = ? WHERE id = ? AND held = 0"
_MAX_ERROR_CHARACTERS = 500
_RANK_PENALTY_S = 60.0
"""Added to a ticket's rank for each failed attempt. While an origin is down, it gets one attempt a minute. Without the
penalty, a ticket that always fails could be that attempt every time."""


class Outbox(OutboxFile):
    """The outbox in `directory/outbox`. One process may open it, and one thread opens, uses and closes it.

    `clock` returns Unix seconds. Times that are given to a method are by `now()`. `connection` lets a test use a
    failing disk. `progress` keeps the progress of at most `max_remembered` delivered tickets, and forgets none for its
    age in the first `settle_s`. A file larger than `max_thorough_bytes` is not checked whole. Tickets that are
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
        settle_s: float = SETTLE_S,
        max_thorough_bytes: int = MAX_THOROUGH_BYTES,
    ) -> None:
        self._bounds = bounds or Bounds(max_tickets)
        self._usage: dict[UsageKey, Usage] | None = None
        super().__init__(directory, clock=clock, connection=connection, max_thorough_bytes=max_thorough_bytes)
        self.leaves = WaitingLeaves(self.transaction)
        self.consents = ConsentRows(self.transaction, self._bounds.max_consents, self._bounds.max_consent_bytes)
        self.merges = MergeRows(self.transaction)
        self.progress = TicketProgress(
            self.transaction, leaves=self.leaves, max_remembered=max_remembered, settle_s=settle_s
        )

    def put_many(self, parcels: Sequence[Parcel], *, tenants: int = 1) -> int:
        """Store all of `parcels` in one transaction. A parcel whose id is stored already is skipped. Durable on return.

        `tenants` is how many this PoP serves: with several, or with tickets of several, each has a share.
        Returns how many parcels of telemetry were dropped to make room. Raises `RefusedError` (`OVERLOADED`) if the new
        tickets do not all fit; then none is stored. Raises `StorageError` if the disk fails; then all or none is
        stored, and the same batch can be put again; and `DiskFullError` while there is no room but for deliveries.
        """
        if not all(parcel.is_always_taken for parcel in parcels):
            self._reserve.require_room()
        # Before as well: what is stored in a file without a name would be delivered, and its viewer asks again.
        self._named.check()
        before, usage, now = self._used(), self._used(), self.now()
        new: set[UsageKey] = set()
        with self.transaction() as connection:
            for parcel in parcels:
                if put(connection, parcel, consents=self.consents, merges=self.merges, leaves=self.leaves, now=now):
                    new.add(parcel.usage_key)
                    with_parcel(usage, parcel.usage_key, 1, len(parcel.payload))
            # Only what is new is checked: a full outbox still accepts telemetry and repetitions.
            origins = {parcel.usage_key[0]: parcel.origin for parcel in parcels if parcel.usage_key in new}
            silent_s = {
                tenant: silence_s(connection, usage, tenant, origin, now=now, max_age_s=self._bounds.max_age_s)
                for tenant, origin in origins.items()
            }
            self._bounds.check(new, before, usage, tenants=tenants, silent_s=silent_s)
            dropped = drop_telemetry(connection, self._bounds, usage, now)
        self.leaves.note_stored()
        self.consents.note_stored()
        self._usage = usage
        return dropped

    def due(self, now: float, limit: int, *, origin: str = "", skip: Iterable[str] = ()) -> list[OutboxEntry]:
        """At most `limit` parcels for `origin` that may be delivered at `now` (by `now()`), in the order of delivery.

        Those with an id in `skip` are left out. Urgent tickets come first, then other tickets, then telemetry; within
        each, the earliest deadline. A follow-up is due only when its ticket, and the follow-ups before it, have left or
        are dead letters.
        """
        self._home.check_thread()
        entries, waiting = list[OutboxEntry](), {priority for _, priority in self._used()}
        with database_errors(self._file):
            skipped = msgspec.json.encode(list(skip)).decode()
            for priority in filter(waiting.__contains__, Priority):
                rows = self._connection.execute(DUE, (origin, priority, now, skipped, limit - len(entries)))
                entries += [OutboxEntry(*row) for row in rows]
        return entries

    def delivered(self, ids: Sequence[str]) -> list[str]:
        """Delete tickets that origin has, and record that they were delivered. Unknown ids are ignored. Durable.

        Returns those that were waiting until now: no operator held or dropped them meanwhile.
        """
        usage, now, waited, taken = self._used(), self.now(), list[str](), set[str]()
        with self.transaction() as connection:
            for ticket in ids:
                rows = self._delete(connection, usage, ticket)
                for origin, is_held in rows:
                    waited += [] if is_held else [ticket]
                    taken.add(origin)
                    self.progress.record_delivered(connection, ticket, origin, now)
                if not rows:  # An operator dropped it while it was on its way.
                    self.progress.record_late_delivery(connection, ticket, now)
            for origin in taken:
                record_taken(connection, origin, now)
            self.progress.look_after(connection, now, new=len(ids))
            self.consents.forget_old(connection, now)
        self._usage = usage
        return waited

    def dropped(self, ids: Sequence[str]) -> None:
        """Delete tickets that nobody gets, and record that they were dropped. Unknown ids are ignored. Durable."""
        usage, now = self._used(), self.now()
        with self.transaction() as connection:
            for ticket in ids:
                self._delete(connection, usage, SolvedByViewer.id_of(ticket))
                for origin, _ in self._delete(connection, usage, ticket):
                    self.progress.record_dropped(connection, ticket, origin, now)
        self._usage = usage

    def forget_take_back(self, ticket: str) -> None:
        """Delete the take-back of a ticket, if one waits: a person is at work on it. Durable on return."""
        usage = self._used()
        with self.transaction() as connection:
            self._delete(connection, usage, SolvedByViewer.id_of(ticket))
        self._usage = usage

    @staticmethod
    def _delete(connection: sqlite3.Connection, usage: dict[UsageKey, Usage], ticket: str) -> list[tuple[str, bool]]:
        """Delete a row, and take it from `usage`. Returns its origin, and whether it was a dead letter; or nothing."""
        rows = connection.execute(
            "DELETE FROM tickets WHERE id = ? RETURNING tenant, priority, size, origin, held", (ticket,)
        ).fetchall()
        for tenant, priority, size, *_ in rows:
            with_parcel(usage, (tenant, Priority(priority)), -1, -size)
        return [(origin, bool(held)) for *_, origin, held in rows]

    def postpone(self, ticket: str, *, until: float, error: str, refused: bool = False) -> None:
        """Count a failed attempt. The ticket is due again at `until` (by `now()`). An unknown id is ignored.

        `refused` says that origin refused this very ticket, and did not fail for another reason.
        """
        with self.transaction() as connection:
            connection.execute(
                "UPDATE tickets SET due = ?, rank = rank + ?, attempts = attempts + 1, refusals = refusals + ?,"
                " error = ? WHERE id = ?",
                (until, _RANK_PENALTY_S, refused, error[:_MAX_ERROR_CHARACTERS], ticket),
            )

    def set_aside(self, ticket: str, *, error: str) -> bool:
        """Make a ticket a dead letter, with the last error. It is not due until an operator retries it.

        False if it is one already, or gone.
        """
        return bool(self.hold([ticket], error=error, attempts=1))

    def hold(self, ids: Sequence[str], *, error: str, attempts: int = 0) -> list[str]:
        """Make tickets dead letters, after so many more `attempts`; their take-backs are deleted. Durable on return.

        Returns those that were waiting until now.
        """
        usage, held = self._used(), list[str]()
        with self.transaction() as connection:
            for ticket in ids:
                if connection.execute(_HOLD, (attempts, error[:_MAX_ERROR_CHARACTERS], ticket)).rowcount:
                    self._delete(connection, usage, SolvedByViewer.id_of(ticket))
                    held.append(ticket)
        self._usage = usage
        return held

    def adopt(self, origins: Iterable[str]) -> int:
        """Move parcels for origins other than `origins` to the default origin, and what they delivered, too.

        So the default origin may say what became of a ticket that was delivered before. Returns how many parcels wait
        and were moved.
        """
        kept = msgspec.json.encode(["", *origins]).decode()
        with self.transaction() as connection:
            self.progress.adopt(connection, kept)
            return connection.execute(ADOPT, (kept,)).rowcount

    def depth(self) -> int:
        """Number of parcels, dead letters included."""
        return total(self._used().values()).parcels

    def size_bytes(self) -> int:
        """Total size of all payloads, dead letters included."""
        return total(self._used().values()).size_bytes

    def dead_letters(self) -> int:
        """Number of dead letters."""
        with database_errors(self._file):
            (count,) = self._connection.execute("SELECT count(*) FROM tickets WHERE held = 1").fetchone()
        return int(count)

    def oldest(self) -> float | None:
        """When the ticket that has waited longest was put (Unix seconds); None: no ticket waits."""
        tenants = {tenant for tenant, _ in self._used()}
        with database_errors(self._file):
            return oldest_of(self._connection, tenants)

    def _used(self) -> dict[UsageKey, Usage]:
        """Usage by tenant and priority, as a copy. Counted in the file at the start and after a failed transaction."""
        self._home.check_thread()
        if self._usage is None:
            with database_errors(self._file):
                self._usage = usage_in(self._connection)
        return {key: usage for key, usage in self._usage.items() if usage.parcels}

    def _forget(self, error: BaseException, /) -> None:
        self.consents.forget_new(error)
        self.leaves.forget_new()
        if not isinstance(error, RefusedError):
            self._usage = None
