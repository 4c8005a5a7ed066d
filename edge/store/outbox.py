"""Tickets on their way to origin: a viewer was told that people will answer, so a ticket is never lost.

One SQLite file, `directory/outbox/tickets.db`, in WAL mode with `synchronous=FULL`: when `put_many` returns, the
tickets outlive a power cut. Delivery is at least once; a ticket's id lets origin take it once.

Not noticed: a disk that acknowledges a sync and loses it (the end of the log is then silently missing), and a byte that
flips inside a payload.
"""

import shlex
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, Self

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.store.faults import DamagedError, storage_errors
from edge.store.home import Home
from edge.store.sqlite_file import open_existing

_NAME = "outbox"
_SCHEMA_VERSION = 1
_SCHEMA = """CREATE TABLE tickets (
    place    INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    created  REAL NOT NULL,
    due      REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    error    TEXT NOT NULL DEFAULT '',
    payload  BLOB NOT NULL
) STRICT"""
_INDEX = "CREATE INDEX tickets_by_due ON tickets (due, place)"
_PUT = "INSERT INTO tickets (id, created, payload) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING"
_DUE = "SELECT id, payload, attempts FROM tickets WHERE due <= ? ORDER BY due, place LIMIT ?"
_LONGEST_ERROR = 500
_LONGEST_WAIT_S = 3600.0
"""Nobody postpones further: `edge.wire.origin` cuts a longer Retry-After to this."""


class OutboxEntry(NamedTuple):
    """A ticket that waits, and how often its delivery has failed."""

    id: str
    payload: bytes
    attempts: int


class Outbox:
    """The tickets in `directory/outbox`; for one process, and for the one thread that opens, uses and closes it.

    `clock` gives Unix seconds; `connection` is what a test's failing disk replaces. Opening makes tickets due that seem
    postponed by more than an hour: the clock was set back since.

    Raises `ConfigError` when the operator must act, `DamagedError` (a `StorageError`) with the `mv` to run when the
    file is not ours, and `StorageError` when the disk cannot be used.
    """

    def __init__(
        self,
        directory: Path,
        *,
        max_tickets: int,
        clock: Callable[[], float] = time.time,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self._home = Home(directory, _NAME)
        self._file = self._home.folder / "tickets.db"
        self._max_tickets = max_tickets
        self._clock = clock
        self._depth: int | None = None
        try:
            self._home.ensure(_create)
            self._connection = self._open(connection)
        except BaseException:
            self._home.close()
            raise

    def put_many(self, tickets: Sequence[tuple[str, bytes]]) -> None:
        """Every (id, payload) is durable on return; an id that already waits keeps the payload it has.

        Raises `RefusedError` (overloaded) when they do not all fit, `StorageError` when the disk fails; nothing of the
        batch is stored then, unless only the last sync failed: putting it again is safe.
        """
        depth = self.depth()
        now = self._clock()
        with self._transaction() as connection:
            before = connection.total_changes
            connection.executemany(_PUT, ((ticket, now, payload) for ticket, payload in tickets))
            added = connection.total_changes - before
            if added and depth + added > self._max_tickets:
                raise RefusedError(
                    f"the outbox holds {depth} tickets and was given {added} more, expected at most"
                    f" {self._max_tickets} altogether",
                    reason=Reason.OVERLOADED,
                )
        self._depth = depth + added

    def due(self, now: float, limit: int) -> list[OutboxEntry]:
        """At most `limit` tickets that may be tried, those never tried first, then by when they became due."""
        self._home.check_thread()
        with storage_errors(self._file):
            return [OutboxEntry(*row) for row in self._connection.execute(_DUE, (now, limit))]

    def delivered(self, ids: Sequence[str]) -> None:
        """Forgets tickets that origin has taken; unknown ids are fine."""
        depth = self.depth()
        with self._transaction() as connection:
            before = connection.total_changes
            connection.executemany("DELETE FROM tickets WHERE id = ?", ((ticket,) for ticket in ids))
            removed = connection.total_changes - before
        self._depth = depth - removed

    def postpone(self, ticket: str, *, until: float, error: str) -> None:
        """Counts a failed try; the ticket is due again at `until` (Unix seconds). An unknown id is fine."""
        with self._transaction() as connection:
            connection.execute(
                "UPDATE tickets SET due = ?, attempts = attempts + 1, error = ? WHERE id = ?",
                (until, error[:_LONGEST_ERROR], ticket),
            )

    def depth(self) -> int:
        """How many tickets wait."""
        self._home.check_thread()
        if self._depth is None:
            with storage_errors(self._file):
                (self._depth,) = self._connection.execute("SELECT count(*) FROM tickets").fetchone()
        return self._depth

    def oldest(self) -> float | None:
        """When the ticket that has waited longest was put (Unix seconds), None when none waits."""
        self._home.check_thread()
        with storage_errors(self._file):
            row = self._connection.execute("SELECT created FROM tickets ORDER BY place LIMIT 1").fetchone()
        return None if row is None else row[0]

    def close(self) -> None:
        """Gives the directory free; doing it twice is fine."""
        self._home.check_thread()
        with storage_errors(self._file):
            self._connection.close()
        self._home.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
        try:
            connection = open_existing(self._file, factory=factory)
        except DamagedError as error:
            raise DamagedError(f"{error.text}; {self._how_to_set_aside()}") from error
        try:
            with storage_errors(self._file):
                self._check_schema(connection)
                _set_durable(connection)
                latest = self._clock() + _LONGEST_WAIT_S
                connection.execute("UPDATE tickets SET due = 0 WHERE due > ?", (latest,))
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_schema(self, connection: sqlite3.Connection) -> None:
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > _SCHEMA_VERSION:
            raise ConfigError(
                f"{self._file} has schema version {version}, expected {_SCHEMA_VERSION}; run the newer release of"
                f" skerry that wrote it, or {self._how_to_set_aside()}"
            )
        found = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name").fetchall()
        if found != [(_SCHEMA,), (_INDEX,)]:
            raise DamagedError(f"{self._file} does not hold an outbox's table; {self._how_to_set_aside()}")

    def _how_to_set_aside(self) -> str:
        folder = shlex.quote(str(self._home.folder))
        return f"to keep it for rescue and start with an empty outbox, run: mv {folder} {folder}.aside"

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        self._home.check_thread()
        with storage_errors(self._file):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                # A COMMIT that failed may still have happened: what we counted is void until counted again.
                self._depth = None
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise


def _create(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "tickets.db", isolation_level=None)) as connection:
        _set_durable(connection)
        connection.execute("BEGIN")
        connection.execute(_SCHEMA)
        connection.execute(_INDEX)
        connection.execute(f"PRAGMA user_version = {_SCHEMA_VERSION}")
        connection.execute("COMMIT")


def _set_durable(connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StorageError(f"the file system does not allow a write-ahead log, SQLite fell back to {mode!r}")
    connection.execute("PRAGMA synchronous = FULL")
