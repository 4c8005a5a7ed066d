"""The desk's file: how it is opened, who heard of a change, and what is deleted in time.

Every change of tickets goes through `changing`, which also notes for whom it is news. The caller asks with
`take_news`, after the transaction.
"""

import math
import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from edge.desk.consents import ShownTranscripts
from edge.desk.merges import end_of_session, end_old, end_without_tickets, sessions_of
from edge.desk.store.audit import record
from edge.desk.store.schema import FILE, add_indexes, create, open_desk
from edge.desk.store.scope import Scope
from edge.errors import DiskFullError, SkerryError, StorageError
from edge.host import get_logger
from edge.records.payloads import DeskErasure
from edge.store.files import Home, NamedFiles, Reserve, SqliteStore, database_errors, log_of, may_be_full

DAY_S = 86_400.0

AUDIT_DAYS = 365
"""The audit log has no words of anybody, so it may be kept longer than tickets."""

FORGET_AT_ONCE = 200
"""Old tickets that are deleted in one transaction. On a full disk its log has little more room than the reserve."""

UPDATE_AGAIN_S = 60.0
"""How soon it is tried again to bring a file of an older release up to date, if the disk was full."""

_NAME = "desk"

_OLDEST = "SELECT id, row, tenant, lane FROM tickets WHERE received < ? ORDER BY received LIMIT ?"

_OF_SESSION = (
    "SELECT tickets.id, tickets.row, tickets.tenant, tickets.lane FROM ticket_sessions JOIN tickets"
    " ON tickets.id = ticket_sessions.ticket WHERE ticket_sessions.session = ? AND tickets.tenant = ? LIMIT ?"
)

# Its words may be those of its ticket's viewer.
_FORGET_DRAFTS = (
    "DELETE FROM drafts WHERE at < ? OR (ticket != '' AND NOT EXISTS (SELECT 1 FROM tickets WHERE id = drafts.ticket))"
)

_log = get_logger()


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
        self.shown = ShownTranscripts()
        self._home = Home(home, _NAME)
        self._file = self._home.folder / FILE
        # In the desk's own folder: a publisher may have the same home.
        self._reserve = Reserve(self._home.folder)
        # A desk that was killed may have left them in the log.
        self._log_has_deleted = True
        try:
            self._home.ensure(create)
            # To open a file needs room as well.
            if not self._has_room():
                self._reserve.give_up()
            self._connection = open_desk(self._file, factory=connection)
            self._named = NamedFiles(self._file, log_of(self._file))
            self._update_file()
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
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """As that of every store. On a full disk the reserve is given up, so that the next deletion has room."""
        try:
            with super().transaction() as connection:
                yield connection
        except StorageError as error:
            if may_be_full(error):
                self._reserve.give_up()
            raise

    def require_room(self) -> None:
        """Raise `DiskFullError` while there is only room for what people do: for replies, and for deletions."""
        self._reserve.require_room()

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

    def forget_old(self, *, keep_days: float, at_most: int = FORGET_AT_ONCE) -> int:
        """Delete the first tickets that came earlier, with their replies, events and drafts. Returns how many went.

        Call it again if `at_most` went. What is deleted is overwritten in the file; `look_after` clears it out of the
        log. A draft goes with its ticket, and a merge of sessions with the last ticket of one of them.
        """
        now = self.clock()
        before = now - keep_days * DAY_S
        with self.changing() as connection:
            gone = connection.execute(_OLDEST, (before, at_most)).fetchall()
            self._delete(connection, gone)
            drafts = connection.execute(_FORGET_DRAFTS, (before,)).rowcount
            connection.execute("DELETE FROM audit WHERE at < ?", (now - AUDIT_DAYS * DAY_S,))
        self._log_has_deleted = self._log_has_deleted or bool(gone or drafts)
        return len(gone)

    def forget_merges(self, *, keep_days: float, at_most: int = FORGET_AT_ONCE) -> int:
        """Delete the first merges that are older and connect no tickets. Returns how many: call it as `forget_old`."""
        with self.changing() as connection:
            gone = end_old(connection, before=self.clock() - keep_days * DAY_S, at_most=at_most)
        self._log_has_deleted = self._log_has_deleted or bool(gone)
        return gone

    def erase_session(self, tenant: str, session: str) -> DeskErasure:
        """Delete the tickets of a session, open ones as well, with all that `forget_old` deletes, and its merges.

        Durable on return. If the disk fails it may be half done, and the same call goes on. The audit log says of each
        ticket that it was erased.
        """
        tickets = merges = 0
        while True:
            with self.changing() as connection:
                gone = connection.execute(_OF_SESSION, (session, tenant, FORGET_AT_ONCE)).fetchall()
                merges += end_of_session(connection, tenant, session)
                self._delete(connection, gone)
                connection.execute(_FORGET_DRAFTS, (0.0,))
                for ticket, *_ in gone:
                    record(connection, at=self.clock(), who="desk", action="erased", ticket=ticket)
            self._log_has_deleted = True
            tickets += len(gone)
            if len(gone) < FORGET_AT_ONCE:
                return DeskErasure(tickets=tickets, merges=merges)

    def _delete(self, connection: sqlite3.Connection, gone: Sequence[tuple[str, str, str, str]]) -> None:
        """Delete tickets: each with its id, row, tenant and lane."""
        sessions = sessions_of(connection, (ticket for ticket, *_ in gone))
        for ticket, row, tenant, lane in gone:
            connection.execute("DELETE FROM events WHERE ticket = ?", (ticket,))
            connection.execute("DELETE FROM tickets WHERE id = ?", (ticket,))
            self.note_row(row, tenant, lane)
        end_without_tickets(connection, sessions)

    def look_after(self) -> None:
        """What the file needs now and then: a reserve, what this release adds, and a log without what was deleted.

        Cheap if nothing is to do. A command that reads the file is not waited for: call it again. Raises
        `StorageError`.
        """
        self._reserve.make()
        if self._log_has_deleted:
            self._log_has_deleted = not self._empty_log()
        if time.monotonic() >= self._update_at:
            self._update_file()

    def _update_file(self) -> None:
        """Add what a file of an older release has not.

        A full disk is no reason not to start: what needs none of it goes on, and people see what is waiting.
        """
        self._update_at = time.monotonic() + UPDATE_AGAIN_S
        try:
            with database_errors(self._file):
                add_indexes(self._connection)
        except DiskFullError as error:
            _log.error("the desk's file cannot be brought up to date, the disk is full", error=error.text)
        else:
            self._update_at = math.inf

    def _empty_log(self) -> bool:
        """Cut the log to nothing. False: another program reads the file now."""
        with self.reading() as connection:
            (wait_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
            connection.execute("PRAGMA busy_timeout = 0")
            try:
                is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {wait_ms}")
        return not is_busy

    def _has_room(self) -> bool:
        try:
            self._reserve.require_room()
        except DiskFullError:
            return False
        return True
