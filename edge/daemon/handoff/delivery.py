"""Stored tickets on their way to one origin, until it says that it has them.

A ticket that fails steps back behind the others. When the origin fails, its breaker opens and only its own tickets
wait. A ticket that origin refuses for its own sake becomes a dead letter after a few tries; an operator has to look.
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
"""How often the outbox is looked at when nothing is due and nothing new has come."""

OnGone = Callable[[bytes], None]
"""Told each ticket (JSON) that has left the queue: origin has it, or it is a dead letter. Raises nothing."""


DeliveryFault = UnreachableError | RefusedError
Attempt = tuple[OutboxEntry, DeliveryFault | None]


class Delivery:
    """Everything for the origin of one name; `idle_s` is how often the outbox is looked at when nothing is due."""

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
        jitter: Callable[[], float] = random.random,
        clock: Callable[[], float] = time.time,
        idle_s: float = IDLE_S,
    ) -> None:
        self._name, self._outbox, self._thread, self._origin = name, outbox, thread, origin
        self._config, self._metrics, self._idle_s = config, metrics, idle_s
        self._on_gone, self._jitter, self._clock = on_gone, jitter, clock
        self._news = asyncio.Event()
        self._breaker = Breaker(
            breaker_failures=config.breaker_failures, max_parallel=config.max_parallel, delay_s=self._delay_s
        )
        self._log = get_logger()

    @property
    def state(self) -> BreakerState:
        """What this origin may be given now."""
        return self._breaker.state(time.monotonic())

    def wake(self) -> None:
        """Something new may be there."""
        self._news.set()

    async def run(self) -> None:
        """Bring stored tickets to origin, for ever, urgent ones first, then by their deadline."""
        while True:
            try:
                await self._step(self._breaker.allowed(time.monotonic()))
            except StorageError as error:
                # What origin took and we could not note is offered again, under the same id.
                self._log.error("the outbox failed; trying again", origin=self._name, error=error.text)
                await asyncio.sleep(self._idle_s)

    async def _step(self, allowed: int) -> None:
        """Look once, and try what is due; or wait a little."""
        self._news.clear()
        entries = await self._in_thread(lambda: self._due(allowed)) if allowed else []
        if entries:
            await self._deliver_batch(entries)
        elif allowed:
            await is_set_within(self._news, self._idle_s)
        else:
            await asyncio.sleep(min(self._idle_s, self._breaker.wait_s(time.monotonic()) or self._idle_s))

    def _due(self, limit: int) -> list[OutboxEntry]:
        return self._outbox.due(self._clock(), limit, origin=self._name)

    async def _deliver_batch(self, entries: Sequence[OutboxEntry]) -> None:
        faults = await asyncio.gather(*(self._deliver_one(entry) for entry in entries))
        tried = list(zip(entries, faults, strict=True))
        await self._in_thread(lambda: self._record_results(tried))
        for entry, fault in tried:
            self._note(fault)
            if fault is None or self._is_final(entry, fault):
                self._on_gone(entry.payload)

    async def _deliver_one(self, entry: OutboxEntry) -> DeliveryFault | None:
        try:
            await self._origin.deliver(entry.id, ticket_from_bytes(entry.payload))
        except (UnreachableError, RefusedError) as fault:
            self._metrics.deliveries.labels(fault.reason).inc()
            return fault
        except Exception as error:  # noqa: BLE001 - an adapter's libraries may raise anything: the others go on
            kind = type(error).__name__
            self._log.error(
                "delivery broke", origin=self._name, ticket=entry.id, error=kind, where=error_location(error)
            )
            self._metrics.deliveries.labels(Reason.INTERNAL).inc()
            # Not a refusal of this ticket: nobody knows whose fault it is, so it does not count towards a dead letter.
            return UnreachableError(f"delivering broke here with {kind}, see the log", reason=Reason.INTERNAL)
        self._metrics.deliveries.labels("ok").inc()
        return None

    def _record_results(self, tried: Sequence[Attempt]) -> None:
        """If we die before this, origin is asked to take the same ids again, and knows them."""
        taken = [entry.id for entry, fault in tried if fault is None]
        if taken:
            self._outbox.delivered(taken)
        for entry, fault in tried:
            if fault is None:
                continue
            if self._is_final(entry, fault):
                self._outbox.set_aside(entry.id, error=fault.text)
                self._log.error(
                    "dead letter; see: skerry outbox list",
                    ticket=entry.id,
                    error=fault.text,
                )
                continue
            asked_s = getattr(fault, "retry_after_s", None) or 0.0
            until = self._clock() + max(self._delay_s(entry.attempts), asked_s)
            self._outbox.postpone(entry.id, until=until, error=fault.text, refused=isinstance(fault, RefusedError))

    def _is_final(self, entry: OutboxEntry, fault: DeliveryFault) -> bool:
        """Whether origin has refused this very ticket for the last time."""
        return isinstance(fault, RefusedError) and entry.refusals + 1 >= self._config.max_refusals

    def _note(self, fault: DeliveryFault | None) -> None:
        """What one outcome says about the origin itself; one that refuses a ticket is alive."""
        if isinstance(fault, OriginGoneError):
            self._breaker.disable()
            self._log.error("origin is gone; tickets are kept until a restart", origin=self._name, error=fault.text)
        elif isinstance(fault, UnreachableError):
            if self._breaker.failed(time.monotonic(), fault.retry_after_s):
                self._log.warning("origin takes no tickets, they are kept", origin=self._name, error=fault.text)
        elif self._breaker.succeeded():
            self._log.info("origin takes tickets again", origin=self._name)

    def _delay_s(self, attempt: int) -> float:
        return delay_s(attempt, self._jitter, base_s=self._config.retry_base_s, cap_s=self._config.max_retry_delay_s)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)
