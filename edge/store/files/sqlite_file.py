"""Open a SQLite file, and check it for damage before anything in it is used.

SQLite treats an empty file as an empty database, and deletes the log that belongs to it. So files are created
atomically (see `edge.store.files.home`), and the first bytes are checked before SQLite opens the file.
"""

import sqlite3
from pathlib import Path
from urllib.parse import quote

from edge.foreign_words import one_line
from edge.store.files.faults import DamagedError, database_errors, is_full

_MAGIC = b"SQLite format 3\x00"
"""The first 16 bytes of every SQLite database (sqlite.org/fileformat.html, section 1.3)."""

MAX_THOROUGH_BYTES = 64 * 2**20
"""Larger files are not read whole, so that a long outage of origin does not slow the next start. Reading 300 MB took
0.7 to 2.4 s, a fifth of it 0.2 s."""

_BUSY_S = 5.0
"""How long to wait while another program, such as `sqlite3`, locks the file."""


def open_existing(
    file: Path,
    *,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
    max_thorough_bytes: int = MAX_THOROUGH_BYTES,
) -> sqlite3.Connection:
    """Check a file and connect to it. The connection starts no transactions by itself.

    The check reads every page in use once. In a file larger than `max_thorough_bytes` it reads only the beginning;
    SQLite then reports a damaged page when it reads that page.

    Raises `DamagedError` if the file is missing, empty, not a database or damaged, and `StorageError` if the disk
    fails.
    """
    with database_errors(file):
        _check_first_bytes(file)
        thorough = file.stat().st_size <= max_thorough_bytes
        try:
            return _checked(connect(file, factory=factory), file, thorough=thorough)
        except sqlite3.OperationalError as error:
            if not is_full(error):
                raise
        # There is no room for the index of the log. One user alone has it in memory, and can read all there is.
        connection = connect(file, factory=factory)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        return _checked(connection, file, thorough=thorough)


def _checked(connection: sqlite3.Connection, file: Path, *, thorough: bool) -> sqlite3.Connection:
    try:
        if thorough:
            check_pages(connection, file)
        # Names of tables that are no text are damage, too.
        connection.execute("SELECT name, sql FROM sqlite_schema").fetchall()
    except BaseException:
        connection.close()
        raise
    return connection


def check_pages(connection: sqlite3.Connection, file: Path) -> None:
    """Read every page. Raises `DamagedError`, and `sqlite3.Error`."""
    # SQLite quotes bytes of the file, which need not be text.
    connection.text_factory = lambda text: text.decode(errors="replace")
    try:
        (problem,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    finally:
        connection.text_factory = str
    if problem != "ok":
        raise DamagedError(f"{file} is damaged: {one_line(' '.join(problem.split()))}")


def connect(file: Path, *, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """Connect to an existing file without checking it. Raises `sqlite3.Error`."""
    connection = sqlite3.connect(
        f"file:{quote(str(file))}?mode=rw", uri=True, isolation_level=None, timeout=_BUSY_S, factory=factory
    )
    # A tampered schema must not call functions or virtual tables.
    connection.execute("PRAGMA trusted_schema = OFF")
    # What is deleted is overwritten. Many builds of SQLite do so anyway; a viewer's words must not depend on that.
    connection.execute("PRAGMA secure_delete = ON")
    # With a memory map, a file that is truncated while it is open would kill the process with SIGBUS.
    connection.execute("PRAGMA mmap_size = 0")
    return connection


def log_of(file: Path) -> Path:
    """The write-ahead log of a database."""
    return file.with_name(f"{file.name}-wal")


def _check_first_bytes(file: Path) -> None:
    try:
        with file.open("rb") as stream:
            first_bytes = stream.read(len(_MAGIC))
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError) as error:
        raise DamagedError(f"{file} is missing, expected a SQLite database") from error
    if not first_bytes:
        raise DamagedError(f"{file} is 0 bytes long, expected a SQLite database")
    if first_bytes != _MAGIC:
        raise DamagedError(f"{file} does not begin like a SQLite database")
