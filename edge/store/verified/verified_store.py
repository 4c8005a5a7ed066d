"""Everything that a PoP has verified, so that it can serve after a restart without a network.

Values are the bytes that arrived. Their keys are chosen by the sync (`root/1`, `timestamp`, `island/acme/hoodie-drop`).
`edge.trust` verifies the values again after they are read. This room only promises that commits are atomic and durable.
"""

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any, Self

import diskcache

from edge.errors import ConfigError, DiskFullError, StorageError
from edge.host import utc_now
from edge.store.files import (
    SETTINGS,
    BytesDisk,
    DamagedError,
    Home,
    NamedFiles,
    Reserve,
    database_errors,
    log_of,
    open_existing,
    refuse_foreign,
)

_NAME = "verified"
BUSY_S = 5.0
"""How long to wait while another program, such as `sqlite3`, locks the file."""

_MAX_SMALL_BYTES = 256 * 1024
"""A larger change waits until there is room again. A withdrawal is smaller, and may use the reserve."""


_MAX_LOGGED_BYTES = 3 * 1024 * 1024
"""Less than SQLite's own limit of 1,000 pages of 4 KiB. At that a commit copies the log, and takes 5 ms longer."""

_COMMIT_BYTES = 16 * 1024
"""What a commit adds to the log with its values: pages of the table, its index and its settings."""


class VerifiedStore:
    """The store in `directory/verified`. One process may open it, and one thread opens, uses and closes it.

    `busy_s` is how long to wait while another program locks the file. `shorten_log` does nothing until more than
    `max_logged_bytes` were committed.

    Raises `DamagedError` (a `StorageError`) if the files hold anything that Skerry did not write, `StorageError` if
    the disk fails, and `ConfigError` if the operator must act. On a full disk it opens for reading; it is opened for
    writing by the first commit for which there is room.
    """

    def __init__(self, directory: Path, *, busy_s: float = BUSY_S, max_logged_bytes: int = _MAX_LOGGED_BYTES) -> None:
        _refuse_variables(directory)
        self._busy_s, self._reserve = busy_s, Reserve(directory)
        self._max_logged_bytes, self._logged_bytes = max_logged_bytes, 0
        self._cache: Any = None
        self._reader: sqlite3.Connection | None = None
        self._home = Home(directory, _NAME)
        self._file = self._home.folder / diskcache.core.DBNAME
        self._log: NamedFiles | None = None
        try:
            self._home.ensure(_create)
            with closing(open_existing(self._file)) as connection, database_errors(self._file):
                refuse_foreign(connection, self._file)
            try:
                self._open_for_writing()
            except DiskFullError:
                self._reader = open_existing(self._file)
            self._named = NamedFiles(self._file)
        except BaseException:
            self._home.close()
            raise

    @classmethod
    def open_or_set_aside(cls, directory: Path, *, now: datetime | None = None) -> tuple[Self, Path | None]:
        """Open the store; if it is damaged, move it aside and open an empty one. Nothing is deleted.

        Returns the store, and the path of the damaged one, or None if there was no damage. `now` is the time in that
        path. Raises `StorageError` if the disk fails, and `ConfigError` if the operator must act.
        """
        try:
            return cls(directory), None
        except DamagedError:
            home = Home(directory, _NAME)
            try:
                aside = home.set_aside(now or utc_now())
            finally:
                home.close()
            return cls(directory), aside

    def read_all(self) -> dict[str, bytes]:
        """Every key with its value. Raises `DamagedError` if a row is damaged, `StorageError` if the disk fails."""
        with self._faults():
            if self._reader is not None:
                return dict(self._reader.execute("SELECT key, value FROM Cache").fetchall())
            cache = self._cache
            values = {key: cache.get(key) for key in cache}
        for key, value in values.items():
            if value is None:
                raise DamagedError(f"{self._file} lists {key!r} without a value")
        return values

    def get(self, key: str) -> bytes | None:
        """The value of `key`, or None. Raises as `read_all`, and `RefusedError` if `key` is not text."""
        if self._reader is not None:
            return self.read_all().get(key)
        with self._faults():
            value: bytes | None = self._cache.get(key)
        return value

    def commit(self, changes: Mapping[str, bytes | None]) -> None:
        """Write all of `changes` in one transaction; None deletes a key. Durable on return.

        Raises `RefusedError` if a key is not text or a value is not bytes; then nothing is changed. Raises
        `StorageError` if the disk fails, or the file was deleted or replaced since it was opened; then all or nothing
        is changed, and the same commit can be repeated.
        """
        if not changes:
            return
        size = sum(len(value) for value in changes.values() if isinstance(value, bytes))
        if size > _MAX_SMALL_BYTES:
            self._reserve.require_room()
        try:
            self._commit(changes)
            self._logged_bytes += size + _COMMIT_BYTES
        except DiskFullError:
            # A withdrawal must be stored; the next attempt has room.
            self._reserve.give_up()
            raise

    def _commit(self, changes: Mapping[str, bytes | None]) -> None:
        self._open_for_writing()
        with self._faults():
            cache = self._cache
            try:
                with cache.transact(retry=False):
                    # SQLite has opened its log by now, and keeps it open until the connection is closed.
                    self._log = self._log or NamedFiles(log_of(self._file))
                    for key, value in changes.items():
                        if value is None:
                            cache.delete(key, retry=False)
                        else:
                            cache.set(key, value, retry=False)
                self._named.check()
                self._log.check()
            except BaseException:
                # diskcache does not roll back if its COMMIT fails, but closing the connection does. The next use opens
                # a new one.
                cache.close()
                self._log = None
                raise

    def shorten_log(self) -> None:
        """Copy SQLite's log into the file, if much was committed since. To be called when nothing waits for the disk.

        Raises nothing: what was committed is durable in the log, and SQLite copies it at a later commit otherwise.
        """
        if self._logged_bytes <= self._max_logged_bytes or self._log is None:
            return
        self._logged_bytes = 0
        with suppress(StorageError), self._faults():
            self._cache.copy_log()

    def _open_for_writing(self) -> None:
        """Open diskcache, which writes its settings first. Raises `DiskFullError`; then it is open for reading."""
        if self._cache is not None:
            return
        if self._reader is not None:
            self._reader.close()
        try:
            with self._faults():
                self._cache = _open_cache(self._home.folder, busy_s=self._busy_s)
        except DiskFullError:
            self._reader = open_existing(self._file) if self._reader is not None else None
            raise
        self._reader = None

    def close(self) -> None:
        """Close the database and release the lock. Idempotent."""
        self._home.check_thread()
        with database_errors(self._file):
            for opened in (self._cache, self._reader):
                if opened is not None:
                    opened.close()
        self._home.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def _faults(self) -> Iterator[None]:
        self._home.check_thread()
        with database_errors(self._file):
            try:
                yield
            except diskcache.Timeout as error:
                # diskcache reports every failure to begin a transaction as a timeout. SQLite's error is its context.
                raise StorageError(f"{self._file} could not be written: {error.__context__ or 'locked'}") from error


class _Cache(diskcache.Cache):  # type: ignore[misc]  # diskcache has no types
    """diskcache's cache, which leaves no connection open if it cannot be opened. It would keep the file locked."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        try:
            super().__init__(*arguments, **settings)
        except BaseException:
            self.close()
            raise

    def copy_log(self) -> None:
        """Write every page of the log to the file, and sync it. Waits for no reader."""
        self._sql("PRAGMA wal_checkpoint(PASSIVE)").fetchone()


def _open_cache(folder: Path, *, busy_s: float = BUSY_S) -> diskcache.Cache:
    return _Cache(str(folder), timeout=busy_s, disk=BytesDisk, **SETTINGS)


def _create(folder: Path) -> None:
    _open_cache(folder).close()


def _refuse_variables(directory: Path) -> None:
    # diskcache expands `$NAME` in its path, so the store would be in another folder than the lock.
    path = str(directory.absolute())
    if os.path.expandvars(path) != path:
        raise ConfigError(
            f"state directory {path} contains an environment variable, expected a plain path;"
            f" to see what it expands to, run: echo {path}"
        )
