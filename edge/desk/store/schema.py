"""The tables of a desk's file.

`tickets.row` is the same for equal questions of one island and lane. `tickets.queue` is `QueueState`, and `state` is
`TicketState`. Times are Unix seconds by the desk's clock; `due` is NULL without a deadline. `event` is
the id of the ticket's newest event, empty while there is none. A PoP's `last` is the highest number given to it.
"""

import shlex
import sqlite3
from contextlib import closing
from pathlib import Path

from edge.desk.consents import KEY_TABLES
from edge.desk.consents import TABLES as CONSENTS
from edge.desk.merges import TABLES as MERGES
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

_MORE = (
    "INSERT INTO ticket_counts VALUES (NEW.queue, NEW.tenant, NEW.lane, NEW.is_callback, 1)"
    " ON CONFLICT DO UPDATE SET tickets = tickets + 1;"
)
_LESS = (
    "UPDATE ticket_counts SET tickets = tickets - 1 WHERE queue = OLD.queue AND tenant = OLD.tenant"
    " AND lane = OLD.lane AND is_callback = OLD.is_callback;"
    " DELETE FROM ticket_counts WHERE queue = OLD.queue AND tenant = OLD.tenant AND tickets <= 0;"
)
_LAST = "consent_keys"
"""The last statements make it, so a file that has it has everything."""

_LATER = (
    "CREATE INDEX IF NOT EXISTS tickets_by_order ON tickets (row, queue, COALESCE(due, 1e18), received)",
    "CREATE INDEX IF NOT EXISTS tickets_by_holder ON tickets (row, queue, claimed_at) WHERE claimed_by != ''",
    "CREATE INDEX IF NOT EXISTS tickets_of_pop ON tickets (pop, queue)",
    # They did the work of these.
    "DROP INDEX IF EXISTS tickets_by_row",
    "DROP INDEX IF EXISTS tickets_by_pop",
    # For figures of which there are tens of thousands of tickets: counted as they change, or found in an index.
    "CREATE INDEX IF NOT EXISTS tickets_by_lane_age ON tickets (tenant, queue, lane, received, due)",
    "CREATE INDEX IF NOT EXISTS tickets_by_lane_due ON tickets (tenant, queue, lane, due)",
    """CREATE INDEX IF NOT EXISTS tickets_not_taken ON tickets (tenant, is_callback, received)
        WHERE queue = 'open' AND state = 'delivered'""",
    """CREATE TABLE IF NOT EXISTS ticket_counts (
        queue       TEXT NOT NULL,
        tenant      TEXT NOT NULL,
        lane        TEXT NOT NULL,
        is_callback INTEGER NOT NULL,
        tickets     INTEGER NOT NULL,
        PRIMARY KEY (queue, tenant, lane, is_callback)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS owed_tickets (
        tenant TEXT NOT NULL,
        pop    TEXT NOT NULL,
        number INTEGER NOT NULL,
        lane   TEXT NOT NULL,
        ticket TEXT NOT NULL,
        events INTEGER NOT NULL,
        PRIMARY KEY (tenant, pop, number)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS owed_counts (
        tenant  TEXT NOT NULL,
        pop     TEXT NOT NULL,
        lane    TEXT NOT NULL,
        tickets INTEGER NOT NULL,
        PRIMARY KEY (tenant, pop, lane)
    ) STRICT, WITHOUT ROWID""",
    "DELETE FROM ticket_counts",
    "INSERT INTO ticket_counts SELECT queue, tenant, lane, is_callback, COUNT(*) FROM tickets GROUP BY 1, 2, 3, 4",
    "DELETE FROM owed_tickets",
    """INSERT INTO owed_tickets SELECT t.tenant, e.pop, t.number, t.lane, t.id, COUNT(*)
        FROM events AS e JOIN tickets AS t ON t.id = e.ticket GROUP BY e.pop, t.number""",
    "DELETE FROM owed_counts",
    "INSERT INTO owed_counts SELECT tenant, pop, lane, COUNT(*) FROM owed_tickets GROUP BY tenant, pop, lane",
    f"CREATE TRIGGER IF NOT EXISTS ticket_counted AFTER INSERT ON tickets BEGIN {_MORE} END",
    f"CREATE TRIGGER IF NOT EXISTS ticket_uncounted AFTER DELETE ON tickets BEGIN {_LESS} END",
    f"""CREATE TRIGGER IF NOT EXISTS ticket_recounted AFTER UPDATE OF queue ON tickets WHEN OLD.queue != NEW.queue
        BEGIN {_LESS} {_MORE} END""",
    """CREATE TRIGGER IF NOT EXISTS ticket_not_owed AFTER DELETE ON tickets BEGIN
        DELETE FROM owed_tickets WHERE tenant = OLD.tenant AND pop = OLD.pop AND number = OLD.number; END""",
    """CREATE TRIGGER IF NOT EXISTS owed_counted AFTER INSERT ON owed_tickets BEGIN
        INSERT INTO owed_counts VALUES (NEW.tenant, NEW.pop, NEW.lane, 1)
            ON CONFLICT DO UPDATE SET tickets = tickets + 1; END""",
    """CREATE TRIGGER IF NOT EXISTS owed_uncounted AFTER DELETE ON owed_tickets BEGIN
        UPDATE owed_counts SET tickets = tickets - 1
            WHERE tenant = OLD.tenant AND pop = OLD.pop AND lane = OLD.lane;
        DELETE FROM owed_counts WHERE tenant = OLD.tenant AND pop = OLD.pop AND tickets <= 0; END""",
    """CREATE TRIGGER IF NOT EXISTS event_owed AFTER INSERT ON events BEGIN
        INSERT INTO owed_tickets SELECT tenant, NEW.pop, number, lane, id, 1 FROM tickets WHERE id = NEW.ticket
            ON CONFLICT DO UPDATE SET events = events + 1; END""",
    """CREATE TRIGGER IF NOT EXISTS event_confirmed AFTER DELETE ON events BEGIN
        UPDATE owed_tickets SET events = events - 1 WHERE (tenant, pop, number) =
            (SELECT tenant, OLD.pop, number FROM tickets WHERE id = OLD.ticket);
        DELETE FROM owed_tickets WHERE events <= 0 AND (tenant, pop, number) =
            (SELECT tenant, OLD.pop, number FROM tickets WHERE id = OLD.ticket); END""",
    *CONSENTS,
    *MERGES,
    *KEY_TABLES,
)
"""What files of older releases of the desk have not. Those releases read a file with it as before, and keep it up."""


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
    if connection.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (_LAST,)).fetchone() is not None:
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
