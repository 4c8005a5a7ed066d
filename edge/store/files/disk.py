"""How diskcache reads and writes rows: keys are text, values are bytes, and nothing else is accepted.

diskcache's own `Disk` unpickles rows that are marked as pickles. It also opens a file that a row names, and deletes
that file when the row is replaced (CVE-2025-69872). Each row of its `Settings` table becomes an attribute of the cache,
an argument of the disk or a PRAGMA. So a tampered file could run code. Two checks prevent that: `refuse_foreign` reads
a file before diskcache opens it, and `BytesDisk` checks every row that diskcache reads later.
"""

import sqlite3
from pathlib import Path
from typing import Never

import diskcache

from edge.errors import RefusedError
from edge.store.files.faults import DamagedError

_RAW_MODE = 0
"""diskcache's mode for a value that is stored in its row, unchanged."""

SETTINGS = {
    "statistics": 0,
    "tag_index": 0,
    "eviction_policy": "none",
    "size_limit": 2**62,
    # Do not delete expired rows either; no row of ours expires.
    "cull_limit": 0,
    "sqlite_auto_vacuum": 0,
    "sqlite_cache_size": 2**10,
    "sqlite_journal_mode": "wal",
    # With a memory map, a file that is truncated while it is open would kill the process with SIGBUS.
    "sqlite_mmap_size": 0,
    "sqlite_synchronous": 2,
    # diskcache does not sync values that it writes to separate files.
    "disk_min_file_size": 2**62,
    "disk_pickle_protocol": 0,
}
"""Every setting of diskcache 5.6, so that diskcache reads none from the file."""

_COUNTERS = ("count", "size", "hits", "misses")
_TRIGGERS = (
    "Settings_count_insert",
    "Settings_count_delete",
    "Settings_size_insert",
    "Settings_size_update",
    "Settings_size_delete",
)
_FOREIGN_ROW = (
    "SELECT key FROM Cache WHERE typeof(key) != 'text' OR raw IS NOT 1 OR mode IS NOT 0"
    " OR typeof(value) != 'blob' OR filename IS NOT NULL OR expire_time IS NOT NULL LIMIT 1"
)
_MANY = 100
"""Far more settings, triggers and views than we write. Only a tampered file has more."""


class BytesDisk(diskcache.Disk):  # type: ignore[misc]  # diskcache has no types
    """diskcache's disk for text keys and bytes values.

    Raises `RefusedError` if another type is written, and `DamagedError` if another kind of row is read.
    """

    def put(self, key: object) -> tuple[str, bool]:
        """The key as SQLite stores it, and that it is stored as it is."""
        if type(key) is not str or not _is_utf8(key):
            raise RefusedError(f"a store's key is {type(key).__name__}, expected a str that is valid Unicode")
        return key, True

    def get(self, key: object, raw: object) -> str:
        """The key of a row that was read."""
        if type(key) is not str or raw != 1:
            raise DamagedError(f"a row's key is {type(key).__name__} with raw {raw!r}, expected str with raw 1")
        return key

    def store(self, value: object, read: object, key: object = None) -> tuple[int, int, None, memoryview]:
        """The columns size, mode, filename and value of a row to write."""
        if type(value) is not bytes or read:
            raise RefusedError(f"the value of {key!r} is {type(value).__name__}, expected bytes")
        return 0, _RAW_MODE, None, memoryview(value)

    def fetch(self, mode: object, filename: object, value: object, read: object) -> bytes:
        """The value of a row that was read."""
        if mode != _RAW_MODE or filename is not None or type(value) is not bytes or read:
            raise DamagedError(f"a row's value is {type(value).__name__} in mode {mode!r}, expected bytes in mode 0")
        return value

    def filename(self, *_: object) -> Never:
        """Raise `RefusedError`: no value has a file."""
        raise RefusedError("a store keeps no value in a file of its own")

    def remove(self, file_path: object) -> None:
        """Do nothing. Only a tampered row names a file, and that file may belong to another program."""


def refuse_foreign(connection: sqlite3.Connection, file: Path) -> None:
    """Raise `DamagedError` if the file holds a view, trigger, setting or row that Skerry does not write."""
    try:
        objects = connection.execute(
            "SELECT name FROM sqlite_schema WHERE type NOT IN ('table', 'index') LIMIT ?", (_MANY,)
        ).fetchall()
        settings = connection.execute("SELECT key, value FROM Settings LIMIT ?", (_MANY,)).fetchall()
        rows = connection.execute(_FOREIGN_ROW).fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_ERROR:
            raise
        raise DamagedError(f"{file} is not a store of Skerry's: {error}") from error
    # A tampered file may repeat a setting of ours so often that a foreign one lies beyond the limit of the query.
    keys = [key for key, _ in settings]
    foreign = [
        *(("a view or trigger", name) for (name,) in objects if name not in _TRIGGERS),
        *(("a setting", key) for key, value in settings if not _is_ours(key, value) or keys.count(key) > 1),
        *(("a row", key) for (key,) in rows),
    ]
    for what, name in foreign:
        raise DamagedError(f"{file} holds {what} that Skerry does not write: {name!r:.80}")


def _is_ours(key: object, value: object) -> bool:
    if key in _COUNTERS:
        return type(value) is int
    return key in SETTINGS and (type(value) is int or value == SETTINGS[str(key)])


def _is_utf8(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
