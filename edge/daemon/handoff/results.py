"""Stores how deliveries ended, in the outbox's thread, and tells what of it is stored if the disk fails half-way."""

from collections.abc import Callable, Sequence

from edge.config import OriginSettings
from edge.daemon.handoff.uptake import Attempt, DeliveryFault
from edge.host import get_logger
from edge.records import SolvedByViewer
from edge.store.outbox import Outbox, OutboxEntry
from edge.wire.desks import PossibleRefusalError

NOTED_AT_ONCE = 64
"""Deliveries in one transaction. On a full disk its log has little more room than the reserve gave it."""

Stored = tuple[Attempt, bool]
"""An attempt that is stored, and whether its ticket waits no longer because of it."""


class Results:
    """`delay_s` gives the wait after failed attempt number n (from 0). `store` raises `StorageError`."""

    def __init__(self, outbox: Outbox, *, config: OriginSettings, delay_s: Callable[[int], float]) -> None:
        self._outbox, self._config, self._delay_s = outbox, config, delay_s

    def store(self, attempts: Sequence[Attempt], stored: list[Stored]) -> None:
        """Store what became of each attempt, and add it to `stored`. In the outbox's thread."""
        # If the process dies before this, the same ids are sent again after the start, and origin recognises them.
        delivered = [attempt for attempt in attempts if attempt.fault is None]
        for start in range(0, len(delivered), NOTED_AT_ONCE):
            chunk = delivered[start : start + NOTED_AT_ONCE]
            waited = self._outbox.delivered([attempt.entry.id for attempt in chunk])
            stored += [(attempt, attempt.entry.id in waited) for attempt in chunk]
        for attempt in attempts:
            if attempt.fault is not None:
                stored.append((attempt, self._store_fault(attempt.entry, attempt.fault, attempt)))

    def _store_fault(self, entry: OutboxEntry, fault: DeliveryFault, attempt: Attempt) -> bool:
        """Store a failed attempt. True if the ticket has become a dead letter by it, or a take-back is given up."""
        if not self._is_final(attempt):
            until = self._outbox.now() + self._wait_s(attempt)
            self._outbox.postpone(entry.id, until=until, error=fault.text, refused=attempt.is_refusal)
            return False
        if SolvedByViewer.is_id(entry.id):
            # No dead letter: an agent looks at the ticket, and that is all that is lost.
            self._outbox.dropped([entry.id])
            get_logger().info("take-back refused, people keep the ticket", ticket=entry.id, error=fault.text)
            return True
        has_left = self._outbox.set_aside(entry.id, error=fault.text)
        if has_left:
            get_logger().error(
                "ticket is a dead letter; look at it with: skerry outbox list", ticket=entry.id, error=fault.text
            )
        return has_left

    def _wait_s(self, attempt: Attempt) -> float:
        """Seconds until the next attempt."""
        fault = attempt.fault
        retry_after_s = getattr(fault, "retry_after_s", None) or 0.0
        if isinstance(fault, PossibleRefusalError) and attempt.is_refusal:
            # A desk that is just being restarted may answer like this, too: so several refusals take some minutes.
            return max(self._config.max_retry_delay_s, retry_after_s)
        return max(self._delay_s(attempt.entry.attempts), retry_after_s)

    def _is_final(self, attempt: Attempt) -> bool:
        """True if origin has now refused this ticket as often as it may; a take-back only once."""
        max_refusals = 1 if SolvedByViewer.is_id(attempt.entry.id) else self._config.max_refusals
        return attempt.is_refusal and attempt.entry.refusals + 1 >= max_refusals
