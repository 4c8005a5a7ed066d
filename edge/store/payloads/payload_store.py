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
from edge.store.payloads.places import has_place, has_ticket, new_slot, write_payload
from edge.store.payloads.schema import FILE, VERSION, open_payloads


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
    also: tuple[tuple[KeyName, LiveKey], ...]
    """Keys that encrypt nothing. Each has the payload's ticket and another session, so that an erasure of the session
    finds the ticket, and with it the payload's own key."""

    @property
    def keys(self) -> tuple[tuple[KeyName, LiveKey], ...]:
        """All of its keys, its own first."""
        return ((self.name, self.key), *self.also)


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
        names = [
            KeyName(tenant, event, session_digest(tenant, session), payload.retention_class, payload.ticket)
            for session in (payload.session, *payload.also)
        ]
        (name, live), *also = [(one, self._live.key_for(one, public, payload.at)) for one in names]
        place = PayloadPlace(tenant, event, payload.retention_class, payload.leaf)
        content = encrypt_payload(payload.opening, place, key=live.key, nonce=secrets.token_bytes(NONCE_BYTES))
        waiting = _Waiting(name, live, payload.leaf, payload.at, content, payload.is_reply, tuple(also))
        self._waiting[payload.leaf] = waiting
        self._waiting_bytes += len(content)

    def write(self) -> int:
        """Write what waits; gives how many payloads. Durable on return. Repeated payloads of a leaf are written once.

        Raises `StorageError` if the disk fails: then all of it waits still. `DiskFullError` while there is no room.
        Beyond `max_bytes` only erased places are used: what fits into none is left out, and then it raises
        `StorageError` as well, after the rest was written.
        """
        if not self._waiting:
            return 0
        self.reserve.require_room()
        slots, written, left_out = dict[int, int](), 0, 0
        with self.transaction() as connection:
            is_full = self._size_bytes() > self._bounds.max_bytes
            for waiting in self._waiting.values():
                if waiting.is_reply and not has_ticket(connection, waiting.name):
                    # Erased, or never kept: nobody could erase the reply by its session.
                    continue
                if is_full and not has_place(connection, len(waiting.content)):
                    left_out += 1
                    continue
                for name, key in waiting.keys:
                    slot = key.slot or slots.get(id(key)) or new_slot(connection, name, key, waiting.at)
                    slots[id(key)] = slot
                    connection.execute("UPDATE keys SET last = max(last, ?) WHERE slot = ?", (waiting.at, slot))
                write_payload(connection, waiting.leaf, waiting.content, slot=slots[id(waiting.key)], at=waiting.at)
                written += 1
        for waiting in self._waiting.values():
            for _, key in waiting.keys:
                key.slot = slots.get(id(key), key.slot)
        self._set_waiting({})
        if left_out:
            self.left_out += left_out
            raise self._full()
        return written

    def check_room(self) -> None:
        """Raise `StorageError` unless a payload could be written now. It asks the disk, and changes nothing."""
        self.reserve.require_room()
        with self.transaction() as connection:
            if self._size_bytes() > self._bounds.max_bytes and not has_place(connection):
                raise self._full()
            # SQLite writes the page and syncs it, although it is the same number.
            connection.execute(f"PRAGMA user_version = {VERSION}")

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
        self._set_waiting(
            {
                leaf: one
                for leaf, one in self._waiting.items()
                if not any(is_of(name, key.slot) for name, key in one.keys)
            }
        )

    def slots_in_use(self) -> frozenset[int]:
        """Places of keys that are in memory, or that something waits for."""
        keys = (*self._live.all(), *(key for waiting in self._waiting.values() for _, key in waiting.keys))
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

    def _full(self) -> StorageError:
        return StorageError(
            f"payloads have {self._size_bytes()} bytes, expected at most {self._bounds.max_bytes}; erase some with"
            " `skerry ledger erase`, or raise retention.max_bytes and restart the PoP"
        )

    def _size_bytes(self) -> int:
        pages, free, size = (
            self._connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        return int((pages - free) * size)
