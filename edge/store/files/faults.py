"""Errors of sqlite3 and of the operating system, translated to Skerry's.

A damaged file raises another error than a disk that cannot write now: only a damaged file may be set aside.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import StorageError

_PRIMARY_CODE = 0xFF
"""The low byte of an extended result code is the primary result code (sqlite.org/rescode.html)."""

_NOT_TEXT = "Could not decode to UTF-8"
"""How the message begins if a column of text holds other bytes. It has no code of SQLite's."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class DamagedError(StorageError):
    """A store's file is damaged or not written by Skerry. Trying again or freeing space does not help."""


@contextmanager
def database_errors(file: Path) -> Iterator[None]:
    """Translate errors of sqlite3 and of the operating system. The new error names `file`.

    Raises `DamagedError` if the file is damaged, `StorageError` otherwise.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, file) from error
    except OSError as error:
        raise StorageError(f"{file} could not be used: {error.strerror or 'unreadable'}") from error


def _from_sqlite(error: sqlite3.Error, file: Path) -> StorageError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code & _PRIMARY_CODE in _DAMAGED or code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return DamagedError(f"{file} is damaged: {error}")
    # Python's own text about such a value quotes all of it: a viewer's words, or a desk's.
    why = "a text in it is not UTF-8" if str(error).startswith(_NOT_TEXT) else str(error)
    return StorageError(f"{file} could not be used: {why}")
