"""The newest status of each PoP, in one SQLite file of the home: `home/fleet.db`.

The server writes it; commands read it while the server runs. It survives a restarted and a killed server. After a power
cut it may be a second behind, until the next statuses arrive. A damaged file is replaced by an empty one: PoPs post all
of it again.
"""

import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Self
from urllib.parse import quote

import msgspec

from edge.errors import Reason, RefusedError, StorageError
from edge.records import LastStatus, PopStatus
from edge.store.files import DamagedError, database_errors

_BUSY_S = 5.0
_ASIDE = ".damaged"
_TABLE = """
CREATE TABLE IF NOT EXISTS heard (
    change INTEGER PRIMARY KEY AUTOINCREMENT, pop TEXT NOT NULL UNIQUE, key BLOB NOT NULL,
    run INTEGER NOT NULL, sequence INTEGER NOT NULL, at TEXT NOT NULL, document BLOB NOT NULL
)
"""
"""A status replaces the PoP's last and gets the next `change`, so that a reader takes only what is new to it."""


class StatusDb:
    """One connection, for one thread at a time. Close it when done."""

    def __init__(self, home: Path) -> None:
        """Opens the file, makes it when there is none. Raises `StorageError`."""
        self._file = home / "fleet.db"
        self._read = msgspec.json.Decoder(PopStatus)
        self._cache: dict[str, tuple[bytes, LastStatus]] = {}
        self._seen_change = 0
        with database_errors(self._file):
            self._connection = _connect(self._file)

    @classmethod
    def open_or_begin_anew(cls, home: Path) -> Self:
        """As the class itself, but a damaged file is moved aside first. For the server, before anyone else reads."""
        try:
            book = cls(home)
            book.check()
        except DamagedError:
            for path in home.glob("fleet.db*"):
                if not path.name.endswith(_ASIDE):
                    path.rename(path.with_name(path.name + _ASIDE))
            return cls(home)
        return book

    def check(self) -> None:
        """Looks at every page; closes the file and raises `DamagedError` when one is broken."""
        try:
            with database_errors(self._file):
                (found,) = self._connection.execute("PRAGMA quick_check(1)").fetchone()
                if found != "ok":
                    raise DamagedError(f"{self._file} is damaged: {found}")
        except StorageError:
            self.close()
            raise

    def store(self, status: PopStatus, document: bytes, *, key: bytes, now: datetime) -> None:
        """Keep a status whose signature by `key` was verified; `document` are its bytes.

        Raises `RefusedError` (replayed) unless it is newer than what is held of the same PoP under the same key.
        """
        with database_errors(self._file), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            row = self._connection.execute(
                "SELECT run, sequence FROM heard WHERE pop = ? AND key = ?", (status.pop, key)
            ).fetchone()
            if row is not None and (status.run, status.sequence) <= row:
                raise RefusedError(
                    f"status {status.run}.{status.sequence} of PoP '{status.pop}' is not newer than {row[0]}.{row[1]}",
                    reason=Reason.REPLAYED,
                )
            self._connection.execute(
                "INSERT OR REPLACE INTO heard (pop, key, run, sequence, at, document) VALUES (?, ?, ?, ?, ?, ?)",
                (status.pop, key, status.run, status.sequence, now.isoformat(), document),
            )

    def forget(self, pop: str) -> None:
        """Nothing is held of this PoP afterwards."""
        with database_errors(self._file), self._connection:
            self._connection.execute("DELETE FROM heard WHERE pop = ?", (pop,))

    def heard(self) -> dict[str, tuple[bytes, LastStatus]]:
        """By PoP: the key that signed, and its newest status. Reads only what has changed since the last call."""
        with database_errors(self._file):
            rows = self._connection.execute(
                "SELECT pop, key, at, document, change FROM heard WHERE change > ? ORDER BY change",
                (self._seen_change,),
            ).fetchall()
            held = {pop for (pop,) in self._connection.execute("SELECT pop FROM heard")}
        for pop, key, at, document, change in rows:
            self._seen_change = change
            try:
                self._cache[pop] = (key, LastStatus(status=self._read.decode(document), at=datetime.fromisoformat(at)))
            except (msgspec.DecodeError, ValueError):
                # Written by another release of Skerry; the PoP's next status replaces it.
                self._cache.pop(pop, None)
        self._cache = {pop: found for pop, found in self._cache.items() if pop in held}
        return self._cache

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _connect(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode=rwc", uri=True, isolation_level=None, timeout=_BUSY_S, check_same_thread=False
    )
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA journal_mode = WAL")
        # A killed process loses nothing, a power cut the last moments: see the module's first lines.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(_TABLE)
    except BaseException:
        connection.close()
        raise
    return connection
