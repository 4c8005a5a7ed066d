"""Errors of sqlite3 and of the operating system, translated to Skerry's.

A damaged file raises another error than a disk that cannot write now: only a damaged file may be set aside.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.errors import DiskFullError, StorageError
from edge.foreign_words import one_line
from edge.host import is_disk_full

_PRIMARY_CODE = 0xFF
"""The low byte of an extended result code is the primary result code (sqlite.org/rescode.html)."""

_NOT_TEXT = "Could not decode to UTF-8"
"""How the message begins if a column of text holds other bytes. It has no code of SQLite's."""

_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
"""The second one: there is no room for the index of the log, which is a file in memory's place."""

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


class DamagedError(StorageError):
    """A store's file is damaged or not written by Skerry. Trying again or freeing space does not help."""


def is_full(error: sqlite3.Error) -> bool:
    """True if SQLite found no room on the disk."""
    return getattr(error, "sqlite_errorcode", None) in _FULL


def may_be_full(error: StorageError) -> bool:
    """True if room on the disk may help: there is none, or a write failed, as it does beyond a quota."""
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    return isinstance(error, DiskFullError) or code == sqlite3.SQLITE_IOERR_WRITE


@contextmanager
def database_errors(file: Path) -> Iterator[None]:
    """Translate errors of sqlite3 and of the operating system. The new error names `file`.

    Raises `DamagedError` if the file is damaged, `DiskFullError` if there is no room, `StorageError` otherwise.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _from_sqlite(error, file) from error
    except UnicodeDecodeError:
        # sqlite3 raises it in place of an error whose message quotes bytes of the file. It has the bytes, so no cause.
        raise DamagedError(f"{file} is damaged: a text in it is not UTF-8") from None
    except OSError as error:
        kind = DiskFullError if is_disk_full(error) else StorageError
        raise kind(f"{file} could not be used: {error.strerror or 'unreadable'}") from error


def _from_sqlite(error: sqlite3.Error, file: Path) -> StorageError:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code & _PRIMARY_CODE in _DAMAGED or code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return DamagedError(f"{file} is damaged: {one_line(str(error))}")
    if str(error).startswith(_NOT_TEXT):
        # Python's own text about such a value quotes all of it: a viewer's words, or a desk's.
        return DamagedError(f"{file} is damaged: a text in it is not UTF-8")
    kind = DiskFullError if is_full(error) else StorageError
    return kind(f"{file} could not be used: {one_line(str(error))}")
