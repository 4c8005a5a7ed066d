"""Everything that a PoP has verified, so that it can serve after a restart without a network.

Values are the bytes that arrived. Their keys are chosen by the sync (`root/1`, `timestamp`, `island/acme/hoodie-drop`).
`edge.trust` verifies the values again after they are read. This room only promises that commits are atomic and durable.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Self

import diskcache

from edge.errors import ConfigError, StorageError
from edge.host import utc_now
from edge.store.files import SETTINGS, BytesDisk, DamagedError, Home, database_errors, open_existing, refuse_foreign

_NAME = "verified"
BUSY_S = 5.0
"""How long to wait while another program, such as `sqlite3`, locks the file."""


class VerifiedStore:
    """The store in `directory/verified`. One process may open it, and one thread opens, uses and closes it.

    `busy_s` is how long to wait while another program locks the file.

    Raises `DamagedError` (a `StorageError`) if the files hold anything that Skerry did not write, `StorageError` if
    the disk fails, and `ConfigError` if the operator must act.
    """

    def __init__(self, directory: Path, *, busy_s: float = BUSY_S) -> None:
        _refuse_variables(directory)
        self._home = Home(directory, _NAME)
        self._file = self._home.folder / diskcache.core.DBNAME
        try:
            self._home.ensure(_create)
            with closing(open_existing(self._file)) as connection, database_errors(self._file):
                refuse_foreign(connection, self._file)
            with self._faults():
                self._cache = _open_cache(self._home.folder, busy_s=busy_s)
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
            values = {key: self._cache.get(key) for key in self._cache}
        for key, value in values.items():
            if value is None:
                raise DamagedError(f"{self._file} lists {key!r} without a value")
        return values

    def get(self, key: str) -> bytes | None:
        """The value of `key`, or None. Raises as `read_all`, and `RefusedError` if `key` is not text."""
        with self._faults():
            value: bytes | None = self._cache.get(key)
        return value

    def commit(self, changes: Mapping[str, bytes | None]) -> None:
        """Write all of `changes` in one transaction; None deletes a key. Durable on return.

        Raises `RefusedError` if a key is not text or a value is not bytes; then nothing is changed. Raises
        `StorageError` if the disk fails; then all or nothing is changed, and the same commit can be repeated.
        """
        if not changes:
            return
        with self._faults():
            try:
                with self._cache.transact(retry=False):
                    for key, value in changes.items():
                        if value is None:
                            self._cache.delete(key, retry=False)
                        else:
                            self._cache.set(key, value, retry=False)
            except BaseException:
                # diskcache does not roll back if its COMMIT fails, but closing the connection does. The next use opens
                # a new one.
                self._cache.close()
                raise

    def close(self) -> None:
        """Close the database and release the lock. Idempotent."""
        self._home.check_thread()
        with database_errors(self._file):
            self._cache.close()
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


def _open_cache(folder: Path, *, busy_s: float = BUSY_S) -> diskcache.Cache:
    return diskcache.Cache(str(folder), timeout=busy_s, disk=BytesDisk, **SETTINGS)


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
