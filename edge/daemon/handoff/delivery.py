"""Delivery of stored tickets to one origin, at least once each.

A ticket that fails is postponed behind the others. When the origin fails, its breaker opens, and only the tickets of
this origin wait. A ticket that origin itself refuses `max_refusals` times becomes a dead letter: an operator has to
look at it.

Many statuses may refuse one ticket or all of them. They refuse this one if origin takes others meanwhile (`uptake`).
Such a ticket costs the others nothing: it does not open the breaker.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

from edge.config import OriginSettings
from edge.daemon.handoff.breaker import Breaker, BreakerState
from edge.daemon.handoff.results import Results, Stored
from edge.daemon.handoff.uptake import Attempt, DeliveryFault, Uptake
from edge.daemon.telemetry import Metrics
from edge.errors import DiskFullError, Reason, RefusedError, StorageError, UnreachableError, cause_of
from edge.host import Silence, delay_s, error_location, get_logger, ignore, is_set_within
from edge.host.threads import in_thread
from edge.records import SolvedByViewer
from edge.store.outbox import Outbox, OutboxEntry, ticket_from_bytes
from edge.wire.desks import Origin, OriginFaultError, OriginGoneError, PossibleRefusalError, StillAtWorkError

T = TypeVar("T")

IDLE_S = 1.0
"""How often the outbox is read when nothing is due and no new ticket has arrived."""

GATHER_S = 0.02
"""Pause after a batch with room for more. Tickets of this time are read, and noted as delivered, together: each of both
is a turn of the outbox's thread, and a flush of the disk."""

OnGone = Callable[[bytes], None]
"""Called with each ticket (JSON) that was delivered or became a dead letter, once that is stored. Raises nothing."""

OnMoved = Callable[[str], None]
"""Called with the id of each ticket that was delivered or became a dead letter, after `OnGone`. Raises nothing."""

MAX_UNNOTED = 1_000
"""Tickets that origin has and whose delivery could not be stored, a few megabytes. With so many, no more are sent."""


class Delivery:
    """The queue of one origin. `run` delivers until cancelled.

    `name` is the origin's name in the outbox, '' for the default one. `thread` owns `outbox`.
    """

    def __init__(
        self,
        name: str,
        *,
        outbox: Outbox,
        thread: Executor,
        origin: Origin,
        config: OriginSettings,
        metrics: Metrics,
        on_gone: OnGone = ignore,
        on_moved: OnMoved = ignore,
        jitter: Callable[[], float] = random.random,
        idle_s: float = IDLE_S,
    ) -> None:
        self._name, self._outbox, self._thread, self._origin = name, outbox, thread, origin
        self._config, self._metrics, self._idle_s = config, metrics, idle_s
        self._on_gone, self._on_moved, self._jitter = on_gone, on_moved, jitter
        self._has_new = asyncio.Event()
        self._breaker = Breaker(
            breaker_failures=config.breaker_failures, max_parallel=config.max_parallel, delay_s=self._delay_s
        )
        self._uptake, self._unnoted, self._silence = Uptake(), dict[str, Attempt](), Silence()
        self._results = Results(outbox, config=config, delay_s=self._delay_s)
        self._log = get_logger()

    @property
    def state(self) -> BreakerState:
        """The state of this origin's breaker now."""
        return self._breaker.state(time.monotonic())

    def wake(self) -> None:
        """Read the outbox soon: a new ticket may be there. Call it after the ticket is stored."""
        self._has_new.set()

    def enable(self) -> None:
        """Ask this origin again, though it said that it is gone; read the outbox soon."""
        self._breaker.enable()
        self.wake()

    async def run(self) -> None:
        """Deliver stored tickets until cancelled: urgent ones first, then by deadline."""
        fault = ""
        while True:
            try:
                await self._step(self._breaker.allowed(time.monotonic()))
                fault = ""
            except StorageError as error:
                # One line for as long as the reason is the same, and not one an attempt. `edge.daemon.upkeep` tells of
                # a full disk.
                if fault != error.text and not isinstance(error, DiskFullError):
                    self._log.error("the outbox failed, trying again", origin=self._name, error=error.text)
                fault = error.text
                await asyncio.sleep(self._idle_s)

    async def _step(self, allowed: int) -> None:
        """Read the outbox once and send what is due; or wait a little."""
        # Cleared before the outbox is read: a ticket stored after this line sets it again, so no ticket is missed.
        self._has_new.clear()
        entries = await self._in_thread(lambda: self._due(allowed)) if allowed else []
        if entries or self._unnoted:
            await self._deliver_batch(entries)
            if len(entries) < allowed:
                await asyncio.sleep(GATHER_S)
        elif allowed:
            await is_set_within(self._has_new, self._idle_s)
        else:
            await asyncio.sleep(min(self._idle_s, self._breaker.wait_s(time.monotonic()) or self._idle_s))

    def _due(self, limit: int) -> list[OutboxEntry]:
        """In the outbox's thread. What origin has is only noted: the disk failed when it was delivered."""
        limit = min(limit, MAX_UNNOTED - len(self._unnoted))
        return self._outbox.due(self._outbox.now(), limit, origin=self._name, skip=self._unnoted)

    async def _deliver_batch(self, entries: Sequence[OutboxEntry]) -> None:
        faults = await asyncio.gather(*(self._deliver_one(entry) for entry in entries))
        ended, stored = self._judged(list(zip(entries, faults, strict=True))), list[Stored]()
        self._unnoted.update({attempt.entry.id: attempt for attempt in ended if attempt.fault is None})
        attempts = [*self._unnoted.values(), *(attempt for attempt in ended if attempt.fault is not None)]
        try:
            await self._in_thread(lambda: self._results.store(attempts, stored))
        finally:
            # What was stored before the disk failed is settled; the breaker learns of nothing else.
            for attempt, has_left in stored:
                self._settle(attempt, has_left=has_left)

    def _settle(self, attempt: Attempt, *, has_left: bool) -> None:
        """What follows from an attempt that is stored. `has_left`: the ticket waits no longer because of it."""
        self._unnoted.pop(attempt.entry.id, None)
        self._update_breaker(attempt)
        if has_left:
            self._on_gone(attempt.entry.payload)
        if attempt.fault is None or has_left:
            self._on_moved(attempt.entry.id)

    def _judged(self, ended: Sequence[tuple[OutboxEntry, DeliveryFault | None]]) -> list[Attempt]:
        """The attempts of one batch: first what origin took, because that says something of the rest."""
        taken = [Attempt(entry, None) for entry, fault in ended if fault is None]
        for attempt in taken:
            self._uptake.took(attempt.entry.id)
        return taken + [
            Attempt(entry, fault, self._is_refusal(entry, fault)) for entry, fault in ended if fault is not None
        ]

    def _is_refusal(self, entry: OutboxEntry, fault: DeliveryFault) -> bool:
        if isinstance(fault, PossibleRefusalError):
            return self._uptake.is_own_fault(entry.id)
        return isinstance(fault, RefusedError)

    async def _deliver_one(self, entry: OutboxEntry) -> DeliveryFault | None:
        try:
            await self._origin.deliver(entry.id, ticket_from_bytes(entry.payload))
        except (UnreachableError, RefusedError) as fault:
            self._metrics.deliveries.labels(fault.reason).inc()
            # A desk that does not know take-backs may say so in any way that it refuses something.
            is_refusal = isinstance(fault, (PossibleRefusalError, OriginGoneError))
            return RefusedError(fault.text) if SolvedByViewer.is_id(entry.id) and is_refusal else fault
        except Exception as error:  # noqa: BLE001 - an adapter's libraries may raise anything: the others go on
            kind = type(error).__name__
            self._log.error(
                "delivery failed unexpectedly",
                origin=self._name,
                ticket=entry.id,
                error=kind,
                where=error_location(error),
            )
            self._metrics.deliveries.labels(Reason.INTERNAL).inc()
            # Not counted as a refusal: it may be a fault of ours, which must not make a ticket a dead letter.
            return UnreachableError(f"delivery failed here with {kind}, see the log", reason=Reason.INTERNAL)
        self._metrics.deliveries.labels("ok").inc()
        return None

    def _update_breaker(self, attempt: Attempt) -> None:
        """Tell the breaker how an attempt ended. A refused ticket says nothing against its origin."""
        fault = attempt.fault
        if isinstance(fault, OriginGoneError):
            # Several at once may say so.
            if self.state is not BreakerState.DISABLED:
                self._log.error(
                    "origin is gone, tickets are kept until: skerry outbox retry --all",
                    origin=self._name,
                    error=fault.text,
                )
            self._breaker.disable()
        elif isinstance(fault, StillAtWorkError):
            # Of this ticket alone.
            return
        elif isinstance(fault, UnreachableError):
            if not attempt.is_refusal and self._counts(attempt.entry, fault):
                self._note_fault(fault)
        else:
            self._silence.succeeded()
            if self._breaker.succeeded():
                self._log.info("origin is reachable again", origin=self._name)

    def _counts(self, entry: OutboxEntry, fault: UnreachableError) -> bool:
        """False if a ticket that origin answered fails once more: perhaps it is the ticket."""
        is_news = self._uptake.is_news(entry.id)
        is_closed = self.state is BreakerState.CLOSED
        return is_news or not is_closed or not isinstance(fault, OriginFaultError)

    def _note_fault(self, fault: UnreachableError) -> None:
        self._breaker.failed(time.monotonic(), fault.retry_after_s)
        if self.state is BreakerState.CLOSED:
            return
        # Once for each cause while it lasts: a desk that answers 401 after it was down needs another hand.
        left_out = self._silence.failed((fault.reason, cause_of(fault)))
        if left_out is not None:
            self._log.warning(
                "origin is unreachable, tickets are kept", origin=self._name, error=fault.text, left_out=left_out
            )

    def _delay_s(self, attempt: int) -> float:
        return delay_s(attempt, self._jitter, base_s=self._config.retry_base_s, cap_s=self._config.max_retry_delay_s)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await in_thread(self._thread, work)
