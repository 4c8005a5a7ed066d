"""What this witness saw last of each log, in one SQLite file of the home: `home/witness.db`.

A row only ever moves forward, in one transaction with the look at what it was: two requests at once, or two servers of
one home, cannot take it back. It is on the disk before the cosignature leaves. A damaged file is not replaced: an empty
one would make the witness agree to another history.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from edge.errors import Reason, RefusedError
from edge.store.files import database_errors

MAX_LOGS_OF_POP = 10_000
"""A log is one event of one tenant. A PoP with a stolen key cannot fill the disk."""

_BUSY_S = 5.0
_TABLE = """
CREATE TABLE IF NOT EXISTS seen (
    origin TEXT PRIMARY KEY, pop TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL, note TEXT NOT NULL
)
"""


class Seen(NamedTuple):
    """The last checkpoint that was cosigned of a log."""

    size: int
    root: bytes
    """32 bytes."""


class SeenLogs:
    """The states of all logs of one home. Each call opens the file, so a home that is restored is seen at once."""

    def __init__(self, home: Path, *, max_logs_of_pop: int = MAX_LOGS_OF_POP) -> None:
        self._file, self._max_logs = home / "witness.db", max_logs_of_pop

    @contextmanager
    def advancing(self, origin: str, pop: str) -> Iterator["Advance"]:
        """One step of a log. If the block raises, nothing has changed; else it is durable at its end.

        Raises `RefusedError` if the PoP has too many logs, `StorageError` if the disk fails or the file is damaged.
        """
        with database_errors(self._file), closing(self._connect()) as connection, connection:
            # The lock is taken before the look: nobody else moves the row between the two.
            connection.execute("BEGIN IMMEDIATE")
            yield Advance(connection, origin, pop, self._max_logs)

    def last(self, origin: str, pop: str) -> "Seen | None":
        """What was cosigned last of a log; None if nothing was. Raises `StorageError` as `advancing` does."""
        with self.advancing(origin, pop) as row:
            return row.last()

    def _connect(self) -> sqlite3.Connection:
        # SQLite would make the file with what the umask leaves.
        self._file.touch(mode=0o600)
        connection = sqlite3.connect(
            f"file:{quote(str(self._file))}?mode=rw", uri=True, isolation_level=None, timeout=_BUSY_S
        )
        try:
            connection.execute("PRAGMA trusted_schema = OFF")
            # A commit is on the disk when it returns, also without power.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(_TABLE)
        except BaseException:
            connection.close()
            raise
        return connection


class Advance:
    """The row of one log, within a transaction."""

    def __init__(self, connection: sqlite3.Connection, origin: str, pop: str, max_logs: int) -> None:
        self._connection, self._origin, self._pop, self._max_logs = connection, origin, pop, max_logs

    def last(self) -> Seen | None:
        """What was cosigned last; None for a log that was never seen."""
        row = self._connection.execute("SELECT size, root FROM seen WHERE origin = ?", (self._origin,)).fetchone()
        return None if row is None else Seen(*row)

    def to(self, size: int, root: bytes, note: str) -> None:
        """Remember a later state. Raises `RefusedError` if it is one log too many."""
        others = self._connection.execute(
            "SELECT count(*) FROM seen WHERE pop = ? AND origin != ?", (self._pop, self._origin)
        ).fetchone()
        if others[0] >= self._max_logs:
            text = f"PoP '{self._pop}' has {others[0]} logs, expected at most {self._max_logs}"
            raise RefusedError(text, reason=Reason.TOO_LARGE)
        self._connection.execute(
            "INSERT OR REPLACE INTO seen (origin, pop, size, root, note) VALUES (?, ?, ?, ?, ?)",
            (self._origin, self._pop, size, root, note),
        )
