"""`edge.store.files.disk` and `.faults`: one test for each kind of wrong row and each kind of error."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from edge.errors import RefusedError, StorageError
from edge.store.files import BytesDisk, DamagedError, database_errors, refuse_foreign
from edge.store.verified import VerifiedStore

WRONG: dict[str, tuple[Callable[[BytesDisk], object], type[Exception]]] = {
    "a key that is no text": (lambda disk: disk.put(b"k"), RefusedError),
    "a key that is half a character": (lambda disk: disk.put("\ud800"), RefusedError),
    "a row whose key is no text": (lambda disk: disk.get(b"k", 1), DamagedError),
    "a row whose key is pickled": (lambda disk: disk.get("k", 0), DamagedError),
    "a value that is no bytes": (lambda disk: disk.store("v", read=False), RefusedError),
    "a value to be read from a file": (lambda disk: disk.store(b"v", read=True), RefusedError),
    "a row of another mode": (lambda disk: disk.fetch(1, None, b"v", read=False), DamagedError),
    "a row that names a file": (lambda disk: disk.fetch(0, "f", b"v", read=False), DamagedError),
    "a row whose value is no bytes": (lambda disk: disk.fetch(0, None, "v", read=False), DamagedError),
    "a row to be read as a file": (lambda disk: disk.fetch(0, None, b"v", read=True), DamagedError),
}


@pytest.mark.parametrize(("use", "error"), WRONG.values(), ids=WRONG.keys())
def test_disk_accepts_one_kind_of_row(
    tmp_path: Path, use: Callable[[BytesDisk], object], error: type[Exception]
) -> None:
    """Each deviation is refused by itself."""
    with pytest.raises(error):
        use(BytesDisk(str(tmp_path)))


def test_disk_gives_back_what_it_was_given(tmp_path: Path) -> None:
    """Text keys and bytes values are read as they were written."""
    disk: Any = BytesDisk(str(tmp_path))
    key, raw = disk.put("k")
    size, mode, file, value = disk.store(b"v", read=False)

    assert ("k", b"v", 0) == (disk.get(key, raw), disk.fetch(mode, file, bytes(value), read=False), size)


def test_verified_store_runs_with_our_settings(state: Path) -> None:
    """Nothing is evicted or counted, each value is in its row, and each commit is synced."""
    with VerifiedStore(state) as store:
        cache = store._cache
        found = {
            name: getattr(cache, name)
            for name in ("statistics", "tag_index", "eviction_policy", "cull_limit", "sqlite_auto_vacuum")
        }
        pragmas = {
            name: cache._sql(f"PRAGMA {name}").fetchone()[0]
            for name in ("journal_mode", "synchronous", "mmap_size", "auto_vacuum", "cache_size")
        }

        assert {
            "statistics": 0, "tag_index": 0, "eviction_policy": "none", "cull_limit": 0, "sqlite_auto_vacuum": 0,
        } == found  # fmt: skip
        assert {
            "journal_mode": "wal",
            "synchronous": 2,
            "mmap_size": 0,
            "auto_vacuum": 0,
            "cache_size": 1_024,
        } == pragmas
        assert cache.size_limit == cache.disk_min_file_size == 2**62


FAULTS: dict[str, tuple[int, type[StorageError]]] = {
    "damaged": (sqlite3.SQLITE_CORRUPT, DamagedError),
    "damaged, said more exactly": (sqlite3.SQLITE_CORRUPT_INDEX, DamagedError),
    "no database": (sqlite3.SQLITE_NOTADB, DamagedError),
    "shorter than it says": (sqlite3.SQLITE_IOERR_SHORT_READ, DamagedError),
    "unreadable now": (sqlite3.SQLITE_IOERR_READ, StorageError),
    "locked": (sqlite3.SQLITE_BUSY, StorageError),
}


@pytest.mark.parametrize(("code", "kind"), FAULTS.values(), ids=FAULTS.keys())
def test_damage_and_a_failing_disk_raise_different_errors(code: int, kind: type[StorageError]) -> None:
    """SQLite's result code decides. Only a damaged file may be set aside."""
    error = sqlite3.DatabaseError("it said so")
    error.sqlite_errorcode = code
    with pytest.raises(StorageError) as caught, database_errors(Path("file")):
        raise error

    assert kind is type(caught.value)


class BusyConnection(sqlite3.Connection):
    """A connection to a file that another program has locked."""

    def execute(self, sql: str, *_: object) -> sqlite3.Cursor:
        """Raise SQLite's error for a locked file."""
        error = sqlite3.OperationalError(f"database is locked: {sql[:6]}")
        error.sqlite_errorcode = sqlite3.SQLITE_BUSY
        raise error


def test_file_without_our_tables_is_damaged_and_a_busy_one_is_not() -> None:
    """A file that is locked now may be sound, so it must not be set aside."""
    empty, busy = sqlite3.connect(":memory:"), sqlite3.connect(":memory:", factory=BusyConnection)
    with closing(empty), pytest.raises(DamagedError, match=r"^cache.db is not a store of Skerry's: no such table: "):
        refuse_foreign(empty, Path("cache.db"))
    with closing(busy), pytest.raises(sqlite3.OperationalError, match="locked"):
        refuse_foreign(busy, Path("cache.db"))


def test_text_that_cannot_be_read_is_not_quoted(tmp_path: Path) -> None:
    """Python's own message quotes the column: a viewer's words would come into the log."""
    with (
        closing(sqlite3.connect(":memory:")) as connection,
        pytest.raises(StorageError) as caught,
        database_errors(tmp_path / "tickets.db"),
    ):
        connection.execute("SELECT CAST(X'63616e617279ff' AS TEXT)").fetchall()

    assert f"{tmp_path}/tickets.db is damaged: a text in it is not UTF-8" == caught.value.text
