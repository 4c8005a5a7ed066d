"""One SQLite file, opened so that damage is noticed before anything in it is believed.

SQLite takes an empty file for an empty database and would delete the log that belongs to it. So files are only ever
created whole (see `edge.store.files.home`), and the beginning of the file is looked at first.
"""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from edge.store.files.faults import DamagedError, database_errors

_MAGIC = b"SQLite format 3\x00"
"""First 16 bytes of every SQLite database (sqlite.org/fileformat.html, section 1.3)."""

MAX_THOROUGH_BYTES = 64 * 2**20
"""A start must not take longer the longer origin was away: reading 300 MB took 0.7 to 2.4 s, a fifth of it 0.2 s."""

_BUSY_S = 5.0
"""How long to wait for a person who looks into the file with another program."""


def open_existing(
    file: Path,
    *,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
    max_thorough_bytes: int = MAX_THOROUGH_BYTES,
) -> sqlite3.Connection:
    """A connection to a file whose structure was checked, for explicit transactions only.

    A file above `max_thorough_bytes` is checked only where it begins: a damaged page there is noticed when it is read.

    Raises `DamagedError` when the file is missing, empty, not a database or broken inside, and `StorageError` when the
    disk cannot be used. The check reads every page in use once.
    """
    with database_errors(file):
        _check_beginning(file)
        connection = connect(file, factory=factory)
        try:
            thorough = file.stat().st_size <= max_thorough_bytes
            (found,) = connection.execute("PRAGMA quick_check(1)").fetchone() if thorough else ("ok",)
            if found != "ok":
                raise DamagedError(f"{file} is damaged: {' '.join(found.split())}")
        except BaseException:
            connection.close()
            raise
        return connection


def connect(file: Path, *, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """A connection for explicit transactions to a file that must exist; raises what sqlite3 raises."""
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode=rw", uri=True, isolation_level=None, timeout=_BUSY_S, factory=factory
    )
    # Functions and virtual tables that a planted schema might name stay out of reach.
    connection.execute("PRAGMA trusted_schema = OFF")
    # Reading through a memory map turns a file that someone truncates into a SIGBUS.
    connection.execute("PRAGMA mmap_size = 0")
    return connection


def _check_beginning(file: Path) -> None:
    try:
        with file.open("rb") as stream:
            beginning = stream.read(len(_MAGIC))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise DamagedError(f"{file} is missing, expected a SQLite database") from error
    if not beginning:
        raise DamagedError(f"{file} is 0 bytes long, expected a SQLite database")
    if beginning != _MAGIC:
        raise DamagedError(f"{file} does not begin like a SQLite database")
