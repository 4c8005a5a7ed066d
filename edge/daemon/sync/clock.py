"""The PoP's clock, held against what the publisher signed and said.

A clock that is behind would keep answers past their time and call a silent publisher fresh for too long. But every
timestamp proves that it is later than the moment at which it was signed: at the earliest `max_timestamp_lifetime_s`
before it expires. A clock that says less is put forward by what is missing, and goes on from there.

A clock that is ahead cannot be put back: a signed time bounds the present from below only. Then timestamps are expired
on arrival, and islands go stale and stop, as they do when the publisher is silent. The `Date` of the publisher's
answers tells the two apart; it is not signed, so it is reported and changes nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from edge.daemon.telemetry import Metrics
from edge.host import get_logger

TOLERANCE_S = 60.0
"""A clock kept by NTP is off by milliseconds; a minute leaves room for a slow answer and a whole second of `Date`."""

_NOTHING = timedelta()


class PopClock:
    """Call it for the time: aware, and never behind what is proven. For one event loop."""

    def __init__(self, wall: Callable[[], datetime], *, max_timestamp_lifetime_s: float, metrics: Metrics) -> None:
        self._wall, self._metrics = wall, metrics
        self._max_lifetime = timedelta(seconds=max_timestamp_lifetime_s)
        self._forward = _NOTHING
        self._last_expiry: datetime | None = None
        self._is_off = False
        self.ahead_s = 0.0
        """By how much this machine's clock is ahead of the publisher's, as of its last answer; negative: behind."""

    def __call__(self) -> datetime:
        """Now."""
        return self._wall() + self._forward

    @property
    def forward_s(self) -> float:
        """By how much the machine's clock is put forward."""
        return self._forward.total_seconds()

    def prove(self, timestamp_expires: datetime | None) -> None:
        """A verified timestamp expires then. Each new one decides alone, so a clock that was mended counts again."""
        if timestamp_expires is None or timestamp_expires == self._last_expiry:
            return
        self._last_expiry = timestamp_expires
        missing = max(timestamp_expires - self._max_lifetime - self._wall(), _NOTHING)
        if missing and not self._forward:
            get_logger().error(
                "this machine's clock is behind what the publisher has signed; put forward, mend it with: "
                "timedatectl set-ntp true",
                forward_s=missing.total_seconds(),
            )
        self._forward = missing

    def heard(self, publisher_time: datetime) -> None:
        """The publisher's clock says this now. One line in the log when the two part, one when they agree again."""
        self.ahead_s = (self._wall() - publisher_time).total_seconds()
        self._metrics.clock_ahead_s.set(self.ahead_s)
        is_off = abs(self.ahead_s) > TOLERANCE_S
        if is_off and not self._is_off:
            get_logger().error(
                "this machine's clock and the publisher's differ, islands go by signed times; see which is right with: "
                "timedatectl",
                ahead_s=round(self.ahead_s),
            )
        elif self._is_off and not is_off:
            get_logger().info("this machine's clock and the publisher's agree again")
        self._is_off = is_off
