"""Writes the leaves that wait into the logs, every `flush_s`, with a signed checkpoint for each log.

**Crashes.** A killed process loses the leaves of answers that it had gathered. Their number outlives it
(`edge.store.ledger.given`), so the next start counts them, and a leaf says how many are missing. Rows of the outbox are
deleted only after a log has them, and a log has each leaf once.
"""

import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from datetime import datetime
from functools import partial
from typing import TypeVar

from edge.config import LedgerSection
from edge.daemon.ledger.logs import OpenLogs, open_with_logs
from edge.daemon.ledger.room import RESERVE_BYTES, LedgerRoom
from edge.daemon.ledger.seams import MakeMark, Payloads
from edge.daemon.ledger.taking import HandedLeaves
from edge.daemon.telemetry import LedgerMetrics
from edge.errors import ConfigError, StorageError
from edge.host import DiskFaults, get_logger
from edge.host.threads import in_thread
from edge.records.ledger import LeafKind, LedgerState
from edge.store.leaves import NewLeaf
from edge.store.ledger import LedgerStore, LogBatch, StoredLog
from edge.store.outbox import Outbox

T = TypeVar("T")

MAX_QUEUE = 20_000
"""Leaves in memory, about 10 MB: twenty seconds at the highest rate of a PoP, while its disk is stuck."""

MAX_HANDED = 50_000
"""Leaves in the outbox's file, about 50 MB: while the ledger cannot be written, further hand-overs have none."""


class LedgerWriter:
    """Writes to one store. Belongs to the event loop. `begin` comes first; `keep` must run as a task.

    `open_store` is called in `thread`, which owns the store from then on. `outbox_thread` owns `outbox`.
    """

    def __init__(
        self,
        *,
        config: LedgerSection,
        open_store: Callable[[], LedgerStore],
        thread: Executor,
        outbox: Outbox,
        outbox_thread: Executor,
        metrics: LedgerMetrics,
        now: Callable[[], datetime],
        mark: MakeMark,
        payloads: Payloads | None = None,
        steady: Callable[[], float] = time.monotonic,
        max_queue: int = MAX_QUEUE,
        max_handed: int = MAX_HANDED,
        reserve_bytes: int = RESERVE_BYTES,
    ) -> None:
        self._config, self._open_store, self._thread = config, open_store, thread
        self._handed, self._steady = HandedLeaves(outbox, outbox_thread, steady=steady), steady
        self._metrics, self._now, self._mark, self._payloads = metrics, now, mark, payloads
        self._max_queue, self._max_handed = max_queue, max_handed
        self._store: LedgerStore | None = None
        self._logs, self._left_out, self._closing = OpenLogs(), deque[str](), set[str]()
        self._waiting: list[NewLeaf] = []
        self._pending: set[bytes] = set()
        self._room = LedgerRoom(config.max_bytes, metrics, reserve_bytes=reserve_bytes)
        self._log, self._faults = get_logger(), DiskFaults()

    @property
    def fault(self) -> StorageError | None:
        """Why nothing can be written; None if it can."""
        return self._faults.fault

    def count(self, event: str) -> bool:
        """Count an answer. False if there is no room for its leaf: then it counts as missing."""
        self._logs.count(event)
        has_room = not self._room.is_full and len(self._waiting) < self._max_queue
        if not has_room:
            self._metrics.missing.inc()
        return has_room

    def has_reserve(self) -> bool:
        """False if hand-overs and replies get no leaves either: nothing grows without an end. Any thread may ask."""
        return not self._room.is_exhausted and len(self._handed.expected) < self._max_handed

    def leave_out(self, event: str) -> None:
        """Count a hand-over or a reply that got no leaf, with the next write. Any thread may call it."""
        self._left_out.append(event)

    def add(self, leaf: NewLeaf) -> None:
        """Have the leaf of an answer written soon."""
        self._waiting.append(leaf)
        self._pending.add(leaf.id)

    def is_pending(self, leaf: bytes) -> bool:
        """True if the leaf is not in a log yet."""
        return leaf in self._pending or leaf in self._handed.expected

    def unwritten(self) -> frozenset[bytes]:
        """The leaves that are not in a log yet."""
        return frozenset(self._pending | self._handed.expected)

    def close_log(self, event: str) -> None:
        """Close the log of an event with the next write. What happens later in it goes into a new log."""
        self._closing.add(event)

    def missing(self) -> dict[str, int]:
        """By the names of logs: how many answers have no leaf, and no leaf tells of them yet."""
        return self._logs.missing(Counter(leaf.log for leaf in self._waiting))

    def state(self) -> LedgerState:
        """How the ledger does."""
        error = self.fault.text if self.fault is not None else ""
        room = self._room
        return LedgerState(
            word="failing" if error else room.word,
            error=error,
            size_bytes=room.size_bytes,
            max_bytes=room.max_bytes,
            missing=sum(self.missing().values()),
            lost_at_start=self._logs.lost,
        )

    async def begin(self) -> None:
        """Open the store, and count what the last process lost. A disk that fails costs leaves, and no start.

        Raises `ConfigError` if the operator must act.
        """
        try:
            await self._open()
        except StorageError as error:
            self._note_fault(error)

    async def keep(self) -> None:
        """Write leaves until cancelled."""
        while True:
            await asyncio.sleep(self._config.flush_s)
            await self.write()

    async def write(self) -> None:
        """Write what there is. Raises nothing of the disk's: `state` says it, and the next write tries again."""
        try:
            await self._write()
        except StorageError as error:
            self._note_fault(error)
            return
        except ConfigError as error:
            # Of an attempt to open the store later. Only a start may end with it.
            self._note_fault(StorageError(error.text))
            return
        if self._faults.succeeded():
            self._log.info("the ledger can be written again")

    async def close(self) -> None:
        """Write the leaves that still wait, and close the store. Call it before the outbox is closed."""
        await self.write()
        if self._store is not None:
            await self._in_thread(self._store.close)

    async def read(self, work: Callable[[LedgerStore], T]) -> T:
        """What `work` reads from the store, in its thread. Raises `StorageError`, also while there is no store."""
        store = self._store
        if store is None:
            raise self.fault or StorageError("the ledger is not open yet, try again")
        return await self._in_thread(lambda: work(store))

    async def remove(self, name: str) -> None:
        """Delete the leaves of a closed log, a part at a time. Raises `StorageError`."""
        is_gone = False
        while not is_gone:
            is_gone = await self.read(lambda store: store.remove(name))
        await self.measure()

    async def in_outbox(self, work: Callable[[], T]) -> T:
        """What `work` does with the outbox, in its thread."""
        return await self._handed.in_outbox(work)

    async def measure(self) -> None:
        """Note how much of the room is used."""
        self._room.note(await self.read(lambda store: store.size_bytes()))

    async def _open(self) -> LedgerStore:
        if self._store is None:
            await self._handed.find(self._payloads)
            store, stored = await self._in_thread(lambda: open_with_logs(self._open_store))
            if store.set_aside is not None:
                text = "ledger is damaged and set aside with its key, logs begin again"
                self._log.error(text, kept_at=str(store.set_aside))
            lost, self._store = self._logs.begin(stored, store.given), store
            if lost:
                self._metrics.missing.inc(lost)
                self._log.warning("leaves of answers were lost when the last process ended", missing=lost)
            await self.measure()
        return self._store

    async def _write(self) -> None:
        while self._left_out:
            self._logs.count(self._left_out.popleft())
            self._metrics.missing.inc()
        await self._open()
        durable = await self._handed.read()
        # What happens during the write comes with the next one.
        answers, closing = self._waiting[:], {event for event in self._closing if event in self._logs}
        may_tell = self._room.takes_gap(self._steady())
        told = self._logs.with_gap(Counter(leaf.log for leaf in answers)) if may_tell else set()
        events = {leaf.log for leaf in (*answers, *durable)} | closing | told
        if events:
            batch = partial(self._batch, answers=answers, durable=durable, may_tell=may_tell)
            batches = [batch(event, is_last=event in closing) for event in sorted(events)]
            now = self._now().timestamp()
            written = await self.read(lambda store: self._keep(store, batches, now))
            del self._waiting[: len(answers)]
            self._pending.difference_update(leaf.id for leaf in answers)
            self._closing -= closing
            self._logs.wrote(events, written)
            self._metrics.leaves.inc(len(answers) + len(durable))
            await self.measure()
        # If the process dies on this line, the next start takes them over again, and the logs have them already.
        if durable:
            await self._handed.delete(durable)

    def _batch(
        self, event: str, answers: Sequence[NewLeaf], durable: Sequence[NewLeaf], *, may_tell: bool, is_last: bool
    ) -> LogBatch:
        gap = (lambda missing: self._mark(event, LeafKind.GAP, missing)) if is_last or may_tell else None
        last = self._mark(event, LeafKind.CLOSED, None) if is_last else None
        return self._logs.batch(event, answers, durable, gap=gap, last=last)

    def _keep(self, store: LedgerStore, batches: Sequence[LogBatch], now: float) -> list[StoredLog]:
        """Keep payloads, then write leaves. In the ledger's thread."""
        leaves = [leaf for batch in batches for leaf in (*batch.answers, *batch.durable)]
        lost = self._payloads.keep(leaves) if self._payloads is not None else 0
        written = store.append(batches, now)
        if self._payloads is not None and lost:
            self._payloads.note_lost(lost)
        return written

    def _note_fault(self, error: StorageError) -> None:
        left_out = self._faults.failed(error)
        if left_out is not None:
            self._log.error("the ledger cannot be written, answers go on", error=error.text, left_out=left_out)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await in_thread(self._thread, work)
