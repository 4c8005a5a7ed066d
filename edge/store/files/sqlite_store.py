"""What the stores that are one SQLite file in a locked folder have in common: they are closed once, by their thread."""

import sqlite3
from pathlib import Path
from typing import Self

from edge.store.files.faults import database_errors
from edge.store.files.home import Home


class SqliteStore:
    """A file in its folder; who derives from it opens both."""

    _home: Home
    _file: Path
    _connection: sqlite3.Connection

    def close(self) -> None:
        """Gives the directory free; doing it twice is fine."""
        self._home.check_thread()
        with database_errors(self._file):
            self._connection.close()
        self._home.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
