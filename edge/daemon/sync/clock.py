"""The PoP's clock: the machine's, corrected when signed metadata proves that it is behind.

A clock that is behind would keep answers past their time, and count a silent publisher as fresh for too long. But every
timestamp proves a lower bound on the present: it was signed at most `max_timestamp_lifetime_s` before it expires. A
clock below that bound is corrected by the difference, and goes on from there.

A clock that is ahead is not corrected, because a signed time is a lower bound only. Then timestamps are expired on
arrival, and islands become stale and stop, as they do when the publisher is silent. The `Date` header of the
publisher's responses tells the two cases apart. It is not signed, so it is logged and changes nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from edge.daemon.telemetry import Metrics
from edge.host import RepeatedLines, get_logger

TOLERANCE_S = 60.0
"""A clock kept by NTP is off by milliseconds. A minute leaves room for a slow response, and for `Date`, which has whole
seconds."""

_ZERO = timedelta()


class PopClock:
    """Call it for the time: aware, and never below what is proven. Any thread may; the rest is for the event loop."""

    def __init__(self, wall: Callable[[], datetime], *, max_timestamp_lifetime_s: float, metrics: Metrics) -> None:
        self._wall, self._metrics = wall, metrics
        self._max_lifetime = timedelta(seconds=max_timestamp_lifetime_s)
        self._correction = _ZERO
        self._last_expiry: datetime | None = None
        self._is_off, self._repeats = False, RepeatedLines()
        self.ahead_s = 0.0
        """Seconds by which this machine's clock is ahead of the publisher's last `Date`; negative: behind."""

    def __call__(self) -> datetime:
        """The time now, corrected."""
        return self._wall() + self._correction

    @property
    def corrected_s(self) -> float:
        """Seconds by which the machine's clock is corrected; 0 if it is right or ahead."""
        return self._correction.total_seconds()

    def prove(self, timestamp_expires: datetime | None) -> None:
        """Correct the clock by the expiry of the newest verified timestamp; None changes nothing."""
        # The same timestamp again proves nothing new: compared with a clock that has moved on, it would shrink the
        # correction and put the clock back.
        if timestamp_expires is None or timestamp_expires == self._last_expiry:
            return
        self._last_expiry = timestamp_expires
        # From this timestamp alone, not added to the last correction: a clock that was set right is used as it is.
        missing = max(timestamp_expires - self._max_lifetime - self._wall(), _ZERO)
        if missing and not self._correction:
            get_logger().error(
                "clock is behind the publisher's signed time and is corrected; fix it with: timedatectl set-ntp true",
                corrected_s=missing.total_seconds(),
            )
        self._correction = missing

    def compare(self, publisher_time: datetime) -> None:
        """Compare the machine's clock with the `Date` of the publisher's response, which arrived now.

        Logs one line when they begin to differ, and one when they agree again.
        """
        self.ahead_s = (self._wall() - publisher_time).total_seconds()
        self._metrics.clock_ahead_s.set(self.ahead_s)
        is_off = abs(self.ahead_s) > TOLERANCE_S
        # Any mirror can send any date, so the lines about it are counted out.
        if is_off and not self._is_off:
            if self._repeats.left_out("off") is None:
                return
            get_logger().error(
                "clock and publisher's clock differ, signed times count; see which is right with: timedatectl",
                ahead_s=round(self.ahead_s),
            )
        elif self._is_off and not is_off:
            get_logger().info("clock and publisher's clock agree again")
        self._is_off = is_off
