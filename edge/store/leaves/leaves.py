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


UNLISTED = "_"
"""Stands for a name in a log's name that nobody signed, or that is not known. No tenant and no island has it."""


class NewLeaf(NamedTuple):
    """A leaf on its way into a log."""

    id: bytes
    """Its hash, 32 bytes. Empty: the ticket gets no leaf, and only its log is remembered, for its replies."""
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
    """`TENANT/EVENT`. If the hand-over is not known: `TENANT/_`, or `_/_`."""
    leaf: bytes
    """Hash of its leaf; empty if it has none."""


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
        self.put_unnamed(connection, leaf)
        if leaf.ticket:
            connection.execute(
                "INSERT INTO handed (ticket, log, leaf, put) VALUES (?, ?, ?, ?) ON CONFLICT (ticket) DO NOTHING",
                (leaf.ticket, leaf.log, leaf.id, now),
            )

    def put_unnamed(self, connection: sqlite3.Connection, leaf: NewLeaf) -> None:
        """As `put`, for a leaf that no reply will be about: it is not remembered as a hand-over."""
        if leaf.id:
            connection.execute(_PUT, leaf)
            self._new.append(leaf.id)

    def put_reply(self, connection: sqlite3.Connection, event: DeskEvent) -> None:
        """Store the leaf of a reply, within the transaction that applies the event. Other events have none.

        It has one also if its hand-over has none: an earlier release put the ticket, the ledger had no room, or it was
        too long ago.
        """
        if event.reply and self.make_reply is not None:
            handed = self._handed(connection, event.ticket) or self._unknown(connection, event.ticket)
            leaf = self.make_reply(event, handed)
            if leaf is not None:
                self.put_unnamed(connection, leaf)

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

    def forget_openings(self, wants: Callable[[str], bool]) -> int:
        """Delete the words of leaves in logs that are not wanted. The leaves stay. Durable on return.

        `wants` is called with `TENANT/EVENT`. Returns how many leaves had words. Raises `StorageError`.
        """
        with self._transaction() as connection:
            logs = connection.execute("SELECT DISTINCT log FROM leaves WHERE opening != x''").fetchall()
            unwanted = [(log,) for (log,) in logs if not wants(log)]
            forget = "UPDATE leaves SET opening = x'' WHERE log = ? AND opening != x''"
            return sum(connection.execute(forget, log).rowcount for log in unwanted)

    def delete(self, ids: Sequence[bytes]) -> None:
        """Delete leaves that the ledger has. Durable on return. Raises `StorageError`."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM leaves WHERE id = ?", [(one,) for one in ids])

    @staticmethod
    def forget_old(connection: sqlite3.Connection, before: float) -> None:
        """Forget hand-overs from before `before` (Unix seconds) of tickets that the file does not know any more."""
        connection.execute(_FORGET, (before,))

    def forget_surplus(self, connection: sqlite3.Connection) -> None:
        """Forget the oldest hand-overs beyond the bound, but none of a ticket that waits. Replies name none of them."""
        (count,) = connection.execute("SELECT count(*) FROM handed").fetchone()
        if count > self._max_handed:
            connection.execute(_FORGET_OLDEST, (count - self._max_handed,))

    @staticmethod
    def _handed(connection: sqlite3.Connection, ticket: str) -> HandedOver | None:
        row = connection.execute("SELECT log, leaf FROM handed WHERE ticket = ?", (ticket,)).fetchone()
        return None if row is None else HandedOver(*row)

    @staticmethod
    def _unknown(connection: sqlite3.Connection, ticket: str) -> HandedOver:
        """Where a reply goes whose hand-over is not known."""
        row = connection.execute("SELECT tenant FROM tickets WHERE id = ?", (ticket,)).fetchone()
        return HandedOver(f"{(row and row[0]) or UNLISTED}/{UNLISTED}", b"")
