"""`edge.daemon.handoff.breaker`: how many tickets an origin gets after successes and failures."""

from edge.daemon.handoff.breaker import Breaker, BreakerState


def make_breaker(delays: list[int] | None = None) -> Breaker:
    """A breaker that opens after three failures; it waits 10 s after the first opening, 20 s after the second."""

    def delay_s(attempt: int) -> float:
        (delays if delays is not None else []).append(attempt)
        return 10.0 * (attempt + 1)

    return Breaker(breaker_failures=3, max_parallel=8, delay_s=delay_s)


def test_breaker_opens_after_failures_in_a_row() -> None:
    """A success in between resets the count."""
    breaker = make_breaker()
    assert [breaker.failed(0.0, None), breaker.failed(0.0, None)] == [False, False]
    assert breaker.succeeded() is False
    assert [breaker.failed(0.0, None) for _ in range(3)] == [False, False, True]

    assert (breaker.state(0.0), breaker.allowed(0.0), breaker.wait_s(4.0)) == (BreakerState.OPEN, 0, 6.0)


def test_half_open_breaker_tries_one_ticket() -> None:
    """A success closes the breaker; a failure opens it for longer."""
    delays: list[int] = []
    breaker = make_breaker(delays)
    for _ in range(3):
        breaker.failed(0.0, None)
    assert (breaker.state(10.0), breaker.allowed(10.0)) == (BreakerState.HALF_OPEN, 1)
    assert breaker.failed(10.0, None) is False
    assert (breaker.allowed(29.0), breaker.allowed(30.0), delays) == (0, 1, [0, 1])
    assert breaker.succeeded() is True

    assert (breaker.state(30.0), breaker.allowed(30.0)) == (BreakerState.CLOSED, 8)


def test_pause_that_origin_asks_for_is_kept() -> None:
    """The breaker opens at once and for the whole pause, although its own wait would be shorter."""
    breaker = make_breaker()
    assert breaker.failed(5.0, 60.0) is True
    assert breaker.failed(5.0, 0.0) is False

    assert (breaker.allowed(64.0), breaker.allowed(65.0)) == (0, 1)


def test_disabled_breaker_stays_disabled() -> None:
    """A later success does not enable it."""
    breaker = make_breaker()
    breaker.disable()
    breaker.succeeded()

    assert (breaker.state(1e9), breaker.allowed(1e9)) == (BreakerState.DISABLED, 0)
