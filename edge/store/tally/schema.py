"""The tables of the tally's file, and how it is opened.

Statistics must not keep a PoP from serving. So a file that is damaged, or has the tables of a newer release, is set
aside like a damaged verified store, and an empty one is created. A file of an older release is migrated, in one
transaction.

Tables keep the names that they were first written with: `heard` has the feedback that was counted, and its column
`decision` what it is about: the number of the receipt, or the contact and its snippet.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from edge.store.files import (
    DamagedError,
    Home,
    apply_schema,
    database_errors,
    make_durable,
    open_existing,
    open_or_begin_again,
    schema_after,
    schema_in,
)

FILE = "tally.db"
NAME = "tally"
VERSION = 3

_SCHEMA_1 = (
    """CREATE TABLE counts (
    hour    INTEGER NOT NULL,
    island  TEXT NOT NULL,
    snippet TEXT NOT NULL,
    name    TEXT NOT NULL,
    count   INTEGER NOT NULL,
    PRIMARY KEY (hour, island, snippet, name)
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE contacts (
    contact BLOB PRIMARY KEY,
    island  TEXT NOT NULL,
    snippet TEXT NOT NULL,
    began   REAL NOT NULL,
    state   TEXT NOT NULL,
    answers INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE tickets (
    id           TEXT PRIMARY KEY,
    island       TEXT NOT NULL,
    snippet      TEXT NOT NULL,
    asked        REAL NOT NULL,
    revision     INTEGER NOT NULL,
    suggested    TEXT NOT NULL,
    acknowledged INTEGER NOT NULL,
    replied      INTEGER NOT NULL,
    resolved     INTEGER NOT NULL
) STRICT, WITHOUT ROWID""",
    """CREATE TABLE heard (
    decision BLOB NOT NULL,
    topic    TEXT NOT NULL,
    asked    REAL NOT NULL,
    PRIMARY KEY (decision, topic)
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX contacts_by_age ON contacts (began)",
    "CREATE INDEX tickets_by_age ON tickets (asked)",
    "CREATE INDEX heard_by_age ON heard (asked)",
)
# No row is rewritten: feedback that an older release counted is in nobody's share until it is a week old.
_FROM_1 = (
    "ALTER TABLE heard ADD COLUMN tenant TEXT NOT NULL DEFAULT ''",
    "CREATE INDEX heard_by_tenant ON heard (tenant, asked)",
)
_SCHEMA_2 = (*_SCHEMA_1, *_FROM_1)
_FROM_2 = ("ALTER TABLE contacts ADD COLUMN rules TEXT NOT NULL DEFAULT ''",)
_SCHEMA = (*_SCHEMA_2, *_FROM_2)
_FROM = {1: (*_FROM_1, *_FROM_2), 2: _FROM_2}
"""Statements that bring the tables of an older release up to date."""


def open_tally(directory: Path, *, factory: type[sqlite3.Connection]) -> tuple[Home, sqlite3.Connection, Path | None]:
    """Lock the folder and open the tally in it; set a damaged one aside and create an empty one.

    Returns the folder, a connection, and the path of the damaged tally, or None if there was no damage. Raises
    `StorageError` if the disk fails, and `ConfigError` if the operator must act.
    """
    home = Home(directory, NAME)
    connection, aside = open_or_begin_again(home, _create, lambda folder: _open(folder / FILE, factory))
    return home, connection, aside


def _create(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        make_durable(connection)
        apply_schema(connection, _SCHEMA, version=VERSION)


def _open(file: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    connection = open_existing(file, factory=factory)
    try:
        with database_errors(file):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            known = {1: sorted(_SCHEMA_1), 2: schema_after(_SCHEMA_2), VERSION: schema_after(_SCHEMA)}
            if known.get(version) != schema_in(connection):
                raise DamagedError(f"{file} does not hold a tally's tables of version {VERSION}")
            make_durable(connection)
            if version != VERSION:
                apply_schema(connection, _FROM[version], version=VERSION)
    except BaseException:
        connection.close()
        raise
    return connection
