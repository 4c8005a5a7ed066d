"""The state of the outbox and of its origins, as metrics and `/statusz` show it.

By a task, so that no scrape waits for the disk.
"""

import asyncio
from collections.abc import Mapping
from typing import NamedTuple

from edge.daemon.handoff.breaker import BreakerState
from edge.daemon.handoff.commands import InThread
from edge.daemon.handoff.delivery import Delivery
from edge.daemon.telemetry import Metrics
from edge.errors import StorageError
from edge.host import get_logger
from edge.store.outbox import Outbox


class OutboxState(NamedTuple):
    """How much is in the outbox."""

    tickets: int = 0
    """Tickets that wait for their origin."""
    dead_letters: int = 0
    """Tickets that wait for an operator."""
    size_bytes: int = 0
    """Size of all payloads."""
    oldest_s: float = 0.0
    """Since when the ticket that has waited longest waits."""


class OutboxGauges:
    """Measures the outbox every `interval_s`. `state` is what was found last."""

    def __init__(
        self,
        outbox: Outbox,
        *,
        in_thread: InThread,
        deliveries: Mapping[str, Delivery],
        metrics: Metrics,
        interval_s: float,
    ) -> None:
        self._outbox, self._in_thread, self._deliveries = outbox, in_thread, deliveries
        self._metrics, self._interval_s = metrics, interval_s
        self.state = OutboxState()
        self._log = get_logger()
        metrics.watch_origins(self._origin_counts)

    def status(self) -> dict[str, object]:
        """The part of `/statusz` about tickets."""
        origins = {name or "default": delivery.state.value for name, delivery in self._deliveries.items()}
        return {**self.state._asdict(), "oldest_s": round(self.state.oldest_s, 1), "origins": origins}

    async def keep(self) -> None:
        """Update state and metrics until cancelled."""
        fault = ""
        while True:
            try:
                self._show(await self._in_thread(self._measure))
                fault = ""
            except StorageError as error:
                # One line, not one an attempt. The gauges keep their last values, and deliveries are not affected.
                if fault != error.text:
                    self._log.warning("the outbox cannot be measured, trying again", error=error.text)
                fault = error.text
            await asyncio.sleep(self._interval_s)

    def _measure(self) -> OutboxState:
        outbox = self._outbox
        dead_letters, oldest = outbox.dead_letters(), outbox.oldest()
        return OutboxState(
            tickets=outbox.depth() - dead_letters,
            dead_letters=dead_letters,
            size_bytes=outbox.size_bytes(),
            oldest_s=max(0.0, outbox.now() - oldest) if oldest is not None else 0.0,
        )

    def _show(self, state: OutboxState) -> None:
        self.state = state
        self._metrics.outbox_tickets.set(state.tickets)
        self._metrics.outbox_dead_letters.set(state.dead_letters)
        self._metrics.outbox_bytes.set(state.size_bytes)
        self._metrics.outbox_oldest_s.set(state.oldest_s)

    def _origin_counts(self) -> dict[str, int]:
        """The number of origins in each breaker state now, 0 included."""
        states = [delivery.state for delivery in self._deliveries.values()]
        return {state.value: states.count(state) for state in BreakerState}
