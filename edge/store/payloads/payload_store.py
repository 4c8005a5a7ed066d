"""The payloads of a PoP's leaves: one SQLite file, `directory/payloads/payloads.db`.

A payload is encrypted when it comes, and is on the disk after `write`. While the disk fails, some wait in memory. What
is lost before that is lost for good; its leaf then has a commitment only. A process that is killed has no keys any
more, so each start begins with new ones.
"""

import secrets
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from edge.errors import StorageError
from edge.host import Step, ignore
from edge.ledger import NONCE_BYTES, PayloadPlace, encrypt_payload
from edge.store.files import NamedFiles, Reserve, SqliteStore, database_errors, log_of
from edge.store.payloads.live_keys import KeyName, LiveKey, LiveKeys, NewPayload, session_digest
from edge.store.payloads.schema import FILE, open_payloads


class PayloadBounds(NamedTuple):
    """How much is kept, and for how long a key is in memory."""

    quiet_s: float = 900.0
    """A session that was quiet for so long gets another key."""
    max_life_s: float = 3_600.0
    """A key is used for so long at most. Askers without a session share one: it is never quiet, nor too old to keep."""
    max_live_keys: int = 2_048
    """Keys in memory, about 0.5 KiB each."""
    max_waiting: int = 4_096
    """Payloads that wait to be written. Further ones are left out."""
    max_waiting_bytes: int = 8 * 2**20
    """Their bytes in memory."""
    max_bytes: int = 2**30
    """Size of the file. Beyond it, payloads are left out."""


class _Waiting(NamedTuple):
    name: KeyName
    key: LiveKey
    leaf: str
    at: float
    content: bytes
    is_reply: bool


class PayloadStore(SqliteStore):
    """The payloads in `directory/payloads`. One process may open it, and one thread opens, uses and closes it.

    `connection` lets a test use a failing disk, `on_step` one that dies. `set_aside` is the path of a damaged file
    that was moved, or None. Raises `ConfigError` if the operator must act, and `StorageError` if the disk fails.
    """

    def __init__(
        self,
        directory: Path,
        *,
        bounds: PayloadBounds | None = None,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
        on_step: Step = ignore,
    ) -> None:
        self._bounds = bounds or PayloadBounds()
        self.on_step = on_step
        self._live = LiveKeys(
            quiet_s=self._bounds.quiet_s, max_life_s=self._bounds.max_life_s, max_keys=self._bounds.max_live_keys
        )
        self._waiting = dict[str, _Waiting]()
        """By leaf: one that comes again waits once."""
        self._waiting_bytes = 0
        self.left_out = 0
        """Payloads that were not kept, as there was no room for them. Who counts them sets it to 0."""
        self._home, self._connection, self.set_aside = open_payloads(directory, factory=connection)
        self._file = self._home.folder / FILE
        self.reserve = Reserve(directory)
        self._named = NamedFiles(self._file, log_of(self._file))

    def keep(self, payload: NewPayload, public: bytes) -> None:
        """Encrypt a payload for the tenant whose sealing key is `public`. It is on the disk after `write`.

        Raises `RefusedError` if the tenant's key cannot be used.
        """
        self._home.check_thread()
        if payload.leaf in self._waiting:
            return
        if len(self._waiting) >= self._bounds.max_waiting or self._waiting_bytes >= self._bounds.max_waiting_bytes:
            self.left_out += 1
            return
        tenant, event = payload.tenant, payload.event
        session = session_digest(tenant, payload.session)
        name = KeyName(tenant, event, session, payload.retention_class, payload.ticket)
        live = self._live.key_for(name, public, payload.at)
        place = PayloadPlace(tenant, event, payload.retention_class, payload.leaf)
        content = encrypt_payload(payload.opening, place, key=live.key, nonce=secrets.token_bytes(NONCE_BYTES))
        self._waiting[payload.leaf] = _Waiting(name, live, payload.leaf, payload.at, content, payload.is_reply)
        self._waiting_bytes += len(content)

    def write(self) -> int:
        """Write what waits; gives how many payloads. Durable on return. Repeated payloads of a leaf are written once.

        Raises `StorageError` if the disk fails: then all of it waits still. `DiskFullError` while there is no room.
        """
        if not self._waiting:
            return 0
        self.reserve.require_room()
        slots = dict[int, int]()
        with self.transaction() as connection:
            if self._size_bytes() > self._bounds.max_bytes:
                self.leave_out_waiting()
                return 0
            for waiting in self._waiting.values():
                if waiting.is_reply and not _has_ticket(connection, waiting.name):
                    # Erased, or never kept: nobody could erase the reply by its session.
                    continue
                slot = waiting.key.slot or slots.get(id(waiting.key)) or _new_slot(connection, waiting)
                slots[id(waiting.key)] = slot
                _write_payload(connection, waiting, slot)
                connection.execute("UPDATE keys SET last = max(last, ?) WHERE slot = ?", (waiting.at, slot))
        for waiting in self._waiting.values():
            waiting.key.slot = slots.get(id(waiting.key))
        written = len(self._waiting)
        self._set_waiting({})
        return written

    def leave_out_waiting(self) -> None:
        """Drop the payloads that wait to be written. They count as left out."""
        self.left_out += len(self._waiting)
        self._set_waiting({})

    def _set_waiting(self, waiting: dict[str, _Waiting]) -> None:
        self._waiting, self._waiting_bytes = waiting, sum(len(one.content) for one in waiting.values())

    def forget_keys(self, is_of: Callable[[KeyName, int | None], bool]) -> None:
        """Drop keys from memory, and payloads under them that wait to be written. Later payloads get new keys.

        `is_of` is asked about a key's name and slot; None: it is not on the disk yet.
        """
        self._home.check_thread()
        self._live.drop(is_of)
        self._set_waiting({leaf: one for leaf, one in self._waiting.items() if not is_of(one.name, one.key.slot)})

    def slots_in_use(self) -> frozenset[int]:
        """Places of keys that are in memory, or that something waits for."""
        keys = (*self._live.all(), *(waiting.key for waiting in self._waiting.values()))
        return frozenset(key.slot for key in keys if key.slot is not None)

    def drop_quiet_keys(self, now: float) -> int:
        """Drop the keys of quiet sessions at `now` (Unix seconds). Gives how many are left in memory."""
        self._live.drop_quiet(now)
        return len(self._live)

    def empty_log(self) -> None:
        """Bring the write-ahead log into the file, and cut it to nothing: it has what was there before an erasure.

        Raises `StorageError` if another program reads the file meanwhile, or the disk fails.
        """
        self._home.check_thread()
        with database_errors(self._file):
            busy, _, _ = self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if busy or log_of(self._file).stat().st_size:
            raise StorageError(
                f"the log of {self._file} could not be emptied: another program reads the file; see which with:"
                f" fuser -v {self._file}, end it, and run this again"
            )

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """For reading alone. Raises `StorageError`."""
        self._home.check_thread()
        with database_errors(self._file):
            yield self._connection

    def _size_bytes(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)


def _has_ticket(connection: sqlite3.Connection, name: KeyName) -> bool:
    """True if anything of the ticket is kept."""
    by_ticket = "SELECT 1 FROM keys WHERE tenant = ? AND ticket = ? AND ticket != '' LIMIT 1"
    return connection.execute(by_ticket, (name.tenant, name.ticket)).fetchone() is not None


def _new_slot(connection: sqlite3.Connection, waiting: _Waiting) -> int:
    """Write a sealed key to a row that was erased, or to a new one."""
    row = connection.execute("SELECT min(slot) FROM free").fetchone()
    if row[0] is None:
        cursor = connection.execute("INSERT INTO sealed (box) VALUES (?)", (waiting.key.sealed,))
        slot = int(cursor.lastrowid or 0)
    else:
        slot = int(row[0])
        connection.execute("DELETE FROM free WHERE slot = ?", (slot,))
        connection.execute("UPDATE sealed SET box = ? WHERE slot = ?", (waiting.key.sealed, slot))
    connection.execute(
        "INSERT INTO keys (slot, tenant, event, session, class, ticket, last) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (slot, *waiting.name, waiting.at),
    )
    return slot


def _write_payload(connection: sqlite3.Connection, waiting: _Waiting, slot: int) -> None:
    """Write a content to a place of its size that was erased, or to a new one."""
    if connection.execute("SELECT 1 FROM payloads WHERE slot = ? AND leaf = ?", (slot, waiting.leaf)).fetchone():
        return
    size = len(waiting.content)
    row = connection.execute("SELECT min(place) FROM free_places WHERE size = ?", (size,)).fetchone()
    place: int | None = row[0]
    if place is None:
        place = connection.execute("INSERT INTO contents (content) VALUES (?)", (waiting.content,)).lastrowid
    else:
        connection.execute("DELETE FROM free_places WHERE size = ? AND place = ?", (size, place))
        connection.execute("UPDATE contents SET content = ? WHERE place = ?", (waiting.content, place))
    connection.execute(
        "INSERT INTO payloads (place, leaf, slot, at, size) VALUES (?, ?, ?, ?, ?)",
        (place, waiting.leaf, slot, waiting.at, size),
    )
