"""What sqlite3 and the operating system report, in Skerry's words.

A damaged file and a disk that cannot write now are told apart, because only the first may be set aside.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import StorageError

_PRIMARY_CODE = 0xFF
"""SQLite's extended result codes carry the primary one in their low byte (sqlite.org/rescode.html)."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class DamagedError(StorageError):
    """A store's file holds something that Skerry did not write; waiting or freeing space will not help."""


@contextmanager
def database_errors(file: Path) -> Iterator[None]:
    """Raises `StorageError`, naming `file`, in place of what sqlite3 or the operating system raises inside."""
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, file) from error
    except OSError as error:
        raise StorageError(f"{file} could not be used: {error.strerror or error}") from error


def _from_sqlite(error: sqlite3.Error, file: Path) -> StorageError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code & _PRIMARY_CODE in _DAMAGED or code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return DamagedError(f"{file} is damaged: {error}")
    return StorageError(f"{file} could not be used: {error}")
