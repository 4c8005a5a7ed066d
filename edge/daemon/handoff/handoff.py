"""Hand-off of escalated questions: stored before the viewer gets a response, then delivered until origin has them.

One thread owns the outbox: the one that opened it. Tickets that arrive together are committed together
(`commits`). Each origin has a queue, a breaker and a task of its own (`delivery`).

**Crashes.** `put` returns after the commit, and the viewer gets a response after `put`. So a process that dies before
the commit has promised nothing, and after it the next start finds the ticket in the outbox and delivers it. A ticket
may be stored although its viewer got no response; the viewer may ask again, which makes a second ticket.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from edge.config import OriginSection, TicketsSection
from edge.daemon.handoff.commands import OutboxCommands
from edge.daemon.handoff.commits import MAX_QUEUE, CommitQueue
from edge.daemon.handoff.delivery import IDLE_S, Delivery, OnGone
from edge.daemon.handoff.gauges import OutboxGauges
from edge.daemon.handoff.lanes import Held, Lanes
from edge.daemon.telemetry import Metrics
from edge.decide import is_urgent
from edge.errors import SkerryError, StorageError
from edge.host import ignore
from edge.host.threads import in_thread
from edge.records import DeskEvent, IslandName, Priority, SolvedByViewer, Ticket, TicketState, TicketStatus
from edge.store.consents import ConsentRows
from edge.store.leaves import NewLeaf
from edge.store.outbox import Outbox, Parcel, follow_up_id, take_back, ticket_to_bytes
from edge.wire.desks import Origin

T = TypeVar("T")

OnProgress = Callable[[str, TicketStatus | None], None]
"""Called with the id of each ticket whose progress changed, once that is stored, and with its status. None: the status
has to be read. Raises nothing."""

_AT_WORK = frozenset({TicketState.ACKNOWLEDGED, TicketState.ANSWERED})
"""A ticket that comes to one of these states is not taken back any more: the person stays."""


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
        self._thread = thread
        self._commits = CommitQueue(self._put_many, on_commit=self._wake, max_queue=max_queue)
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

    async def put(
        self, ticket: Ticket, held: Held | None = None, leaf: NewLeaf | None = None, *, consent: Sequence[Parcel] = ()
    ) -> None:
        """Store `ticket` and its `leaf`; durable on return. `held` says when it is released; None: at once.

        `consent`: the consent record that came with it, if one did: both are stored, or none.

        Raises `RefusedError` (`OVERLOADED`) when the outbox or the queue to it is full, `STORAGE` when there is no room
        for the consent, and `StorageError` when the disk fails. Nothing was promised then; the viewer may ask again.
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
            leaf,
        )
        try:
            await self._commits.put(parcel, *consent)
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
        if self._commits.holds(follow_up_id(solved.ticket, "")):
            return False
        payload, tenant, tenants = msgspec.json.encode(solved), IslandName.parse(solved.island).tenant, self._tenants()
        is_back = await self._in_thread(
            lambda: take_back(self._outbox, solved.ticket, payload, tenant=tenant, tenants=tenants)
        )
        self._wake()
        return is_back

    async def put_consent(self, parcel: Parcel) -> None:
        """Store a consent record without a ticket; durable on return.

        Raises `RefusedError` (`STORAGE`) if there is no room for one more consent, `LimitedError` if there are too many
        withdrawals that name none, `OVERLOADED` when the queue is full, and `StorageError` when the disk fails. A
        withdrawal that names a consent is stored also where nothing else is.
        """
        if parcel.is_always_taken:
            tenants = self._tenants()
            await self._in_thread(lambda: self._outbox.put_many([parcel], tenants=tenants))
            self._wake()
        else:
            await self._commits.put(parcel)

    async def put_parcel(self, parcel: Parcel) -> None:
        """Store a message that is no ticket, with its leaf; durable on return. One that is stored already is skipped.

        Raises `RefusedError` (`OVERLOADED`) when the outbox or the queue to it is full, and `StorageError`.
        """
        await self._commits.put(parcel)

    async def read_consents(self, read: Callable[[ConsentRows], T]) -> T:
        """What `read` finds in the stored consents, in the outbox's thread. Raises `StorageError`."""
        return await self._in_thread(lambda: read(self._outbox.consents))

    async def keep(self) -> None:
        """Commit waiting tickets until cancelled."""
        await self._commits.keep()

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
        await self._commits.flush()
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

    def _wake(self) -> None:
        for delivery in self.deliveries.values():
            delivery.wake()

    async def _put_many(self, parcels: Sequence[Parcel]) -> None:
        tenants = self._tenants()
        dropped = await self._in_thread(lambda: self._outbox.put_many(parcels, tenants=tenants))
        self._metrics.telemetry_dropped.inc(dropped)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await in_thread(self._thread, work)
