"""Who asks too often? The generic cell rate algorithm (GCRA, ITU-T I.371): one time is remembered for each name.

It decides as a token bucket that holds `burst` tokens and gains `per_s` of them a second. In place of a count and the
time of the last change it keeps one number: when the bucket will be full again.

>>> cells = RateCells(Rate(per_s=1.0, burst=2), max_cells=100)
>>> cells.take("v-81", 5.0)
>>> cells.take("v-81", 5.0)
>>> round(cells.wait_s("v-81", 5.25), 3)
0.75
"""

import math
from collections import OrderedDict
from typing import NamedTuple

SWEEP = 2
"""Old cells that are looked at for each new one: more than one, so that those which are full do not gather."""

CANDIDATES = 8
"""Cells of which the fullest is forgotten when there are too many. A fixed number, so that no request pays for all."""


_ROUNDING_S = 1e-6
"""Sums of times are rounded. Without this, the last of a burst might have to wait for 10^-13 seconds."""


class Rate(NamedTuple):
    """How often something may happen: `burst` times at once, and `per_s` times a second in the long run."""

    per_s: float
    burst: int

    @property
    def window_s(self) -> float:
        """Seconds in which an empty bucket fills."""
        return self.burst / self.per_s


class RateCells:
    """The buckets of one limit, by name. At most `max_cells` are remembered. Not thread-safe.

    Times are seconds of one clock, which may be any. A name without a cell has a full bucket. So a cell whose bucket is
    full again is forgotten. If there are too many others, one of the fullest goes: a flood of new names does not free
    a name that has to wait.
    """

    def __init__(self, rate: Rate, *, max_cells: int) -> None:
        self.rate = rate
        self._interval_s = 1.0 / rate.per_s
        self._tolerance_s = (rate.burst - 1) / rate.per_s + _ROUNDING_S
        self._max_cells = max_cells
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self._last_full_at = -math.inf

    def __len__(self) -> int:
        return len(self._full_at)

    def wait_s(self, name: str, now: float) -> float:
        """Seconds until `name` may take one; 0 if it may now. Changes nothing."""
        return max(0.0, self._full_at.get(name, now) - self._tolerance_s - now)

    def may_anybody_wait(self, now: float) -> bool:
        """False if `wait_s` is 0 for every name. Takes the same time for any number of names."""
        return self._last_full_at - self._tolerance_s > now

    def take(self, name: str, now: float) -> None:
        """Take one for `name`. Only if `wait_s` is 0."""
        full_at = self._full_at.get(name)
        if full_at is None:
            self._make_room(now)
        full_at = self._full_at[name] = max(full_at or now, now) + self._interval_s
        self._last_full_at = max(self._last_full_at, full_at)

    def remaining(self, name: str, now: float) -> int:
        """How many `name` may take at once."""
        full_at = self._full_at.get(name, now)
        missing_s = max(0.0, full_at - now - _ROUNDING_S)
        return self.rate.burst - math.ceil(missing_s * self.rate.per_s)

    def full_in_s(self, name: str, now: float) -> float:
        """Seconds until the bucket of `name` is full."""
        return max(0.0, self._full_at.get(name, now) - now)

    def _make_room(self, now: float) -> None:
        """Forget full buckets among the next few cells, and the fullest of some if there is no room for another."""
        for _ in range(min(SWEEP, len(self._full_at))):
            name, full_at = self._full_at.popitem(last=False)
            if full_at > now:
                # Looked at again after all others.
                self._full_at[name] = full_at
        if len(self._full_at) < self._max_cells:
            return
        candidates = [self._full_at.popitem(last=False) for _ in range(min(CANDIDATES, len(self._full_at)))]
        candidates.remove(min(candidates, key=lambda cell: cell[1]))
        self._full_at.update(candidates)
