"""One origin's circuit breaker: how many tickets may be sent to it now.

Closed: as many as `max_parallel`. It opens after several failures in a row, or when origin asks for a pause. Open: none
until the wait is over. Half open: one ticket; a success closes the breaker, a failure opens it for longer. Disabled:
none, until an operator acts. Pure: times in, numbers out.
"""

from collections.abc import Callable
from enum import StrEnum


class BreakerState(StrEnum):
    """The states of a breaker; a label of the metric."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"
    DISABLED = "disabled"


class Breaker:
    """The breaker of one origin. Times are seconds of one monotonic clock.

    `delay_s` gives the wait after opening number n (from 0), with jitter.
    """

    def __init__(self, *, breaker_failures: int, max_parallel: int, delay_s: Callable[[int], float]) -> None:
        self._breaker_failures, self._parallel, self._delay_s = breaker_failures, max_parallel, delay_s
        self._failures, self._openings = 0, 0
        self._until: float | None = None
        self._disabled = False

    def state(self, now: float) -> BreakerState:
        """The state at `now`."""
        # Disabled comes first: no success or wait ends it.
        if self._disabled:
            return BreakerState.DISABLED
        if self._until is None:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < self._until else BreakerState.HALF_OPEN

    def allowed(self, now: float) -> int:
        """How many tickets may be sent at once at `now`."""
        return {BreakerState.CLOSED: self._parallel, BreakerState.HALF_OPEN: 1}.get(self.state(now), 0)

    def wait_s(self, now: float) -> float:
        """Seconds until a ticket may be sent; 0 if one may be sent now."""
        return max(0.0, (self._until or now) - now)

    def succeeded(self) -> bool:
        """Record that origin answered; True if that closed the breaker."""
        was_open = self._until is not None
        self._failures, self._openings, self._until = 0, 0, None
        return was_open

    def failed(self, now: float, retry_after_s: float | None) -> bool:
        """Record that origin did not answer as it should; True if that opened a closed breaker.

        `retry_after_s` is the pause that origin asked for: it opens the breaker at the first failure.
        """
        self._failures += 1
        was_closed = self._until is None
        # The count matters to a closed breaker alone. Half open, one failure opens it again.
        if was_closed and retry_after_s is None and self._failures < self._breaker_failures:
            return False
        wait_s = max(self._delay_s(self._openings), retry_after_s or 0.0)
        self._until = max(now + wait_s, self._until or now)
        self._openings += 1
        return was_closed

    def disable(self) -> None:
        """Send origin nothing more, until an operator has checked the configuration."""
        self._disabled = True

    def enable(self) -> None:
        """Undo `disable`: an operator has checked it."""
        self._disabled = False
