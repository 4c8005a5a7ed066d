"""Wait before the next try, by the number of failures so far.

Full jitter: the wait is drawn evenly between 0 and a ceiling, and the ceiling doubles with every failure. A fleet that
lost its publisher at one moment comes back spread over the whole ceiling, not together.
Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 (full jitter: least total work).

>>> delay_s(3, lambda: 0.5, base_s=1.0, cap_s=60.0)
4.0
>>> backoff = Backoff(base_s=1.0, cap_s=60.0)
>>> 0.0 <= backoff.failed() <= 2.0
True
"""

import random
from collections.abc import Callable

_MAX_DOUBLINGS = 62
"""More doublings would only overflow a float. One nanosecond doubled this often is over a century."""


def delay_s(attempt: int, jitter: Callable[[], float], *, base_s: float, cap_s: float) -> float:
    """Seconds to wait after failure number `attempt`, counted from 0. Never above `cap_s`.

    `jitter` returns numbers in [0, 1). `attempt` may be of any size.
    """
    ceiling_s = min(cap_s, base_s * 2.0 ** min(attempt, _MAX_DOUBLINGS))
    return jitter() * ceiling_s


class Backoff:
    """Failures in a row of one thing that is tried repeatedly, and the wait after each. Not thread-safe.

    `failures` is 0 before the first failure and after every success.
    """

    def __init__(self, *, base_s: float, cap_s: float, jitter: Callable[[], float] = random.random) -> None:
        self._base_s, self._cap_s, self._jitter = base_s, cap_s, jitter
        self.failures = 0

    def failed(self) -> float:
        """Count one more failure. Returns the seconds to wait now; after the first failure at most twice `base_s`."""
        self.failures += 1
        return delay_s(self.failures, self._jitter, base_s=self._base_s, cap_s=self._cap_s)

    def succeeded(self) -> None:
        """Set the count back to 0."""
        self.failures = 0
