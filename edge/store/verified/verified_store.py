"""Everything a PoP has verified, kept so that it can serve after a restart with nobody reachable.

Values are bytes as they arrived, under keys that trust chooses (`root/1`, `timestamp`, `island/acme/hoodie-drop`).
What is read back is verified again by trust; this room only promises that a commit is whole and lasts.
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
"""How long to wait for a person who looks into the file with another program."""


class VerifiedStore:
    """The store in `directory/verified`; for one process, and for the one thread that opens, uses and closes it.

    Raises `DamagedError` (a `StorageError`) when the files hold something that Skerry did not write, `StorageError`
    when the disk cannot be used, and `ConfigError` when the operator must act.
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
        """The store, and where its damaged predecessor was moved, None when it was sound. Nothing is deleted.

        `now` dates the name of what is set aside. Still raises what concerns the disk or the operator.
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
        """Every key with its value."""
        with self._faults():
            values = {key: self._cache.get(key) for key in self._cache}
        for key, value in values.items():
            if value is None:
                raise DamagedError(f"{self._file} lists {key!r} without a value")
        return values

    def get(self, key: str) -> bytes | None:
        """The value last committed under `key`, None when there is none."""
        with self._faults():
            value: bytes | None = self._cache.get(key)
        return value

    def commit(self, changes: Mapping[str, bytes | None]) -> None:
        """All of `changes` are durable on return; None deletes.

        Raises `StorageError` when the disk fails, `RefusedError` for a key or value of another type; nothing is changed
        then, unless only the last sync failed: committing again is safe.
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
                # diskcache does not roll back when its COMMIT fails; closing the connection does. The next use opens
                # another.
                self._cache.close()
                raise

    def close(self) -> None:
        """Gives the directory free; doing it twice is fine."""
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
                # diskcache calls every failure to begin a transaction a timeout; the cause is what sqlite3 said.
                raise StorageError(f"{self._file} could not be written: {error.__context__ or 'locked'}") from error


def _open_cache(folder: Path, *, busy_s: float = BUSY_S) -> diskcache.Cache:
    return diskcache.Cache(str(folder), timeout=busy_s, disk=BytesDisk, **SETTINGS)


def _create(folder: Path) -> None:
    _open_cache(folder).close()


def _refuse_variables(directory: Path) -> None:
    # diskcache replaces `$NAME` in its path, and would put the store elsewhere.
    path = str(directory.absolute())
    if os.path.expandvars(path) != path:
        raise ConfigError(
            f"state directory {path} holds the name of an environment variable, expected a plain path;"
            f" to see what it would become, run: echo {path}"
        )
