"""The common part of stores that are one SQLite file in a locked folder: how they are closed."""

import sqlite3
from pathlib import Path
from typing import Self

from edge.store.files.faults import database_errors
from edge.store.files.home import Home


class SqliteStore:
    """A store that is one SQLite file. A subclass opens the folder and the file in its `__init__`."""

    _home: Home
    _file: Path
    _connection: sqlite3.Connection

    def close(self) -> None:
        """Close the database and release the lock. Idempotent."""
        self._home.check_thread()
        with database_errors(self._file):
            self._connection.close()
        self._home.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
