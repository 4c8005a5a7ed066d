import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.host import Backoff, delay_s

CEILINGS = {
    "the first failure waits at most the base": (0, 0.5),
    "the second at most twice the base": (1, 1.0),
    "the sixth is the last below the cap": (5, 16.0),
    "the seventh reaches the cap": (6, 30.0),
    "a failure that would overflow a float stays at the cap": (10_000, 30.0),
}


@pytest.mark.parametrize(("attempt", "expected"), CEILINGS.values(), ids=CEILINGS.keys())
def test_delay_is_drawn_below_a_doubling_ceiling(attempt: int, expected: float) -> None:
    """The largest random number gives the ceiling."""
    found = delay_s(attempt, lambda: 1.0, base_s=0.5, cap_s=30.0)

    assert expected == found


def test_delay_stops_doubling_after_a_century() -> None:
    """Without a cap, a nanosecond is doubled 62 times at most."""
    assert 1e-9 * 2**62 == delay_s(1_000, lambda: 1.0, base_s=1e-9, cap_s=1e12)


def test_delay_may_be_zero() -> None:
    """Full jitter starts at zero, so that waits spread over the whole ceiling."""
    assert delay_s(4, lambda: 0.0, base_s=1.0, cap_s=60.0) == 0.0


@given(attempt=st.integers(0, 10**9), seed=st.integers(), cap_s=st.floats(0.0, 1e9))
def test_delay_never_exceeds_the_cap(attempt: int, seed: int, cap_s: float) -> None:
    """The delay is never negative or above the cap, for any count, seed and cap."""
    found = delay_s(attempt, random.Random(seed).random, base_s=1.0, cap_s=cap_s)

    assert 0.0 <= found <= cap_s


def test_waits_of_failures_in_a_row() -> None:
    """The ceiling doubles with each failure up to the cap; after a success it begins at the base."""
    backoff = Backoff(base_s=0.5, cap_s=6.0, jitter=lambda: 0.5)
    waits = [backoff.failed() for _ in range(5)]
    counted = backoff.failures
    backoff.succeeded()

    assert ([0.5, 1.0, 2.0, 3.0, 3.0], 5) == (waits, counted)
    assert (0, 0.5, 1) == (backoff.failures, backoff.failed(), backoff.failures)


def test_new_backoff_has_not_failed() -> None:
    """A new backoff counts 0, and its default jitter stays below the ceiling."""
    backoff = Backoff(base_s=1.0, cap_s=60.0)

    assert 0 == backoff.failures
    assert 0.0 <= backoff.failed() < 2.0
