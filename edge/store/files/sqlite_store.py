"""The common part of stores that are one SQLite file in a locked folder: transactions, and how they are closed."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

from edge.store.files.faults import database_errors
from edge.store.files.home import Home
from edge.store.files.named_files import NamedFiles


class SqliteStore:
    """A store that is one SQLite file. A subclass opens the folder and the file in its `__init__`, in this order."""

    _home: Home
    _file: Path
    _connection: sqlite3.Connection
    _named: NamedFiles

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Either everything done inside is durable afterwards, or nothing. Raises `StorageError`.

        After the commit it is also raised if a file was deleted or replaced since it was opened.
        """
        self._home.check_thread()
        with database_errors(self._file):
            try:
                self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                self._connection.execute("COMMIT")
                self._named.check()
            except BaseException as error:
                self._forget(error)
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the database and release the lock. Idempotent."""
        self._home.check_thread()
        with database_errors(self._file):
            self._connection.close()
        self._home.close()

    def _forget(self, error: BaseException, /) -> None:
        """Forget what was counted from the file: a transaction failed, and a failed COMMIT may have taken effect."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
