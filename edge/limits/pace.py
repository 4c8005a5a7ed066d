"""When is a ticket of a lane released to its people, what is its place until then, and how long did the last ones wait?

A lane that admits 30 tickets a minute gets one every two seconds. A ticket that comes sooner than that is held back
behind the others of its lane.
"""

import math
from collections.abc import Collection

MIN_WAITS = 5
"""With fewer waits than this nothing is said about the next one."""

SHARE = 0.8
"""Of ten viewers, eight wait no longer than they were told."""


class Pace:
    """The times at which the tickets of one lane are released. Times are seconds of one clock."""

    def __init__(self, per_minute: float) -> None:
        self._interval_s = 60.0 / per_minute
        self._next = 0.0

    def admit(self, now: float) -> float:
        """When the ticket that comes at `now` is released: at once, or after those that are held back."""
        release = max(self._next, now)
        self._next = release + self._interval_s
        return release

    def give_back(self) -> None:
        """Undo one `admit`: its ticket could not be stored."""
        self._next -= self._interval_s

    def place(self, release: float, now: float) -> int:
        """The place among the tickets of this lane that are not released yet: 1 for the next."""
        return 1 + math.ceil((release - now) / self._interval_s - 1e-6)


def usual_wait_s(waits: Collection[float]) -> float | None:
    """The wait (seconds) that 80 % of these did not exceed. None if there are fewer than five."""
    if len(waits) < MIN_WAITS:
        return None
    return sorted(waits)[math.ceil(SHARE * len(waits)) - 1]
