"""Whether the push stream brings what it should, by when it was heard and by what polls found. Pure.

watch = PushWatch(idle_s=60.0, jitter=random.random)
watch.heard(100.0)
watch.state(110.0)   # PushState.TIMELY
"""

import math
from collections.abc import Callable
from enum import StrEnum

from edge.errors import Cause

LATE_SHARE = 1 / 3
"""The part of `push_idle_s` after which a stream is late: one heartbeat, and a third of another as grace."""

BURST_SHARE = 1 / 60
"""Pushes that come closer together than this part of `push_idle_s` may have been held back, and let go together."""

NEWS_UNTIL_HELD_BACK = 2
"""Polls since the last push that found what it should have brought. One may have overtaken its push."""

EARLIEST = 0.875
"""Of a fleet that hears the same heartbeat, each PoP calls its stream late at another moment: never after the limit."""


class PushState(StrEnum):
    """How the push stream does: a word of `/statusz`."""

    TIMELY = "timely"
    LATE = "late"
    """Nothing came for longer than a heartbeat, or nothing yet. Polls stand in."""
    HELD_BACK = "held_back"
    """And polls found what it should have brought, while the stream itself is open."""


class PushWatch:
    """Whether the push stream brings what it should. Times are seconds of one monotonic clock. Pure.

    `idle_s` is `publisher.push_idle_s`; `jitter` returns numbers in [0, 1).
    """

    def __init__(self, *, idle_s: float, jitter: Callable[[], float]) -> None:
        self._late_s, self._burst_s, self._jitter = idle_s * LATE_SHARE, idle_s * BURST_SHARE, jitter
        self._heard_at, self._news, self._is_broken = -math.inf, 0, False
        self.late_at = -math.inf
        """When the stream is late if nothing comes until then."""
        self.is_held_back = False
        self.pushes = 0

    def heard(self, now: float) -> bool:
        """Note a push; True if it shows that the stream is no longer held back."""
        gap_s, self._heard_at = now - self._heard_at, now
        self.pushes += 1
        self.late_at = now + self._late_s * (EARLIEST + (1 - EARLIEST) * self._jitter())
        self._news, self._is_broken = 0, False
        # Two pushes at the distance of heartbeats. A buffer that is full lets go of several at once.
        is_over = self.is_held_back and self._burst_s <= gap_s <= self._late_s
        self.is_held_back = self.is_held_back and not is_over
        return is_over

    def failed(self, cause: Cause) -> None:
        """Note that the stream ended. Only one that was open and silent can be held back."""
        self._is_broken = cause is not Cause.SILENT

    def polled(self, now: float, *, has_news: bool) -> bool:
        """Note a poll that succeeded; True if it shows for the first time that the stream is held back.

        `has_news`: it found what no push has brought.
        """
        if self.is_held_back or self._is_broken or now < self.late_at:
            return False
        self._news += has_news
        self.is_held_back = self._news >= NEWS_UNTIL_HELD_BACK
        return self.is_held_back

    def state(self, now: float) -> PushState:
        """The state at `now`."""
        if self.is_held_back:
            return PushState.HELD_BACK
        return PushState.TIMELY if now < self.late_at else PushState.LATE
