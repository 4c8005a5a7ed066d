"""How long to wait before the next try.

Full jitter: a delay drawn evenly between nothing and a ceiling that doubles with every failure. A fleet that lost its
publisher at the same moment spreads its return over the whole ceiling instead of arriving together.
Source: M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015 (full jitter: least total work).

>>> delay_s(3, lambda: 0.5, base_s=1.0, cap_s=60.0)
4.0
"""

from collections.abc import Callable

_MAX_DOUBLINGS = 62
"""More would only overflow: a base of one nanosecond doubled this often is over a century."""


def delay_s(attempt: int, random: Callable[[], float], *, base_s: float, cap_s: float) -> float:
    """Seconds to wait after failure number `attempt`, counted from 0; never above `cap_s`.

    `random` gives numbers in [0, 1). Counts of any size are fine.
    """
    ceiling_s = min(cap_s, base_s * 2.0 ** min(attempt, _MAX_DOUBLINGS))
    return random() * ceiling_s
