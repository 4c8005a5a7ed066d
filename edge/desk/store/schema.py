"""The tables of a desk's file.

`tickets.row` is the same for equal questions of one island and lane. `tickets.queue` is `QueueState`, and `state` is
`TicketState`. Times are Unix seconds by the desk's clock; `due` is NULL without a deadline. `event` is
the id of the ticket's newest event, empty while there is none. A PoP's `last` is the highest number given to it.
"""

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from edge.errors import ConfigError
from edge.store.files import database_errors, open_existing

FILE = "desk.db"
VERSION = 1

_TABLES = (
    """CREATE TABLE tickets (
        number     INTEGER PRIMARY KEY,
        id         TEXT NOT NULL UNIQUE,
        pop        TEXT NOT NULL,
        tenant     TEXT NOT NULL,
        island     TEXT NOT NULL,
        lane       TEXT NOT NULL,
        row        TEXT NOT NULL,
        queue      TEXT NOT NULL,
        state      TEXT NOT NULL,
        is_callback INTEGER NOT NULL,
        received   REAL NOT NULL,
        due        REAL,
        event      TEXT NOT NULL DEFAULT '',
        claimed_by TEXT NOT NULL DEFAULT '',
        claimed_at REAL NOT NULL DEFAULT 0,
        replied_by TEXT NOT NULL DEFAULT '',
        reply      TEXT NOT NULL DEFAULT '',
        suggestion TEXT,
        snippet    TEXT NOT NULL DEFAULT '',
        body       BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX tickets_by_queue ON tickets (tenant, queue, lane, row, due, received)",
    "CREATE INDEX tickets_by_load ON tickets (queue, tenant, is_callback, received, claimed_by, claimed_at)",
    "CREATE INDEX tickets_by_age ON tickets (received)",
    "CREATE INDEX tickets_by_claim ON tickets (claimed_at) WHERE claimed_by != ''",
    """CREATE TABLE events (
        seq    INTEGER PRIMARY KEY,
        pop    TEXT NOT NULL,
        ticket TEXT NOT NULL,
        id     TEXT NOT NULL UNIQUE,
        body   BLOB NOT NULL
    ) STRICT""",
    "CREATE INDEX events_by_pop ON events (pop, seq)",
    "CREATE INDEX events_by_ticket ON events (ticket)",
    "CREATE TABLE pops (name TEXT PRIMARY KEY, confirmed INTEGER NOT NULL, last INTEGER NOT NULL) STRICT",
    """CREATE TABLE audit (
        number INTEGER PRIMARY KEY,
        at     REAL NOT NULL,
        who    TEXT NOT NULL,
        action TEXT NOT NULL,
        ticket TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX audit_by_ticket ON audit (ticket)",
    "CREATE INDEX audit_by_age ON audit (at)",
    """CREATE TABLE drafts (
        id      INTEGER PRIMARY KEY,
        at      REAL NOT NULL,
        by      TEXT NOT NULL,
        tenant  TEXT NOT NULL,
        lane    TEXT NOT NULL,
        kind    TEXT NOT NULL,
        island  TEXT NOT NULL,
        snippet TEXT NOT NULL,
        text    TEXT NOT NULL,
        ticket  TEXT NOT NULL
    ) STRICT""",
)

_LATER = (
    "CREATE INDEX IF NOT EXISTS tickets_by_order ON tickets (row, queue, COALESCE(due, 1e18), received)",
    "CREATE INDEX IF NOT EXISTS tickets_by_holder ON tickets (row, queue, claimed_at) WHERE claimed_by != ''",
    "CREATE INDEX IF NOT EXISTS tickets_of_pop ON tickets (pop, queue)",
    # They did the work of these.
    "DROP INDEX IF EXISTS tickets_by_row",
    "DROP INDEX IF EXISTS tickets_by_pop",
)
"""What a file of the first release of the desk has not. That release reads a file with it as before."""


def create(folder: Path) -> None:
    """Create an empty file in `folder`. The caller makes the folder durable."""
    with closing(sqlite3.connect(folder / FILE, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("BEGIN")
        for statement in (*_TABLES, *_LATER):
            connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")


def add_indexes(connection: sqlite3.Connection) -> None:
    """Add what a file of an older release has not, in one transaction. Raises `sqlite3.Error`."""
    known = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}
    if "tickets_of_pop" in known:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _LATER:
            connection.execute(statement)
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def open_desk(file: Path, *, factory: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """Check a file and connect to it.

    Raises `DamagedError` if it is damaged, `ConfigError` if a newer release wrote it, `StorageError` if the disk fails.
    """
    connection = open_existing(file, factory=factory)
    with database_errors(file):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version != VERSION:
            connection.close()
            raise ConfigError(
                f"{file} has version {version}, expected {VERSION}; it is of another release of Skerry, so start that"
                f" one, or begin again with: mv {shlex.quote(str(file.parent))} {shlex.quote(str(file.parent))}.old"
            )
        connection.execute("PRAGMA synchronous = FULL")
    return connection
