"""Tables of a SQLite file: made and migrated in one transaction, compared, and begun again when they are damaged."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import TypeVar

from edge.errors import StorageError
from edge.host import utc_now
from edge.store.files.faults import DamagedError
from edge.store.files.home import Home

T = TypeVar("T")


def make_durable(connection: sqlite3.Connection) -> None:
    """Let commits survive a power cut. Raises `StorageError` if the file system cannot have a write-ahead log."""
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StorageError(f"the file system does not allow a write-ahead log, SQLite fell back to {mode!r}")
    connection.execute("PRAGMA synchronous = FULL")


def apply_schema(connection: sqlite3.Connection, statements: Sequence[str], *, version: int) -> None:
    """Carry out all statements and note the `version`, or none of it. Raises `sqlite3.Error`."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements:
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def schema_in(connection: sqlite3.Connection) -> list[str]:
    """The statements that made the file's tables and indexes, sorted."""
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return sorted(sql for (sql,) in rows)


def schema_after(statements: Sequence[str]) -> list[str]:
    """What `schema_in` finds after these statements. SQLite rewrites the text of an altered table."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
        return schema_in(connection)


def open_or_begin_again(
    home: Home, create: Callable[[Path], None], open_in: Callable[[Path], T]
) -> tuple[T, Path | None]:
    """Open what is in the folder of `home`; set a damaged folder aside and `create` an empty one.

    Gives what `open_in` gave, and the path of the damaged folder, or None if there was no damage. Closes `home` when it
    raises: `StorageError` if the disk fails, `ConfigError` if the operator must act.
    """
    try:
        home.ensure(create)
        try:
            return open_in(home.folder), None
        except DamagedError:
            aside = home.set_aside(utc_now())
            home.ensure(create)
            return open_in(home.folder), aside
    except BaseException:
        home.close()
        raise
