"""The rows of consents: their table, their bounds, and what is read of them."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.consent import Known
from edge.errors import ConfigError, Reason, RefusedError
from edge.store.files import database_errors, open_existing

MAX_RECORDS = 200_000
MAX_BYTES = 64 * 2**20
"""Bounds of all records together: those that wait for origin, and those that matter here. They have no age."""

_LARGEST_BYTES = 8_192
"""No record is larger: eight purposes with the longest ids have 6 kB."""

SCHEMA = (
    """CREATE TABLE consents (
    id       TEXT PRIMARY KEY,
    subject  TEXT NOT NULL,
    given    INTEGER NOT NULL,
    at       REAL NOT NULL,
    until    REAL NOT NULL,
    forwards INTEGER NOT NULL,
    size     INTEGER NOT NULL,
    known    BLOB NOT NULL,
    payload  BLOB NOT NULL
) STRICT, WITHOUT ROWID""",
    "CREATE INDEX consents_by_subject ON consents (subject, known)",
    "CREATE INDEX consents_by_end ON consents (until, size)",
)
"""Statements that make the table and its indexes. The second answers a question about a viewer without the table."""

_PUT = "INSERT INTO consents VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
_FORGET = (
    "DELETE FROM consents WHERE until < ? AND (forwards = 0 OR NOT EXISTS"
    " (SELECT 1 FROM tickets WHERE tickets.id = consents.id || '.consent'))"
)
"""`.consent` as in `ConsentMessage.id_of`."""

_decoder = msgspec.msgpack.Decoder(tuple[Known, ...])


class NewConsent(NamedTuple):
    """What is stored of a record apart from its message."""

    record: str
    """Id of the record."""
    subject: str
    """The viewer's pseudonym."""
    known: tuple[Known, ...]
    """What the record says of each purpose, as this PoP needs it."""
    until: float
    """When it stops to matter here (Unix seconds). One that waits for origin stays all the same."""
    forwards: bool = True
    """False if the desk takes no consents: the record stays here until its own end."""

    @property
    def is_given(self) -> bool:
        """False for a withdrawal."""
        return all(one.is_given for one in self.known)


class StoredConsent(NamedTuple):
    """One stored record, for an export."""

    record: str
    payload: bytes
    """The `ConsentMessage` as JSON."""


class ConsentRows:
    """The rows, in the outbox's thread. `transaction` is that of the outbox."""

    def __init__(
        self,
        transaction: Callable[[], AbstractContextManager[sqlite3.Connection]],
        max_records: int = MAX_RECORDS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._transaction, self._max_records, self._max_bytes = transaction, max_records, max_bytes
        self._used: tuple[int, int] | None = None

    def put(self, connection: sqlite3.Connection, consent: NewConsent, payload: bytes) -> bool:
        """Store a row within the caller's transaction. False if its record is stored already.

        Raises `RefusedError` (`STORAGE`) if there is no room for one more consent; a withdrawal has always room.
        """
        records, size_bytes = self._usage(connection)
        if consent.is_given and (records >= self._max_records or size_bytes + len(payload) > self._max_bytes):
            raise RefusedError(
                f"this PoP holds {records} consent records of {size_bytes} bytes, expected fewer than"
                f" {self._max_records} and {self._max_bytes} bytes",
                reason=Reason.STORAGE,
            )
        row = (
            consent.record,
            consent.subject,
            consent.is_given,
            min((one.at for one in consent.known), default=0.0),
            consent.until,
            consent.forwards,
            len(payload),
            msgspec.msgpack.encode(consent.known),
            payload,
        )
        is_new = bool(connection.execute(_PUT, row).rowcount)
        if is_new:
            self._used = (records + 1, size_bytes + len(payload))
        return is_new

    def has_room(self) -> bool:
        """True if one more consent will be taken, however large it is."""
        with self._transaction() as connection:
            records, size_bytes = self._usage(connection)
        return records < self._max_records and size_bytes + _LARGEST_BYTES <= self._max_bytes

    def of(self, subjects: Iterable[str]) -> tuple[Known, ...]:
        """All that is known of a viewer. `subjects`: her pseudonyms, one for each secret of the fleet."""
        with self._transaction() as connection:
            rows = [
                known
                for subject in dict.fromkeys(subjects)
                for (known,) in connection.execute("SELECT known FROM consents WHERE subject = ?", (subject,))
            ]
        return tuple(one for known in rows for one in _decoder.decode(known))

    def newest(self, limit: int) -> list[tuple[str, tuple[Known, ...]]]:
        """Of the newest `limit` rows, oldest first: the pseudonym, and what is known."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT subject, known FROM consents ORDER BY at DESC, id LIMIT ?", (limit,)
            ).fetchall()
        return [(subject, _decoder.decode(known)) for subject, known in reversed(rows)]

    def page(self, after: str, limit: int) -> list[StoredConsent]:
        """The next records after the id `after` (empty: from the first), for an export."""
        with self._transaction() as connection:
            rows = connection.execute(
                "SELECT id, payload FROM consents WHERE id > ? ORDER BY id LIMIT ?", (after, limit)
            ).fetchall()
        return [StoredConsent(record, bytes(payload)) for record, payload in rows]

    def forget_old(self, connection: sqlite3.Connection, now: float) -> None:
        """Delete rows that matter no more and have reached origin, within the caller's transaction."""
        if connection.execute(_FORGET, (now,)).rowcount:
            self._used = None

    def recount(self) -> None:
        """Count again: a transaction failed, and a failed COMMIT may have taken effect."""
        self._used = None

    def _usage(self, connection: sqlite3.Connection) -> tuple[int, int]:
        """Number and bytes of the records."""
        if self._used is None:
            count, size = connection.execute("SELECT count(*), ifnull(sum(size), 0) FROM consents").fetchone()
            self._used = (count, size)
        return self._used


def stored_records(state_dir: Path) -> Iterator[bytes]:
    """Every `ConsentMessage` of the PoP with this state folder, as JSON. The PoP may run.

    Raises `ConfigError` if there is no outbox of this release, `StorageError` if the disk fails.
    """
    file = state_dir / "outbox" / "tickets.db"
    if not file.exists():
        raise ConfigError(f"there is no outbox in {state_dir}, expected a PoP's; start it once with: skerry pop serve")
    with closing(open_existing(file)) as connection, database_errors(file):
        connection.execute("PRAGMA query_only = ON")
        for (payload,) in connection.execute("SELECT payload FROM consents ORDER BY at, id"):
            yield bytes(payload)
