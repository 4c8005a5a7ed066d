"""The tables of the file of payloads, and how it is opened.

Sealed keys and contents have tables of their own, of rows that are only ever added or overwritten by as many bytes:
SQLite then changes them in place. A row that is deleted makes it move others, and what it moved away from may stay
readable, even with `secure_delete`. A row that was erased is zeros. A key's is in `erasing` until its payloads are
gone, too, and then in `free`; a content's is in `free_places`. Each takes the next one of its size.

Payloads must not keep a PoP from serving. So a file that is damaged, or has other tables, is set aside, and an empty
one is created. What was set aside is out of reach of `skerry ledger erase`: the log says where it is.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from edge.ledger import SEALED_KEY_BYTES
from edge.store.files import (
    DamagedError,
    Home,
    apply_schema,
    database_errors,
    make_durable,
    open_existing,
    open_or_begin_again,
    schema_in,
)

FILE = "payloads.db"
PAYLOADS_FOLDER = "payloads"
"""Name of the folder in the state directory."""
VERSION = 1

ERASED = bytes(SEALED_KEY_BYTES)
"""What a sealed key is overwritten with."""

_SCHEMA = (
    """CREATE TABLE sealed (
    slot INTEGER PRIMARY KEY,
    box  BLOB NOT NULL
) STRICT""",
    "CREATE TABLE free (slot INTEGER PRIMARY KEY) STRICT",
    "CREATE TABLE erasing (slot INTEGER PRIMARY KEY) STRICT",
    """CREATE TABLE keys (
    slot    INTEGER PRIMARY KEY,
    tenant  TEXT NOT NULL,
    event   TEXT NOT NULL,
    session BLOB NOT NULL,
    class   TEXT NOT NULL,
    ticket  TEXT NOT NULL,
    last    REAL NOT NULL
) STRICT""",
    """CREATE TABLE payloads (
    place   INTEGER PRIMARY KEY,
    leaf    TEXT NOT NULL,
    slot    INTEGER NOT NULL,
    at      REAL NOT NULL,
    size    INTEGER NOT NULL
) STRICT""",
    """CREATE TABLE contents (
    place   INTEGER PRIMARY KEY,
    content BLOB NOT NULL
) STRICT""",
    """CREATE TABLE free_places (
    size  INTEGER NOT NULL,
    place INTEGER NOT NULL,
    PRIMARY KEY (size, place)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE holds (
    scope  TEXT NOT NULL,
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    since  REAL NOT NULL,
    PRIMARY KEY (scope, tenant, name)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE leaves (
    salt   BLOB PRIMARY KEY,
    at     REAL NOT NULL,
    tenant TEXT NOT NULL,
    event  TEXT NOT NULL,
    kind   TEXT NOT NULL,
    body   BLOB NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX keys_by_session ON keys (tenant, session)",
    "CREATE INDEX keys_by_ticket ON keys (tenant, ticket) WHERE ticket != ''",
    "CREATE INDEX keys_by_age ON keys (class, last)",
    "CREATE UNIQUE INDEX payloads_by_slot ON payloads (slot, leaf)",
)


def open_payloads(
    directory: Path, *, factory: type[sqlite3.Connection]
) -> tuple[Home, sqlite3.Connection, Path | None]:
    """Lock the folder and open the file in it; set a damaged one aside and create an empty one.

    Returns the folder, a connection, and the path of the damaged folder, or None if there was no damage. Raises
    `StorageError` if the disk fails, and `ConfigError` if the operator must act.
    """
    home = Home(directory, PAYLOADS_FOLDER)
    connection, aside = open_or_begin_again(home, _create, lambda folder: _open(folder / FILE, factory))
    return home, connection, aside


def _create(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        _set_durable(connection)
        apply_schema(connection, _SCHEMA, version=VERSION)


def _open(file: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    connection = open_existing(file, factory=factory)
    try:
        with database_errors(file):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if version != VERSION or schema_in(connection) != sorted(_SCHEMA):
                raise DamagedError(f"{file} does not hold the tables of payloads of version {VERSION}")
            _set_durable(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _set_durable(connection: sqlite3.Connection) -> None:
    make_durable(connection)
    # Nothing that is sorted or undone goes to a file outside the state folder.
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -512")
