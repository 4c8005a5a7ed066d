"""When an origin is left alone, and when it is tried again."""

from edge.daemon.handoff.breaker import Breaker, BreakerState


def breaker(delays: list[int] | None = None) -> Breaker:
    """Opens after three failures; waits 10 s after the first opening, 20 s after the second."""

    def delay_s(attempt: int) -> float:
        (delays if delays is not None else []).append(attempt)
        return 10.0 * (attempt + 1)

    return Breaker(breaker_failures=3, max_parallel=8, delay_s=delay_s)


def test_breaker_opens_after_failures_in_a_row() -> None:
    """A success in between sets the count back to zero."""
    one = breaker()
    assert [one.failed(0.0, None), one.failed(0.0, None)] == [False, False]
    assert one.succeeded() is False
    assert [one.failed(0.0, None) for _ in range(3)] == [False, False, True]

    assert (one.state(0.0), one.allowed(0.0), one.wait_s(4.0)) == (BreakerState.OPEN, 0, 6.0)


def test_half_open_breaker_tries_one() -> None:
    """Whose success closes it, whose failure opens it for longer."""
    delays: list[int] = []
    one = breaker(delays)
    for _ in range(3):
        one.failed(0.0, None)
    assert (one.state(10.0), one.allowed(10.0)) == (BreakerState.HALF_OPEN, 1)
    assert one.failed(10.0, None) is False
    assert (one.allowed(29.0), one.allowed(30.0), delays) == (0, 1, [0, 1])
    assert one.succeeded() is True

    assert (one.state(30.0), one.allowed(30.0)) == (BreakerState.CLOSED, 8)


def test_pause_that_origin_asks_for_is_kept() -> None:
    """At once, and for as long as it said, though our own wait would be shorter."""
    one = breaker()
    assert one.failed(5.0, 60.0) is True
    assert one.failed(5.0, 0.0) is False

    assert (one.allowed(64.0), one.allowed(65.0)) == (0, 1)


def test_disabled_breaker_stays_so() -> None:
    """Nothing that comes later changes it."""
    one = breaker()
    one.disable()
    one.succeeded()

    assert (one.state(1e9), one.allowed(1e9)) == (BreakerState.DISABLED, 0)
