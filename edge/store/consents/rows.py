"""The rows of consents: their table, their bounds, and what is read of them."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import NamedTuple

import msgspec

from edge.consent import Known
from edge.errors import ConfigError, LimitedError, Reason, RefusedError
from edge.store.files import database_errors, open_existing

MAX_RECORDS = 200_000
MAX_BYTES = 64 * 2**20
"""Bounds of all records together: those that wait for origin, and those that matter here. They have no age."""

UNNAMED_SHARE, MIN_UNNAMED = 0.05, 100
"""So many of the records may be withdrawals that name no consent, and at least so many: 10,000 of 200,000.

A consent that such a withdrawal ends can be at another PoP alone, and its page has a token to prove it. Anybody can
make sessions, so without a bound they would fill the disk.
"""

_RETRY_S = 600

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
# What is known of a record is an array of arrays, which end with `is_given` and the records that it ends: false, none.
_COUNT_UNNAMED = "SELECT count(*) FROM consents INDEXED BY consents_by_subject WHERE substr(known, -2) = x'c290'"

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

    @property
    def is_always_taken(self) -> bool:
        """True for a withdrawal that names a consent. There are no more of these than consents."""
        return not self.is_given and any(one.withdraws for one in self.known)


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
        self._max_unnamed = max(MIN_UNNAMED, int(max_records * UNNAMED_SHARE))
        self._used: tuple[int, int] | None = None
        self._unnamed: int | None = None
        self._new: list[tuple[int, bool]] = []
        """Size of each row of the transaction, and whether it is a withdrawal that names nothing."""

    def put(self, connection: sqlite3.Connection, consent: NewConsent, payload: bytes) -> bool:
        """Store a row within the caller's transaction. False if its record is stored already.

        Raises `RefusedError` (`STORAGE`) if there is no room for one more consent; a withdrawal that names one has
        always room. Raises `LimitedError` if there are too many of those that name none.
        """
        records, size_bytes = self._usage(connection)
        if consent.is_given and (records >= self._max_records or size_bytes + len(payload) > self._max_bytes):
            raise RefusedError(
                f"this PoP holds {records} consent records of {size_bytes} bytes, expected fewer than"
                f" {self._max_records} and {self._max_bytes} bytes",
                reason=Reason.STORAGE,
            )
        is_unnamed = not consent.is_given and not consent.is_always_taken
        if is_unnamed:
            self._check_unnamed(connection)
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
            self._unnamed = (self._unnamed or 0) + 1 if is_unnamed else self._unnamed
            self._new.append((len(payload), is_unnamed))
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
            self._recount()

    def note_stored(self) -> None:
        """The transaction took effect."""
        self._new = []

    def forget_new(self, error: BaseException) -> None:
        """The transaction failed with `error`. What was refused changed nothing, so a stranger causes no new count."""
        if not isinstance(error, RefusedError):
            # A COMMIT that failed may have taken effect.
            self._recount()
        elif self._new and self._used is not None:
            records, size_bytes = self._used
            self._used = (records - len(self._new), size_bytes - sum(size for size, _ in self._new))
            self._unnamed = None if self._unnamed is None else self._unnamed - sum(one for _, one in self._new)
        self._new = []

    def _recount(self) -> None:
        self._used = self._unnamed = None

    def _check_unnamed(self, connection: sqlite3.Connection) -> None:
        if self._unnamed is None:
            (self._unnamed,) = connection.execute(_COUNT_UNNAMED).fetchone()
        if self._unnamed >= self._max_unnamed:
            raise LimitedError(
                f"this PoP holds {self._unnamed} withdrawals that end no consent it knows, expected fewer than"
                f" {self._max_unnamed}; show the token of the consent, or take it back at the PoP that took it",
                limit="withdrawals",
                retry_after_s=_RETRY_S,
                fields={"Retry-After": str(_RETRY_S)},
            )

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
