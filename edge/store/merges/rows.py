"""The rows of merges: their table, their bounds, and how they end."""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import NamedTuple

from edge.store.leaves import NewLeaf

MAX_MERGES = 50_000
"""Rows of one tenant, about 15 MB. Beyond, its oldest go: such a merge, sent once more, gets a second leaf."""

KEPT_S = 180 * 86_400.0
"""How long a row is kept unless the caller says otherwise: as long as payloads of tickets."""

# Rows of a release that noted merges among the hand-overs. It knew no sessions: they are found by their name alone.
SCHEMA = (
    """CREATE TABLE merges (
    message TEXT PRIMARY KEY,
    tenant  TEXT NOT NULL,
    log     TEXT NOT NULL,
    leaf    BLOB NOT NULL,
    put     REAL NOT NULL,
    one     BLOB NOT NULL,
    other   BLOB NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX merges_by_age ON merges (put)",
    "CREATE INDEX merges_by_tenant ON merges (tenant, put)",
    "CREATE INDEX merges_by_one ON merges (one)",
    "CREATE INDEX merges_by_other ON merges (other)",
    (
        "INSERT INTO merges SELECT ticket, substr(log, 1, instr(log, '/') - 1), log, leaf, put, x'', x'' FROM handed"
        " WHERE ticket LIKE '%.merge' OR ticket LIKE '%.undo'"
    ),
    "DELETE FROM handed WHERE ticket LIKE '%.merge' OR ticket LIKE '%.undo'",
)
"""Statements that make the table in a file that has hand-overs."""

_PUT = "INSERT INTO merges VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (message) DO NOTHING"
_FORGET_OLDEST = (
    "DELETE FROM merges WHERE message IN (SELECT message FROM merges WHERE tenant = ?"
    " AND message NOT IN (SELECT id FROM tickets) ORDER BY put LIMIT ?)"
)
# By the row an erasure finds a message that waits, perhaps as a dead letter.
_FORGET_OLD = "DELETE FROM merges WHERE put < ? AND message NOT IN (SELECT id FROM tickets)"


class NewMerge(NamedTuple):
    """What is stored of a merge, or its undoing, apart from its leaf and its message."""

    sessions: tuple[bytes, ...] = ()
    """Digests of both sessions (`edge.store.payloads.session_digest`); none if this PoP does not know them."""
    forwards: bool = True
    """False if the desk takes no merges: then the leaf is all."""


class StoredMerge(NamedTuple):
    """What is known of a merge that this PoP took, or of its undoing."""

    log: str
    leaf: bytes
    sessions: tuple[bytes, ...]


class MergeRows:
    """The rows, in the outbox's thread. `transaction` is that of the outbox."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        *,
        max_merges: int = MAX_MERGES,
    ) -> None:
        self._transaction, self._max_merges = transaction, max_merges
        self.kept_s = KEPT_S
        """Seconds for which a row is kept. Set once, at the start."""

    def put(
        self, connection: sqlite3.Connection, message: str, merge: NewMerge, *, tenant: str, leaf: NewLeaf, now: float
    ) -> bool:
        """Store a row within the caller's transaction. False if the message is stored already, with another leaf."""
        one, other = merge.sessions or (b"", b"")
        is_new = bool(connection.execute(_PUT, (message, tenant, leaf.log, leaf.id, now, one, other)).rowcount)
        if is_new:
            (count,) = connection.execute("SELECT count(*) FROM merges WHERE tenant = ?", (tenant,)).fetchone()
            if count > self._max_merges:
                connection.execute(_FORGET_OLDEST, (tenant, count - self._max_merges))
        return is_new

    def of(self, message: str) -> StoredMerge | None:
        """The row of a message; None if there is none. Raises `StorageError`."""
        with self._transaction() as connection:
            row = connection.execute(
                "SELECT log, leaf, one, other FROM merges WHERE message = ?", (message,)
            ).fetchone()
        return None if row is None else StoredMerge(row[0], row[1], tuple(filter(None, row[2:])))

    def of_sessions(self, tenant: str, sessions: Iterable[bytes]) -> list[str]:
        """Ids of the messages that name one of these sessions, by digest. Raises `StorageError`."""
        query = "SELECT message FROM merges WHERE one = ?1 AND tenant = ?2 UNION SELECT message FROM merges"
        return self._found(f"{query} WHERE other = ?1 AND tenant = ?2", ((one, tenant) for one in sessions))

    def of_logs(self, logs: Iterable[str]) -> list[str]:
        """Ids of the messages whose leaves are in one of these logs, `TENANT/EVENT`. Raises `StorageError`."""
        values = ((log, log.partition("/")[0]) for log in logs)
        return self._found("SELECT message FROM merges WHERE log = ? AND tenant = ?", values)

    def of_messages(self, tenant: str, messages: Iterable[str]) -> list[str]:
        """Those of these ids that are stored for the tenant. Raises `StorageError`."""
        values = ((message, tenant) for message in messages)
        return self._found("SELECT message FROM merges WHERE message = ? AND tenant = ?", values)

    def delete(self, messages: Iterable[str]) -> int:
        """Delete the rows of these messages. Durable on return; gives how many. Raises `StorageError`."""
        with self._transaction() as connection:
            return sum(
                connection.execute("DELETE FROM merges WHERE message = ?", (message,)).rowcount for message in messages
            )

    def forget_old(self, now: float) -> int:
        """Delete the rows whose time is over at `now` (Unix seconds), but for those whose message still waits.

        Gives how many. Raises `StorageError`.
        """
        with self._transaction() as connection:
            return connection.execute(_FORGET_OLD, (now - self.kept_s,)).rowcount

    def _found(self, query: str, values: Iterable[tuple[object, ...]]) -> list[str]:
        with self._transaction() as connection:
            return [message for value in values for (message,) in connection.execute(query, value)]
