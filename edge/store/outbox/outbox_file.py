"""How the outbox's file is opened and closed, by which time it lives, and what delivered parcels leave in it."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from edge.errors import DiskFullError, StorageError
from edge.host import clear_unfinished, ignore
from edge.store.files import (
    RESERVE_BYTES,
    Home,
    InUseMark,
    NamedFiles,
    Reserve,
    SqliteStore,
    database_errors,
    log_of,
    may_be_full,
)
from edge.store.outbox.clock import OnMoved, OutboxClock, boot_time_s
from edge.store.outbox.schema import FILE, create, open_outbox

_NAME = "outbox"
# Uses an index that covers it. The table has the payloads too: hundreds of megabytes after a long outage.
_MAKE_DUE = (
    "UPDATE tickets SET due = 0 WHERE place IN (SELECT place FROM tickets INDEXED BY tickets_by_rank WHERE due > ?)"
)
_MAX_POSTPONE_S = 3600.0
"""No ticket is postponed by more: `edge.wire` limits a `Retry-After` to this."""


_PAGE_BYTES = 4096
_CHECKPOINT_PAGES, _CHECKPOINT_PAGES_IF_FULL = 1000, 100
"""Length of the log after which it is copied into the database, and used again from its start. SQLite's own is 1000."""


class OutboxFile(SqliteStore):
    """The file of the outbox in `directory/outbox`. Arguments and errors are those of `Outbox`."""

    def __init__(
        self,
        directory: Path,
        *,
        clock: Callable[[], float],
        connection: type[sqlite3.Connection],
        max_thorough_bytes: int,
    ) -> None:
        self._home = Home(directory, _NAME)
        self._file = self._home.folder / FILE
        self._clock = clock
        self._catch_up: Callable[[], None] = ignore
        self._reserve = Reserve(directory)
        self._gives_way = False
        self._tidied = -1
        try:
            # On a full disk, opening needs room as well.
            self._make_room()
            self._home.ensure(create)
            clear_unfinished(self._home.folder)
            self._in_use = InUseMark(self._home, self._file)
            self._in_use.check()
            self._connection = open_outbox(self._file, factory=connection, max_thorough_bytes=max_thorough_bytes)
            self._named = NamedFiles(self._file, log_of(self._file))
        except BaseException:
            self._home.close()
            raise
        with suppress(DiskFullError), database_errors(self._file):
            self._in_use.set(self._connection)
            self._connection.execute(_MAKE_DUE, (clock() + _MAX_POSTPONE_S,))

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """As that of every store. On a full disk the reserve is given up, so that a delivery can be noted next time."""
        try:
            with super().transaction() as connection:
                yield connection
        except StorageError as error:
            if may_be_full(error):
                self._give_way()
            raise

    def live_by(
        self,
        clock: Callable[[], float],
        *,
        on_moved: OnMoved = ignore,
        steady: Callable[[], float] = boot_time_s,
    ) -> None:
        """Live by `clock` from now on, and move stored times that it makes implausible (`edge.store.outbox.clock`).

        `steady` is a clock that nobody sets. Call it once, when the right time is known as well as it can be. Raises
        `StorageError`.
        """
        outbox_clock = OutboxClock(clock, self.transaction, on_moved=on_moved, steady=steady)
        self._clock, self._catch_up = outbox_clock, partial(outbox_clock.catch_up, has_room=self._has_room_to_move)

    def now(self) -> float:
        """Unix seconds by the clock in which the rows' times are stored; never steps by itself, raises nothing.

        After `live_by`, only `look_after` moves it, and the rows with it.
        """
        return self._clock()

    def look_after(self) -> None:
        """What the files need from time to time, and what a clock that was set does to the rows.

        Raises `StorageError` if no parcel can be put now.
        """
        self._home.check_thread()
        self._named.check()
        try:
            self.tidy()
        except DiskFullError:
            self._give_way()
            raise
        self._reserve.make()
        self._reserve.require_room()
        self._catch_up()
        if self._gives_way:
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES}")
        self._gives_way = False

    def tidy(self) -> None:
        """Leave nothing of earlier parcels in the files if none is stored. Cheap if nothing has changed since.

        Raises `StorageError`.
        """
        self._home.check_thread()
        with database_errors(self._file):
            changes = self._connection.total_changes
            if changes == self._tidied or self._connection.execute("SELECT 1 FROM tickets LIMIT 1").fetchone():
                return
            self._shrink()
            if self._in_use.empty_log(self._connection):
                self._tidied = changes

    def empty_log(self) -> None:
        """Leave nothing in the log of what was deleted. In the file itself it is overwritten.

        Raises `StorageError`, also if another program reads the file. On a full disk, the reserve is given up, and the
        next call has room.
        """
        self._home.check_thread()
        try:
            with database_errors(self._file):
                is_empty = self._in_use.empty_log(self._connection)
        except StorageError as error:
            if may_be_full(error):
                self._give_way()
            raise
        if not is_empty:
            raise StorageError(
                f"the log of {self._file} could not be emptied: another program reads the file; see which with:"
                f" fuser -v {self._file}, end it, and run this again"
            )

    def _shrink(self) -> None:
        """Give pages back to the disk that are not used any more: after a long outage, nearly all of the file."""
        (unused,) = self._connection.execute("PRAGMA freelist_count").fetchone()
        if self._gives_way or unused * _PAGE_BYTES >= RESERVE_BYTES:
            self._connection.execute("PRAGMA temp_store = MEMORY")
            self._connection.execute("VACUUM")

    def _has_room_to_move(self) -> bool:
        """True if the log may have every page of the file once more. What it has already is not counted."""
        with database_errors(self._file):
            (pages,) = self._connection.execute("PRAGMA page_count").fetchone()
        try:
            self._reserve.require_room(also_bytes=pages * _PAGE_BYTES)
        except DiskFullError:
            return False
        return True

    def _make_room(self) -> None:
        try:
            self._reserve.require_room()
        except DiskFullError:
            self._reserve.give_up()

    def _give_way(self) -> None:
        """Leave room for deletions: the reserve, and that of the log, which begins again once it is copied."""
        self._reserve.give_up()
        self._gives_way = True
        with suppress(sqlite3.Error):
            self._connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
            self._connection.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT_PAGES_IF_FULL}")

    def close(self) -> None:
        """Close the database and release the lock. Idempotent."""
        self._home.check_thread()
        # Before SQLite deletes the log. If the mark stays, the index is gone with the log, which is no damage.
        with suppress(StorageError):
            self._in_use.clear()
        super().close()
