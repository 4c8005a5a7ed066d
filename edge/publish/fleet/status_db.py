"""The newest status of each PoP, in one SQLite file of the home: `home/fleet.db`.

The server writes it; commands read it while the server runs. Statuses survive a restart and a kill of the server. A
power cut may lose the last second of them. A damaged file is moved aside and replaced by an empty one. Both are
harmless, because every PoP soon posts its whole status again.
"""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import quote

import msgspec

from edge.errors import Reason, RefusedError, StorageError
from edge.records import DECODE_ERRORS, LastStatus, PopStatus
from edge.store.files import DamagedError, check_pages, database_errors

_BUSY_S = 5.0
_DAMAGED_SUFFIX = ".damaged"
_TABLE = """
CREATE TABLE IF NOT EXISTS heard (
    change INTEGER PRIMARY KEY AUTOINCREMENT, pop TEXT NOT NULL UNIQUE, key BLOB NOT NULL,
    run INTEGER NOT NULL, sequence INTEGER NOT NULL, at TEXT NOT NULL, document BLOB NOT NULL
)
"""
"""One row for each PoP. A new status replaces the row and gets the next `change`: readers ask for newer rows only."""


class StatusDb:
    """One connection, for one thread at a time. The caller closes it."""

    def __init__(self, home: Path) -> None:
        """Open the file; create it if there is none. Raises `StorageError`, `DamagedError` for a damaged file."""
        self._file = home / "fleet.db"
        self._decoder = msgspec.json.Decoder(PopStatus)
        self._cache: dict[str, tuple[bytes, LastStatus]] = {}
        self._seen_change = 0
        with database_errors(self._file):
            self._connection = _connect(self._file)
        self._opened = _identity(self._file)

    @classmethod
    def open_or_replace(cls, home: Path) -> Self:
        """Open the file. A damaged one is renamed to `fleet.db.damaged` and replaced by an empty one.

        Only for the server, which is the one writer. Raises `StorageError`.
        """
        try:
            database = cls(home)
            database.check()
        except DamagedError:
            # With its -wal and -shm files: SQLite would apply an old journal to the new file.
            for path in home.glob("fleet.db*"):
                if not path.name.endswith(_DAMAGED_SUFFIX):
                    path.rename(path.with_name(path.name + _DAMAGED_SUFFIX))
            return cls(home)
        return database

    def is_replaced(self) -> bool:
        """True if the path no longer leads to the opened file, as after a restore of the home under a running server.

        What is stored in that file is seen by nobody else. The caller closes it and opens the path again.
        """
        return _identity(self._file) != self._opened

    def check(self) -> None:
        """Read every page. If one is damaged, close the file and raise `DamagedError`."""
        try:
            with database_errors(self._file):
                check_pages(self._connection, self._file)
        except StorageError:
            self.close()
            raise

    def store(self, status: PopStatus, document: bytes, *, key: bytes, now: datetime) -> None:
        """Store a status whose signature by `key` (32 bytes) was verified; `document` is the signed bytes.

        Raises `RefusedError` (replayed) if a status of the same PoP and key is stored that is as new or newer,
        `StorageError` if the disk fails.
        """
        with database_errors(self._file), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            # Only under the same key: a PoP with a new key may count from the start again.
            row = self._connection.execute(
                "SELECT run, sequence FROM heard WHERE pop = ? AND key = ?", (status.pop, key)
            ).fetchone()
            if row is not None and (status.run, status.sequence) <= row:
                raise RefusedError(
                    f"status {status.run}.{status.sequence} of PoP '{status.pop}' is a replay,"
                    f" expected one newer than {row[0]}.{row[1]}",
                    reason=Reason.REPLAYED,
                )
            self._connection.execute(
                "INSERT OR REPLACE INTO heard (pop, key, run, sequence, at, document) VALUES (?, ?, ?, ?, ?, ?)",
                (status.pop, key, status.run, status.sequence, now.isoformat(), document),
            )

    def forget(self, pop: str) -> None:
        """Delete the PoP's status, if there is one."""
        with database_errors(self._file), self._connection:
            self._connection.execute("DELETE FROM heard WHERE pop = ?", (pop,))

    def latest(self) -> dict[str, tuple[bytes, LastStatus]]:
        """Newest status of each PoP and the key that signed it, by PoP.

        Reads only rows that have changed since the last call. Raises `StorageError` if the disk fails.
        """
        with database_errors(self._file):
            rows = self._connection.execute(
                "SELECT pop, key, at, document, change FROM heard WHERE change > ? ORDER BY change",
                (self._seen_change,),
            ).fetchall()
            stored = {pop for (pop,) in self._connection.execute("SELECT pop FROM heard")}
        for pop, key, at, document, change in rows:
            self._seen_change = change
            try:
                self._cache[pop] = (
                    key,
                    LastStatus(status=self._decoder.decode(document), at=datetime.fromisoformat(at)),
                )
            except (ValueError, *DECODE_ERRORS):
                # Written by another release of Skerry; the PoP's next status replaces it.
                self._cache.pop(pop, None)
        # A deleted row leaves no change behind, so it is noticed by its absence.
        self._cache = {pop: latest for pop, latest in self._cache.items() if pop in stored}
        return self._cache

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


def _identity(file: Path) -> tuple[int, int] | None:
    """Device and inode; None if there is no file. A process that has a file open keeps its inode from other files."""
    try:
        status = file.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _connect(file: Path) -> sqlite3.Connection:
    # SQLite gives its journals the mode of the file, and would make the file with what the umask leaves.
    file.touch(mode=0o600)
    file.chmod(0o600)
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode=rwc", uri=True, isolation_level=None, timeout=_BUSY_S, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        # No sync at each commit: a killed process loses nothing, a power cut the last second (module docstring).
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_TABLE)
    except BaseException:
        connection.close()
        raise
    return connection
