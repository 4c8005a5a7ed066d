"""One origin's circuit breaker: how many tickets it may be tried with now.

Closed, all that are due. After several failures in a row, or when origin asks for a pause, open: none, for a while.
Then half open: one, whose success closes it and whose failure opens it for longer. Pure: moments in, numbers out.
"""

from collections.abc import Callable
from enum import StrEnum


class BreakerState(StrEnum):
    """What an origin may be given."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    DISABLED = "disabled"


class Breaker:
    """`delay_s` gives the wait after failure number n (from 0), jittered; moments are seconds of one steady clock."""

    def __init__(self, *, breaker_failures: int, max_parallel: int, delay_s: Callable[[int], float]) -> None:
        self._breaker_failures, self._parallel, self._delay_s = breaker_failures, max_parallel, delay_s
        self._failures, self._openings = 0, 0
        self._until: float | None = None
        self._disabled = False

    def state(self, now: float) -> BreakerState:
        """What holds at `now`."""
        if self._disabled:
            return BreakerState.DISABLED
        if self._until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._until else BreakerState.HALF_OPEN

    def allowed(self, now: float) -> int:
        """How many tickets may be tried."""
        return {BreakerState.CLOSED: self._parallel, BreakerState.HALF_OPEN: 1}.get(self.state(now), 0)

    def wait_s(self, now: float) -> float:
        """How long until anything may be tried."""
        return max(0.0, (self._until or now) - now)

    def succeeded(self) -> bool:
        """Origin answered. Whether that closed the breaker."""
        was_open = self._until is not None
        self._failures, self._openings, self._until = 0, 0, None
        return was_open

    def failed(self, now: float, retry_after_s: float | None) -> bool:
        """Origin did not answer as it should. Whether that opened a closed breaker."""
        self._failures += 1
        was_closed = self._until is None
        if was_closed and retry_after_s is None and self._failures < self._breaker_failures:
            return False
        wait_s = max(self._delay_s(self._openings), retry_after_s or 0.0)
        self._until = max(now + wait_s, self._until or now)
        self._openings += 1
        return was_closed

    def disable(self) -> None:
        """Origin wants nothing more; only a restart, with a configuration that an operator has looked at, ends this."""
        self._disabled = True
