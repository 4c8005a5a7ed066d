"""The tables of the outbox's file, and how a file of an older release is migrated.

A migration is one transaction: after a crash inside it, the file is unchanged.
"""

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from edge.errors import ConfigError
from edge.store.consents import SCHEMA as CONSENTS
from edge.store.files import (
    MAX_THOROUGH_BYTES,
    DamagedError,
    apply_schema,
    database_errors,
    make_durable,
    open_existing,
    schema_after,
    schema_in,
)
from edge.store.leaves import SCHEMA as LEAVES
from edge.store.merges import SCHEMA as MERGES

FILE = "tickets.db"
VERSION = 7

_TICKETS_2 = """CREATE TABLE tickets (
    place    INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL,
    origin   TEXT NOT NULL,
    held     INTEGER NOT NULL DEFAULT 0,
    created  REAL NOT NULL,
    due      REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    refusals INTEGER NOT NULL DEFAULT 0,
    error    TEXT NOT NULL DEFAULT '',
    size     INTEGER NOT NULL,
    payload  BLOB NOT NULL
) STRICT"""
_PROGRESS = """CREATE TABLE progress (
    id      TEXT PRIMARY KEY,
    origin  TEXT NOT NULL,
    state   TEXT NOT NULL,
    changed REAL NOT NULL,
    reply   TEXT NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID"""
_CALLBACKS = """CREATE TABLE callbacks (
    id   TEXT PRIMARY KEY,
    seen REAL NOT NULL
) STRICT, WITHOUT ROWID"""
_INDEXES_2 = (
    "CREATE INDEX callbacks_by_age ON callbacks (seen)",
    "CREATE INDEX progress_by_age ON progress (changed)",
    "CREATE INDEX tickets_by_due ON tickets (held, origin, priority, due, place)",
    "CREATE INDEX tickets_by_priority ON tickets (held, priority, created, size)",
)
_SCHEMA_2 = (_TICKETS_2, _PROGRESS, _CALLBACKS, *_INDEXES_2)

_TICKETS_1 = """CREATE TABLE tickets (
    place    INTEGER PRIMARY KEY,
    id       TEXT NOT NULL UNIQUE,
    created  REAL NOT NULL,
    due      REAL NOT NULL DEFAULT 0,
    attempts INTEGER NOT NULL DEFAULT 0,
    error    TEXT NOT NULL DEFAULT '',
    payload  BLOB NOT NULL
) STRICT"""
_SCHEMA_1 = (_TICKETS_1, "CREATE INDEX tickets_by_due ON tickets (due, place)")
_FROM_1 = (
    "DROP INDEX tickets_by_due",
    "ALTER TABLE tickets RENAME TO tickets_1",
    *_SCHEMA_2,
    (
        "INSERT INTO tickets (place, id, priority, origin, created, due, attempts, error, size, payload)"
        " SELECT place, id, 1, '', created, due, attempts, error, length(payload), payload FROM tickets_1"
    ),
    "DROP TABLE tickets_1",
)
# No row is rewritten. Tickets of an older release have rank 0: they leave first, oldest first, as before.
_FROM_2 = (
    "DROP INDEX tickets_by_due",
    "ALTER TABLE tickets ADD COLUMN rank REAL NOT NULL DEFAULT 0",
    "CREATE INDEX tickets_by_rank ON tickets (held, origin, priority, rank, place, due)",
)
_SCHEMA_3 = (*_SCHEMA_2, *_FROM_2)
# No row is rewritten either. Tickets of an older release are in nobody's share until they are delivered.
_FROM_3 = (
    "DROP INDEX tickets_by_priority",
    "ALTER TABLE tickets ADD COLUMN tenant TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX tickets_by_tenant ON tickets (held, tenant, priority, created, size)",
)
_SCHEMA_4 = (*_SCHEMA_3, *_FROM_3)
# No row is rewritten. An origin that an older release delivered to has taken nothing yet, as far as this file knows.
_FROM_4 = ("CREATE TABLE origins (name TEXT PRIMARY KEY, taken REAL NOT NULL) STRICT, WITHOUT ROWID",)
_SCHEMA_5 = (*_SCHEMA_4, *_FROM_4)
# No row is rewritten. Tickets of an older release have no leaf, their replies have none either; it took no consents.
_FROM_5 = (*LEAVES, *CONSENTS)
_SCHEMA_6 = (*_SCHEMA_5, *_FROM_5)
# Merges leave the hand-overs, whose bound they shared, for a table of their own.
_FROM_6 = MERGES
_SCHEMA = (*_SCHEMA_6, *_FROM_6)
_SCHEMAS = {
    1: _SCHEMA_1, 2: _SCHEMA_2, 3: _SCHEMA_3, 4: _SCHEMA_4, 5: _SCHEMA_5, 6: _SCHEMA_6, VERSION: _SCHEMA,
}  # fmt: skip
_STEPS = {1: _FROM_1, 2: _FROM_2, 3: _FROM_3, 4: _FROM_4, 5: _FROM_5, 6: _FROM_6}
"""The statements that lead from a version to the next one."""


def create(folder: Path) -> None:
    """Create an empty outbox in `folder`."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        make_durable(connection)
        apply_schema(connection, _SCHEMA, version=VERSION)


def open_outbox(
    file: Path,
    *,
    factory: type[sqlite3.Connection] = sqlite3.Connection,
    max_thorough_bytes: int = MAX_THOROUGH_BYTES,
) -> sqlite3.Connection:
    """Open the outbox in `file`, migrate it if an older release wrote it, and make commits durable.

    Raises `DamagedError` with the `mv` to run if the file is damaged or not an outbox, `ConfigError` if a newer release
    wrote it, and `StorageError` if the disk fails.
    """
    try:
        connection = open_existing(file, factory=factory, max_thorough_bytes=max_thorough_bytes)
    except DamagedError as error:
        raise DamagedError(f"{error.text}; {_how_to_set_aside(file)}") from error
    try:
        with database_errors(file):
            _migrate(connection, file)
            make_durable(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _migrate(connection: sqlite3.Connection, file: Path) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise ConfigError(
            f"{file} has schema version {version}, expected {VERSION}; run the newer release of skerry that wrote it,"
            f" or {_how_to_set_aside(file)}"
        )
    if version not in _SCHEMAS or schema_in(connection) != schema_after(_SCHEMAS[version]):
        raise DamagedError(f"{file} does not hold an outbox's tables; {_how_to_set_aside(file)}")
    if version < VERSION:
        make_durable(connection)
        steps = tuple(statement for step in range(version, VERSION) for statement in _STEPS[step])
        apply_schema(connection, steps, version=VERSION)


def _how_to_set_aside(file: Path) -> str:
    folder = shlex.quote(str(file.parent))
    return f"to keep it for rescue and start with an empty outbox, run: mv {folder} {folder}.aside"
