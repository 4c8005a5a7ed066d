"""Hand-off of escalated questions: stored before the viewer gets a response, then delivered until origin has them.

One thread owns the outbox: the one that opened it. Tickets that arrive together are committed together, so a surge
needs few disk flushes. Each origin has a queue, a breaker and a task of its own (`edge.daemon.handoff.delivery`).

**Crashes.** `put` returns after the commit, and the viewer gets a response after `put`. So a process that dies before
the commit has promised nothing, and after it the next start finds the ticket in the outbox and delivers it. A ticket
may be stored although its viewer got no response; the viewer may ask again, which makes a second ticket.
"""

import asyncio
import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from edge.config import OriginSection, TicketsSection
from edge.daemon.handoff.commands import OutboxCommands
from edge.daemon.handoff.delivery import IDLE_S, Delivery, OnGone
from edge.daemon.handoff.gauges import OutboxGauges
from edge.daemon.handoff.lanes import Held, Lanes
from edge.daemon.telemetry import Metrics
from edge.decide import is_urgent
from edge.errors import Reason, RefusedError, SkerryError, StorageError
from edge.host import get_logger, ignore
from edge.records import DeskEvent, IslandName, Priority, SolvedByViewer, Ticket, TicketState, TicketStatus
from edge.store.outbox import Outbox, Parcel, follow_up_id, take_back, ticket_to_bytes
from edge.wire.desks import Origin

T = TypeVar("T")

MAX_BATCH = 256
"""Tickets in one commit: 5 MB at 20 kB each, which a disk writes well within the 15 ms of one flush or two."""

MAX_QUEUE = 4_096
"""Tickets that may wait for the disk: several seconds of a surge, 80 MB. A disk that hangs must not fill memory."""

OnProgress = Callable[[str, TicketStatus | None], None]
"""Called with the id of each ticket whose progress changed, once that is stored, and with its status. None: the status
has to be read. Raises nothing."""

_AT_WORK = frozenset({TicketState.ACKNOWLEDGED, TicketState.ANSWERED})
"""A ticket that comes to one of these states is not taken back any more: the person stays."""

WaitingParcel = tuple[Parcel, "asyncio.Future[None]"]


class Handoff:
    """The PoP's side of the hand-off. Belongs to the event loop.

    `origins` are by name: a tenant's, or '' for the default. `thread` owns `outbox`. `tenants` says how many tenants
    share the outbox. Three kinds of tasks must run: `keep`, that of `gauges`, and `run` of each delivery.
    """

    def __init__(
        self,
        *,
        outbox: Outbox,
        thread: Executor,
        origins: Mapping[str, Origin],
        config: OriginSection,
        tickets: TicketsSection,
        metrics: Metrics,
        tenants: Callable[[], int] = lambda: 1,
        on_gone: OnGone = ignore,
        on_back: OnGone = ignore,
        on_progress: OnProgress = ignore,
        jitter: Callable[[], float] = random.random,
        steady: Callable[[], float] | None = None,
        max_queue: int = MAX_QUEUE,
        idle_s: float = IDLE_S,
    ) -> None:
        self._outbox, self._metrics, self._on_progress = outbox, metrics, on_progress
        self._urgent_lanes, self._tenants = tickets.urgent_lanes, tenants
        self._thread, self._max_queue, self._idle_s = thread, max_queue, idle_s
        self._log = get_logger()
        self._waiting: list[WaitingParcel] = []
        self._uncommitted: set[str] = set()
        self._has_waiting = asyncio.Event()
        self.deliveries = {
            name: Delivery(
                name,
                outbox=outbox,
                thread=thread,
                origin=origin,
                config=config.tenants.get(name, config),
                metrics=metrics,
                on_gone=on_gone,
                on_moved=lambda ticket: on_progress(ticket, None),
                jitter=jitter,
                idle_s=idle_s,
            )
            for name, origin in origins.items()
        }
        self.lanes = Lanes(tickets.lanes, urgent_lanes=tickets.urgent_lanes, clock=outbox.now, steady=steady)
        self.gauges = OutboxGauges(
            outbox,
            in_thread=self._in_thread,
            deliveries=self.deliveries,
            metrics=metrics,
            interval_s=idle_s,
        )
        self.commands = OutboxCommands(
            outbox,
            in_thread=self._in_thread,
            deliveries=self.deliveries.values(),
            on_gone=on_gone,
            on_back=on_back,
            on_moved=lambda ticket: on_progress(ticket, None),
        )

    async def put(self, ticket: Ticket, held: Held | None = None) -> None:
        """Store `ticket` for its origin; durable on return. `held` says when it is released; None: at once.

        Raises `RefusedError` (`OVERLOADED`) when the outbox or the queue to it is full, and `StorageError` when the
        disk fails. Nothing was promised then, and the viewer may ask again.
        """
        tenant = IslandName.parse(ticket.island).tenant
        urgent = is_urgent(ticket.kind, ticket.lane, self._urgent_lanes)
        parcel = Parcel(
            ticket.id,
            ticket_to_bytes(ticket),
            Priority.URGENT if urgent else Priority.ESCALATION,
            tenant if tenant in self.deliveries else "",
            ticket.deadline.timestamp() if ticket.deadline else None,
            tenant,
            held.due if held else 0.0,
        )
        try:
            await self._store(parcel)
        except SkerryError:
            # Not if the caller was cancelled: its ticket is stored all the same.
            if held:
                self.lanes.give_back(held)
            raise
        if held:
            self.lanes.stored(ticket.id, held)

    async def take_back(self, solved: SolvedByViewer) -> bool:
        """True if a ticket is taken back, now or by an earlier call, as `edge.store.outbox.take_back` says; durable.

        False also while a follow-up of the ticket waits for its commit. Raises `RefusedError` (`OVERLOADED`) and
        `StorageError`; then people keep the ticket.
        """
        if any(name.startswith(follow_up_id(solved.ticket, "")) for name in self._uncommitted):
            return False
        payload, tenant, tenants = msgspec.json.encode(solved), IslandName.parse(solved.island).tenant, self._tenants()
        is_back = await self._in_thread(
            lambda: take_back(self._outbox, solved.ticket, payload, tenant=tenant, tenants=tenants)
        )
        for delivery in self.deliveries.values():
            delivery.wake()
        return is_back

    async def _store(self, parcel: Parcel) -> None:
        if len(self._waiting) >= self._max_queue:
            raise RefusedError(
                f"{len(self._waiting)} tickets wait for the disk, expected fewer than {self._max_queue}",
                reason=Reason.OVERLOADED,
            )
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((parcel, done))
        self._uncommitted.add(parcel.id)
        self._has_waiting.set()
        await done

    async def keep(self) -> None:
        """Commit waiting tickets until cancelled. The next batch gathers while one is on its way to the disk."""
        while True:
            await self._has_waiting.wait()
            self._has_waiting.clear()
            while self._waiting:
                batch, self._waiting = self._waiting[:MAX_BATCH], self._waiting[MAX_BATCH:]
                await self._commit(batch)
                # After the commit: a delivery that is woken earlier would find nothing and wait its `idle_s`.
                for delivery in self.deliveries.values():
                    delivery.wake()

    async def apply(self, event: DeskEvent, origin: str) -> bool | None:
        """Store a desk event; durable on return.

        True if it is new, False for a repetition, None if `origin` was given no such ticket. Raises `StorageError`.
        """
        is_new, status = await self._in_thread(lambda: self._apply(event, origin))
        if is_new:
            self.lanes.moved(event.ticket)
            self._on_progress(event.ticket, status)
        return is_new

    async def status(self, ticket: str) -> TicketStatus | None:
        """The state of a ticket; None for an id that is unknown or forgotten. Raises `StorageError`."""
        return await self._in_thread(lambda: self._find(ticket))

    async def close(self) -> None:
        """Commit the tickets that still wait, and close the outbox. Call it after `keep` and all deliveries ended."""
        if self._waiting:
            await self._commit(self._waiting)
        await self._in_thread(self._outbox.close)

    def _apply(self, event: DeskEvent, origin: str) -> tuple[bool | None, TicketStatus | None]:
        """Apply a desk event, and read what it made of the ticket. In the outbox's thread, so nothing is in between."""
        accepted = self._outbox.progress.apply(event, origin, self._outbox.now())
        if not accepted:
            return accepted, None
        # The event is durable: a fault in what follows must not make the desk repeat it.
        try:
            if event.state in _AT_WORK:
                self._outbox.forget_take_back(event.ticket)
            return accepted, self._find(event.ticket)
        except StorageError:
            return accepted, None

    def _find(self, ticket: str) -> TicketStatus | None:
        progress = self._outbox.progress.find(ticket)
        if progress is None:
            return None
        state, since, reply = progress
        return TicketStatus(ticket=ticket, state=state, since=datetime.fromtimestamp(since, UTC), reply=reply)

    async def _commit(self, batch: Sequence[WaitingParcel]) -> None:
        """Store a batch in one transaction, then let its callers of `put` go on."""
        fault: SkerryError | None = None
        parcels, tenants = [parcel for parcel, _ in batch], self._tenants()
        try:
            dropped = await self._in_thread(lambda: self._outbox.put_many(parcels, tenants=tenants))
            self._metrics.telemetry_dropped.inc(dropped)
        except SkerryError as error:
            fault = error
        # The outbox stores a batch whole or not at all. If it is too full for all, some may still fit, in their order.
        if isinstance(fault, RefusedError) and len(batch) > 1:
            for waiting in batch:
                await self._commit([waiting])
            return
        # If the process dies on this line, the tickets are stored and will be delivered; only the response is missing.
        for parcel, done in batch:
            self._uncommitted.discard(parcel.id)
            # A caller that was cancelled meanwhile has a future that is done; its ticket is stored all the same.
            if done.done():
                continue
            if fault:
                done.set_exception(fault)
            else:
                done.set_result(None)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
