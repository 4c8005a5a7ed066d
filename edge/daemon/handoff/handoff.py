"""Escalated questions: kept durably before the viewer hears of it, then delivered to origin until it says it has them.

One thread owns the outbox, the one that opened it. Tickets that arrive together are committed together, so a surge
costs few disk flushes. Each origin has a queue, a breaker and a task of its own (`edge.daemon.handoff.delivery`).
"""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import TypeVar

from edge.config import OriginSection, TicketsSection
from edge.daemon.handoff.breaker import BreakerState
from edge.daemon.handoff.delivery import IDLE_S, Delivery, OnGone
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError, SkerryError, StorageError
from edge.host import get_logger, ignore
from edge.records import DeskEvent, IslandName, Priority, Ticket, TicketStatus
from edge.store.outbox import Outbox, Parcel, ticket_to_bytes
from edge.wire.desks import Origin

T = TypeVar("T")

MAX_BATCH = 256
"""Tickets committed together: at 20 kB each, 5 MB, which a disk takes well within the 15 ms of one flush or two."""

MAX_QUEUE = 4_096
"""Tickets that wait for the disk, 80 MB at most: several seconds of a surge. A disk that hangs must not fill memory."""

Waiting = tuple[Parcel, "asyncio.Future[None]"]


class Handoff:
    """The PoP's side of handing a question to people. `origins` are by tenant; the default one's name is ''."""

    def __init__(
        self,
        *,
        outbox: Outbox,
        thread: Executor,
        origins: Mapping[str, Origin],
        config: OriginSection,
        tickets: TicketsSection,
        metrics: Metrics,
        on_gone: OnGone = ignore,
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.time,
        max_queue: int = MAX_QUEUE,
        idle_s: float = IDLE_S,
    ) -> None:
        self._outbox, self._metrics, self._clock = outbox, metrics, clock
        self._urgent_lanes = tickets.urgent_lanes
        self._thread, self._max_queue, self._idle_s = thread, max_queue, idle_s
        self._log = get_logger()
        self._waiting: list[Waiting] = []
        self._arrived = asyncio.Event()
        self.deliveries = {
            name: Delivery(
                name,
                outbox=outbox,
                thread=thread,
                origin=origin,
                config=config.tenants.get(name, config),
                metrics=metrics,
                on_gone=on_gone,
                jitter=jitter,
                clock=clock,
                idle_s=idle_s,
            )
            for name, origin in origins.items()
        }
        metrics.watch_origins(self._origin_states)

    async def put(self, ticket: Ticket) -> None:
        """Keep `ticket`; durable on return. Raises `RefusedError` (`OVERLOADED`) when full, `StorageError`."""
        tenant = IslandName.parse(ticket.island).tenant
        parcel = Parcel(
            ticket.id,
            ticket_to_bytes(ticket),
            Priority.URGENT if ticket.lane in self._urgent_lanes else Priority.ESCALATION,
            tenant if tenant in self.deliveries else "",
            ticket.deadline.timestamp() if ticket.deadline else None,
        )
        if len(self._waiting) >= self._max_queue:
            raise RefusedError(
                f"{len(self._waiting)} tickets wait for the disk, expected fewer than {self._max_queue}",
                reason=Reason.OVERLOADED,
            )
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, done))
        self._arrived.set()
        await done

    async def keep(self) -> None:
        """Commit what arrives, for ever. One batch is on its way to the disk while the next one gathers."""
        while True:
            await self._arrived.wait()
            self._arrived.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._keep_batch(batch)
                for delivery in self.deliveries.values():
                    delivery.wake()

    async def measure(self) -> None:
        """Keep the gauges of the outbox up to date, for ever. Its own thread is asked: no scrape waits for the disk."""
        fails = False
        while True:
            try:
                await self._measure()
                fails = False
            except StorageError as error:
                # One line, not one a try. The gauges keep what they last said; deliveries go on by themselves.
                if not fails:
                    self._log.warning("the outbox cannot be measured; trying again", error=error.text)
                fails = True
            await asyncio.sleep(self._idle_s)

    async def apply(self, event: DeskEvent, origin: str) -> bool | None:
        """Whether a desk's report was news, None when `origin` has no such ticket; durable on return."""
        return await self._in_thread(lambda: self._outbox.progress.apply(event, origin, self._clock()))

    async def status(self, ticket: str) -> TicketStatus | None:
        """How far a ticket has come; None for an id that nobody was given lately."""
        found = await self._in_thread(lambda: self._outbox.progress.find(ticket))
        if found is None:
            return None
        state, since, reply = found
        return TicketStatus(ticket=ticket, state=state, since=datetime.fromtimestamp(since, UTC), reply=reply)

    async def close(self) -> None:
        """Commit what still waits and let go of the disk. Call it when `keep` and all deliveries have ended."""
        if self._waiting:
            await self._keep_batch(self._waiting)
        await self._in_thread(self._outbox.close)

    async def _keep_batch(self, batch: Sequence[Waiting]) -> None:
        fault: SkerryError | None = None
        try:
            dropped = await self._in_thread(lambda: self._outbox.put_many([parcel for parcel, _ in batch]))
            self._metrics.telemetry_dropped.inc(dropped)
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

    def _origin_states(self) -> dict[str, int]:
        """By breaker state, every one of them: how many origins are in it now."""
        count = Counter(delivery.state for delivery in self.deliveries.values())
        return {state.value: count[state] for state in BreakerState}

    async def _measure(self) -> None:
        metrics, outbox = self._metrics, self._outbox
        depth, size_bytes, dead_letters, oldest = await self._in_thread(
            lambda: (outbox.depth(), outbox.size_bytes(), outbox.dead_letters(), outbox.oldest())
        )
        metrics.outbox_tickets.set(depth - dead_letters)
        metrics.outbox_dead_letters.set(dead_letters)
        metrics.outbox_bytes.set(size_bytes)
        metrics.outbox_oldest_s.set(max(0.0, self._clock() - oldest) if oldest is not None else 0.0)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
