"""How long to wait before the next try, and how often tries have failed.

Full jitter: a delay drawn evenly between nothing and a ceiling that doubles with every failure. A fleet that lost its
publisher at the same moment spreads its return over the whole ceiling instead of arriving together.
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
"""More would only overflow: a base of one nanosecond doubled this often is over a century."""


def delay_s(attempt: int, jitter: Callable[[], float], *, base_s: float, cap_s: float) -> float:
    """Seconds to wait after failure number `attempt`, counted from 0; never above `cap_s`.

    `jitter` gives numbers in [0, 1). Counts of any size are fine.
    """
    ceiling_s = min(cap_s, base_s * 2.0 ** min(attempt, _MAX_DOUBLINGS))
    return jitter() * ceiling_s


class Backoff:
    """Counts the failures in a row of one thing that is tried again and again. Not for threads.

    `failures` is 0 before the first and after every success.
    """

    def __init__(self, *, base_s: float, cap_s: float, jitter: Callable[[], float] = random.random) -> None:
        self._base_s, self._cap_s, self._jitter = base_s, cap_s, jitter
        self.failures = 0

    def failed(self) -> float:
        """Count one more failure; how many seconds to wait now: after the first at most twice `base_s`."""
        self.failures += 1
        return delay_s(self.failures, self._jitter, base_s=self._base_s, cap_s=self._cap_s)

    def succeeded(self) -> None:
        """Begin to count again."""
        self.failures = 0
