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

from edge.errors import StorageError
from edge.host import utc_now
from edge.store.files import DamagedError, Home, database_errors, open_existing

FILE = "tally.db"
NAME = "tally"
VERSION = 2

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
_SCHEMA = (*_SCHEMA_1, *_FROM_1)


def open_tally(directory: Path, *, factory: type[sqlite3.Connection]) -> tuple[Home, sqlite3.Connection, Path | None]:
    """Lock the folder and open the tally in it; set a damaged one aside and create an empty one.

    Returns the folder, a connection, and the path of the damaged tally, or None if there was no damage. Raises
    `StorageError` if the disk fails, and `ConfigError` if the operator must act.
    """
    home = Home(directory, NAME)
    try:
        home.ensure(_create)
        aside = None
        try:
            connection = _open(home.folder / FILE, factory)
        except DamagedError:
            aside = home.set_aside(utc_now())
            home.ensure(_create)
            connection = _open(home.folder / FILE, factory)
    except BaseException:
        home.close()
        raise
    return home, connection, aside


def _create(folder: Path) -> None:
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        _set_durable(connection)
        _apply(connection, _SCHEMA)


def _open(file: Path, factory: type[sqlite3.Connection]) -> sqlite3.Connection:
    connection = open_existing(file, factory=factory)
    try:
        with database_errors(file):
            (version,) = connection.execute("PRAGMA user_version").fetchone()
            if (version, _schema_in(connection)) not in ((1, sorted(_SCHEMA_1)), (VERSION, _schema_now())):
                raise DamagedError(f"{file} does not hold a tally's tables of version {VERSION}")
            _set_durable(connection)
            if version != VERSION:
                _apply(connection, _FROM_1)
    except BaseException:
        connection.close()
        raise
    return connection


def _apply(connection: sqlite3.Connection, statements: tuple[str, ...]) -> None:
    # A crash before the commit leaves the file as it was.
    connection.execute("BEGIN IMMEDIATE")
    for statement in statements:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {VERSION}")
    connection.execute("COMMIT")


def _schema_in(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL").fetchall()
    return sorted(sql for (sql,) in rows)


def _schema_now() -> list[str]:
    """The schema as SQLite stores it: it rewrites the text of an altered table."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        for statement in _SCHEMA:
            connection.execute(statement)
        return _schema_in(connection)


def _set_durable(connection: sqlite3.Connection) -> None:
    (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
    if mode != "wal":
        raise StorageError(f"the file system does not allow a write-ahead log, SQLite fell back to {mode!r}")
    connection.execute("PRAGMA synchronous = FULL")
