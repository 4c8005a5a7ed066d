"""Leaves that are durable before the response: rows in the file, and in the transaction, of what they are about.

The ledger's writer takes them over: it reads them, has them in the tree under their ids, and only then deletes them
here. A process that dies in between takes them over again, and the tree has each id once.

**Crashes.** Before the commit there is neither ticket nor leaf; after it there are both.
"""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import NamedTuple

from edge.records import DeskEvent

SCHEMA = (
    """CREATE TABLE leaves (
    place   INTEGER PRIMARY KEY,
    id      BLOB NOT NULL UNIQUE,
    log     TEXT NOT NULL,
    entry   BLOB NOT NULL,
    session TEXT NOT NULL,
    ticket  TEXT NOT NULL,
    opening BLOB NOT NULL
) STRICT""",
    """CREATE TABLE handed (
    ticket TEXT PRIMARY KEY,
    log    TEXT NOT NULL,
    leaf   BLOB NOT NULL,
    put    REAL NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX handed_by_age ON handed (put)",
)
"""The tables in the other store's file."""

_PUT = (
    "INSERT INTO leaves (id, log, entry, session, ticket, opening)"
    " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
)
_READ = "SELECT id, log, entry, session, ticket, opening FROM leaves ORDER BY place LIMIT ?"
# Progress of a ticket is kept as long as its last event is new; a ticket may wait for longer than that.
_FORGET = (
    "DELETE FROM handed WHERE put < ? AND ticket NOT IN (SELECT id FROM progress)"
    " AND ticket NOT IN (SELECT id FROM tickets)"
)
_FORGET_OLDEST = (
    "DELETE FROM handed WHERE ticket IN"
    " (SELECT ticket FROM handed WHERE ticket NOT IN (SELECT id FROM tickets) ORDER BY put LIMIT ?)"
)

MAX_HANDED = 200_000
"""Hand-overs that are remembered, about 30 MB: twice the tickets whose progress is. Beyond, the oldest go."""


class NewLeaf(NamedTuple):
    """A leaf on its way into a log."""

    id: bytes
    """Its hash, 32 bytes."""
    log: str
    """`TENANT/EVENT`."""
    entry: bytes
    session: str = ""
    """Whose key seals the opening."""
    ticket: str = ""
    """The ticket that it is about; empty if there is none."""
    opening: bytes = b""
    """Salt and payload. Empty if nothing keeps them."""


class HandedOver(NamedTuple):
    """Where the hand-over of a ticket is."""

    log: str
    leaf: bytes


MakeReply = Callable[[DeskEvent, HandedOver], NewLeaf | None]
"""Makes the leaf of a desk's reply; None if there is no room for it. Called in the store's thread."""


class WaitingLeaves:
    """The leaves in one store's file. `transaction` is that store's."""

    def __init__(
        self, transaction: Callable[[], AbstractContextManager[sqlite3.Connection]], *, max_handed: int = MAX_HANDED
    ) -> None:
        self._transaction, self._max_handed = transaction, max_handed
        self.make_reply: MakeReply | None = None
        """Set once, before the first desk event. None: replies make no leaves."""
        self.on_stored: Callable[[Sequence[bytes]], object] = list
        """Called in the store's thread with the ids of leaves that became durable."""
        self._new: list[bytes] = []

    def put(self, connection: sqlite3.Connection, leaf: NewLeaf, now: float) -> None:
        """Store a leaf, within the transaction of what it is about. `now` is in Unix seconds."""
        connection.execute(_PUT, leaf)
        self._new.append(leaf.id)
        if leaf.ticket:
            connection.execute(
                "INSERT INTO handed (ticket, log, leaf, put) VALUES (?, ?, ?, ?) ON CONFLICT (ticket) DO NOTHING",
                (leaf.ticket, leaf.log, leaf.id, now),
            )

    def put_reply(self, connection: sqlite3.Connection, event: DeskEvent, now: float) -> None:
        """Store the leaf of a reply, within the transaction that applies the event. Other events have none."""
        handed = self._handed(connection, event.ticket)
        # A ticket that an earlier release put has no hand-over in a log.
        if event.reply and handed is not None and self.make_reply is not None:
            leaf = self.make_reply(event, handed)
            if leaf is not None:
                self.put(connection, leaf, now)

    def put_alone(self, leaf: NewLeaf, now: float) -> None:
        """Store a leaf that is about nothing else in this file. Durable on return. Raises `StorageError`."""
        with self._transaction() as connection:
            self.put(connection, leaf, now)
        self.note_stored()

    def note_stored(self) -> None:
        """Tell of the leaves that were put. Call it after the commit."""
        new, self._new = self._new, []
        self.on_stored(new)

    def forget_new(self) -> None:
        """Tell nobody of the leaves that were put: the transaction failed."""
        self._new = []

    def ids(self) -> list[bytes]:
        """The ids of all leaves. Raises `StorageError`."""
        with self._transaction() as connection:
            return [one for (one,) in connection.execute("SELECT id FROM leaves")]

    def handed(self, ticket: str) -> HandedOver | None:
        """Where the hand-over of a ticket is; None if this file does not know. Raises `StorageError`."""
        with self._transaction() as connection:
            return self._handed(connection, ticket)

    def read(self, limit: int) -> list[NewLeaf]:
        """The first leaves, in the order in which they were put. Raises `StorageError`."""
        with self._transaction() as connection:
            rows = connection.execute(_READ, (limit,)).fetchall()
        return [NewLeaf(*row) for row in rows]

    def delete(self, ids: Sequence[bytes]) -> None:
        """Delete leaves that the ledger has. Durable on return. Raises `StorageError`."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM leaves WHERE id = ?", [(one,) for one in ids])

    @staticmethod
    def forget_old(connection: sqlite3.Connection, before: float) -> None:
        """Forget hand-overs from before `before` (Unix seconds) of tickets that the file does not know any more."""
        connection.execute(_FORGET, (before,))

    def forget_surplus(self, connection: sqlite3.Connection) -> None:
        """Forget the oldest hand-overs beyond the bound, but none of a ticket that waits. Their replies get no leaf."""
        (count,) = connection.execute("SELECT count(*) FROM handed").fetchone()
        if count > self._max_handed:
            connection.execute(_FORGET_OLDEST, (count - self._max_handed,))

    @staticmethod
    def _handed(connection: sqlite3.Connection, ticket: str) -> HandedOver | None:
        row = connection.execute("SELECT log, leaf FROM handed WHERE ticket = ?", (ticket,)).fetchone()
        return None if row is None else HandedOver(*row)
