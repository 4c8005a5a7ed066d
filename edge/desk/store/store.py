"""The desk's file: how it is opened, who heard of a change, and what is deleted in time.

Every change of tickets goes through `changing`, which also notes for whom it is news. The caller asks with
`take_news`, after the transaction.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from edge.desk.store.schema import FILE, create, open_desk
from edge.desk.store.scope import Scope
from edge.errors import SkerryError
from edge.store.files import Home, NamedFiles, SqliteStore, database_errors, log_of

DAY_S = 86_400.0

AUDIT_DAYS = 365
"""The audit log has no words of anybody, so it may be kept longer than tickets."""

_NAME = "desk"


class DeskStore(SqliteStore):
    """The store in `home/desk`. One process may open it, and one thread opens, uses and closes it.

    `clock` returns Unix seconds. `connection` lets a test use a failing disk. Raises `DamagedError` if the file is
    damaged, `ConfigError` if another process has it or the operator must act, `StorageError` if the disk fails.
    """

    def __init__(
        self,
        home: Path,
        *,
        clock: Callable[[], float] = time.time,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self.clock = clock
        self._rows: dict[str, Scope] = {}
        self._pops: set[str] = set()
        self._home = Home(home, _NAME)
        self._file = self._home.folder / FILE
        try:
            self._home.ensure(create)
            self._connection = open_desk(self._file, factory=connection)
            self._named = NamedFiles(self._file, log_of(self._file))
        except SkerryError:
            self._home.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """The connection, for statements that change nothing. Raises `StorageError`."""
        self._home.check_thread()
        with database_errors(self._file):
            yield self._connection

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """As `transaction`; rows and PoPs that were noted inside are news only if it takes effect."""
        rows, pops = self._rows.copy(), self._pops.copy()
        try:
            with self.transaction() as connection:
                yield connection
        except BaseException:
            self._rows, self._pops = rows, pops
            raise

    def note_row(self, row: str, tenant: str, lane: str) -> None:
        """Note a row of the queue that changed, and whose it is."""
        self._rows[row] = Scope(tenant, lane)

    def note_pop(self, pop: str) -> None:
        """Note a PoP that has a new event."""
        self._pops.add(pop)

    def take_news(self) -> tuple[dict[str, Scope], set[str]]:
        """Rows that changed, with whose they are, and PoPs that have new events, since the last call."""
        news, self._rows, self._pops = (self._rows, self._pops), {}, set()
        return news

    def forget_old(self, *, keep_days: float) -> int:
        """Delete tickets that came earlier, with their replies, events and drafts. Returns how many tickets went.

        What is deleted is overwritten in the file, and the log is cut to nothing.
        """
        now = self.clock()
        before = now - keep_days * DAY_S
        with self.changing() as connection:
            gone = connection.execute(
                "SELECT id, row, tenant, lane FROM tickets WHERE received < ?", (before,)
            ).fetchall()
            for ticket, row, tenant, lane in gone:
                connection.execute("DELETE FROM events WHERE ticket = ?", (ticket,))
                self.note_row(row, tenant, lane)
            connection.execute("DELETE FROM tickets WHERE received < ?", (before,))
            drafts = connection.execute("DELETE FROM drafts WHERE at < ?", (before,)).rowcount
            connection.execute("DELETE FROM audit WHERE at < ?", (now - AUDIT_DAYS * DAY_S,))
        if gone or drafts:
            self._empty_log()
        return len(gone)

    def _empty_log(self) -> None:
        with self.reading() as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
