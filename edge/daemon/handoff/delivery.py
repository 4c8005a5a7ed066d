"""Delivery of stored tickets to one origin, at least once each.

A ticket that fails is postponed behind the others. When the origin fails, its breaker opens, and only the tickets of
this origin wait. A ticket that origin itself refuses `max_refusals` times becomes a dead letter: an operator has to
look at it.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from typing import TypeVar

from edge.config import OriginSettings
from edge.daemon.handoff.breaker import Breaker, BreakerState
from edge.daemon.telemetry import Metrics
from edge.errors import Reason, RefusedError, StorageError, UnreachableError
from edge.host import delay_s, error_location, get_logger, ignore, is_set_within
from edge.store.outbox import Outbox, OutboxEntry, ticket_from_bytes
from edge.wire.desks import Origin, OriginGoneError

T = TypeVar("T")

IDLE_S = 1.0
"""How often the outbox is read when nothing is due and no new ticket has arrived."""

OnGone = Callable[[bytes], None]
"""Called with each ticket (JSON) that was delivered or became a dead letter, once that is stored. Raises nothing."""

OnMoved = Callable[[str], None]
"""Called with the id of each ticket that was delivered or became a dead letter, after `OnGone`. Raises nothing."""

DeliveryFault = UnreachableError | RefusedError
Attempt = tuple[OutboxEntry, DeliveryFault | None]


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
        clock: Callable[[], float] = time.time,
        idle_s: float = IDLE_S,
    ) -> None:
        self._name, self._outbox, self._thread, self._origin = name, outbox, thread, origin
        self._config, self._metrics, self._idle_s = config, metrics, idle_s
        self._on_gone, self._on_moved, self._jitter, self._clock = on_gone, on_moved, jitter, clock
        self._has_new = asyncio.Event()
        self._breaker = Breaker(
            breaker_failures=config.breaker_failures, max_parallel=config.max_parallel, delay_s=self._delay_s
        )
        self._log = get_logger()

    @property
    def state(self) -> BreakerState:
        """The state of this origin's breaker now."""
        return self._breaker.state(time.monotonic())

    def wake(self) -> None:
        """Read the outbox soon: a new ticket may be there. Call it after the ticket is stored."""
        self._has_new.set()

    async def run(self) -> None:
        """Deliver stored tickets until cancelled: urgent ones first, then by deadline."""
        while True:
            try:
                await self._step(self._breaker.allowed(time.monotonic()))
            except StorageError as error:
                # A ticket that origin has, but whose delivery could not be stored, is sent again under the same id.
                self._log.error("the outbox failed, trying again", origin=self._name, error=error.text)
                await asyncio.sleep(self._idle_s)

    async def _step(self, allowed: int) -> None:
        """Read the outbox once and send what is due; or wait a little."""
        # Cleared before the outbox is read: a ticket stored after this line sets it again, so no ticket is missed.
        self._has_new.clear()
        entries = await self._in_thread(lambda: self._due(allowed)) if allowed else []
        if entries:
            await self._deliver_batch(entries)
        elif allowed:
            await is_set_within(self._has_new, self._idle_s)
        else:
            await asyncio.sleep(min(self._idle_s, self._breaker.wait_s(time.monotonic()) or self._idle_s))

    def _due(self, limit: int) -> list[OutboxEntry]:
        return self._outbox.due(self._clock(), limit, origin=self._name)

    async def _deliver_batch(self, entries: Sequence[OutboxEntry]) -> None:
        faults = await asyncio.gather(*(self._deliver_one(entry) for entry in entries))
        attempts = list(zip(entries, faults, strict=True))
        # Stored first: if the disk fails on this line, breaker and counts stay as they were before the batch.
        await self._in_thread(lambda: self._store_results(attempts))
        for entry, fault in attempts:
            self._update_breaker(fault)
            if fault is None or self._is_final(entry, fault):
                self._on_gone(entry.payload)
                self._on_moved(entry.id)

    async def _deliver_one(self, entry: OutboxEntry) -> DeliveryFault | None:
        try:
            await self._origin.deliver(entry.id, ticket_from_bytes(entry.payload))
        except (UnreachableError, RefusedError) as fault:
            self._metrics.deliveries.labels(fault.reason).inc()
            return fault
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

    def _store_results(self, attempts: Sequence[Attempt]) -> None:
        """Store what became of each attempt. In the outbox's thread."""
        # If the process dies before this, the same ids are sent again after the start, and origin recognises them.
        delivered = [entry.id for entry, fault in attempts if fault is None]
        if delivered:
            self._outbox.delivered(delivered)
        for entry, fault in attempts:
            if fault is None:
                continue
            if self._is_final(entry, fault):
                self._outbox.set_aside(entry.id, error=fault.text)
                self._log.error(
                    "ticket is a dead letter; look at it with: skerry outbox list",
                    ticket=entry.id,
                    error=fault.text,
                )
                continue
            retry_after_s = getattr(fault, "retry_after_s", None) or 0.0
            until = self._clock() + max(self._delay_s(entry.attempts), retry_after_s)
            self._outbox.postpone(entry.id, until=until, error=fault.text, refused=isinstance(fault, RefusedError))

    def _is_final(self, entry: OutboxEntry, fault: DeliveryFault) -> bool:
        """True if origin has now refused this ticket as often as it may."""
        return isinstance(fault, RefusedError) and entry.refusals + 1 >= self._config.max_refusals

    def _update_breaker(self, fault: DeliveryFault | None) -> None:
        """Tell the breaker how an attempt ended. A refused ticket counts as a success: its origin is up."""
        if isinstance(fault, OriginGoneError):
            self._breaker.disable()
            self._log.error("origin is gone, tickets are kept until a restart", origin=self._name, error=fault.text)
        elif isinstance(fault, UnreachableError):
            if self._breaker.failed(time.monotonic(), fault.retry_after_s):
                self._log.warning("origin is unreachable, tickets are kept", origin=self._name, error=fault.text)
        elif self._breaker.succeeded():
            self._log.info("origin is reachable again", origin=self._name)

    def _delay_s(self, attempt: int) -> float:
        return delay_s(attempt, self._jitter, base_s=self._config.retry_base_s, cap_s=self._config.max_retry_delay_s)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
