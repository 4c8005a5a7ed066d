"""Escalated questions: kept durably before the viewer hears of it, then delivered to origin until it says it has them.

One thread owns the outbox, the one that opened it. Tickets that arrive together are committed together, so a surge
costs few disk flushes.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

import msgspec

from edge.backoff import delay_s
from edge.config import OriginSection
from edge.daemon.log import get_logger
from edge.daemon.metrics import Metrics
from edge.errors import RefusedError, SkerryError, UnreachableError
from edge.records import Ticket
from edge.store import Outbox, OutboxEntry
from edge.wire import OriginClient

T = TypeVar("T")

BATCH_MAX = 256
"""Tickets committed together: at 20 kB each, 5 MB, which a disk takes well within the 15 ms of one flush or two."""

IDLE_S = 1.0
"""How often the outbox is looked at when nothing is due and nothing new has come."""

Waiting = tuple[Ticket, "asyncio.Future[None]"]


class Handoff:
    """The PoP's side of handing a question to people."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        thread: Executor,
        origin: OriginClient,
        config: OriginSection,
        metrics: Metrics,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._outbox, self._origin, self._config, self._metrics = outbox, origin, config, metrics
        self._jitter, self._clock = jitter, clock
        self._thread = thread
        self._waiting: list[Waiting] = []
        self._arrived, self._stored = asyncio.Event(), asyncio.Event()
        self._origin_failures = 0
        self._log = get_logger()

    async def put(self, ticket: Ticket) -> None:
        """Keep `ticket`; durable on return. Raises `RefusedError` (`OVERLOADED`) when full, `StorageError`."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((ticket, done))
        self._arrived.set()
        await done

    async def keep(self) -> None:
        """Commit what arrives, for ever. One batch is on its way to the disk while the next one gathers."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:BATCH_MAX], self._waiting[BATCH_MAX:]
                await self._keep_batch(batch)
                self._stored.set()

    async def deliver(self) -> None:
        """Bring stored tickets to origin, for ever, oldest first."""
        while True:
            self._stored.clear()
            entries = await self._in_thread(lambda: self._outbox.due(self._clock(), self._config.parallel))
            await self._measure()
            if entries:
                await self._deliver_batch(entries)
            else:
                await _set_within(self._stored, IDLE_S)

    async def close(self) -> None:
        """Commit what still waits and let go of the disk. Call it when `keep` and `deliver` have ended."""
        if self._waiting:
            await self._keep_batch(self._waiting)
        await self._in_thread(self._outbox.close)

    async def _keep_batch(self, batch: Sequence[Waiting]) -> None:
        rows = [(ticket.id, msgspec.json.encode(ticket)) for ticket, _ in batch]
        fault: SkerryError | None = None
        try:
            await self._in_thread(lambda: self._outbox.put_many(rows))
        except SkerryError as error:
            fault = error
        if isinstance(fault, RefusedError) and len(batch) > 1:
            for one in batch:
                await self._keep_batch([one])
            return
        for _, done in batch:
            if done.done():
                continue
            if fault:
                done.set_exception(fault)
            else:
                done.set_result(None)

    async def _deliver_batch(self, entries: Sequence[OutboxEntry]) -> None:
        """Try each once. One that fails steps back behind the others; when all fail, it is origin that is down."""
        faults = await asyncio.gather(*(self._deliver_one(entry) for entry in entries))
        taken = [entry.id for entry, fault in zip(entries, faults, strict=True) if fault is None]
        failed = [(entry, fault) for entry, fault in zip(entries, faults, strict=True) if fault is not None]
        await self._in_thread(lambda: self._settle(taken, failed))
        if taken:
            self._origin_recovered()
        else:
            await self._pause(failed[0][1])

    async def _deliver_one(self, entry: OutboxEntry) -> UnreachableError | None:
        try:
            await self._origin.deliver(entry.id, entry.payload)
        except UnreachableError as fault:
            self._metrics.deliveries.labels(fault.reason).inc()
            return fault
        self._metrics.deliveries.labels("ok").inc()
        return None

    def _settle(self, taken: Sequence[str], failed: Sequence[tuple[OutboxEntry, UnreachableError]]) -> None:
        """If we die before this, origin is asked to take the same ids again, and knows them."""
        if taken:
            self._outbox.delivered(taken)
        for entry, fault in failed:
            until = self._clock() + self._delay_s(entry.attempts)
            self._outbox.postpone(entry.id, until=until, error=fault.text)

    async def _pause(self, fault: UnreachableError) -> None:
        if self._origin_failures == 0:
            self._log.warning("origin does not take tickets, they are kept", error=fault.text)
        wait_s = max(self._delay_s(self._origin_failures), fault.retry_after_s or 0.0)
        self._origin_failures += 1
        await asyncio.sleep(wait_s)

    def _origin_recovered(self) -> None:
        if self._origin_failures:
            self._log.info("origin reachable again", failures=self._origin_failures)
        self._origin_failures = 0

    def _delay_s(self, attempt: int) -> float:
        return delay_s(attempt, self._jitter, base_s=self._config.retry_base_s, cap_s=self._config.retry_cap_s)

    async def _measure(self) -> None:
        depth, oldest = await self._in_thread(lambda: (self._outbox.depth(), self._outbox.oldest()))
        self._metrics.outbox_tickets.set(depth)
        self._metrics.outbox_oldest_s.set(max(0.0, self._clock() - oldest) if oldest is not None else 0.0)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


async def _set_within(event: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return
