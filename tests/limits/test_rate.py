"""`edge.limits.rate`: the cells decide as token buckets do, and a flood of names does not free one that waits."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.limits import Rate, RateCells

RATES = st.builds(Rate, per_s=st.sampled_from([0.1, 0.5, 1.0, 4.0, 20.0]), burst=st.integers(1, 12))
STEPS = st.lists(st.tuples(st.integers(0, 40).map(lambda eighths: eighths / 8), st.sampled_from("abc")), max_size=80)
"""Seconds since the last request, in eighths so that sums are exact, and a name."""


class TokenBuckets:
    """The slow reference: a bucket for each name, filled as time passes."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._buckets: dict[str, tuple[float, float]] = {}

    def take(self, name: str, now: float) -> tuple[bool, int]:
        """Whether `name` may take one, which it then did, and how many are left."""
        tokens, at = self._buckets.get(name, (float(self._rate.burst), now))
        tokens = min(self._rate.burst, tokens + (now - at) * self._rate.per_s)
        is_allowed = tokens > 1 - 1e-9
        self._buckets[name] = (tokens - is_allowed, now)
        return is_allowed, int(tokens - is_allowed + 1e-6)


def taken(cells: RateCells, name: str, now: float) -> bool:
    """Take one if that is allowed."""
    if cells.wait_s(name, now) > 1e-9:
        return False
    cells.take(name, now)
    return True


@given(rate=RATES, steps=STEPS)
def test_cells_decide_as_token_buckets(rate: Rate, steps: Sequence[tuple[float, str]]) -> None:
    """The same requests are allowed, and the same number remains after each."""
    cells, buckets, now = RateCells(rate, max_cells=100), TokenBuckets(rate), 1_000.0
    for later_s, name in steps:
        now += later_s
        found = (taken(cells, name, now), cells.remaining(name, now))

        assert buckets.take(name, now) == found


@given(rate=RATES, steps=STEPS)
def test_wait_is_the_shortest_that_helps(rate: Rate, steps: Sequence[tuple[float, str]]) -> None:
    """One that waits for as long may take, and one that waits a little less may not."""
    cells, now = RateCells(rate, max_cells=100), 1_000.0
    for later_s, name in steps:
        now += later_s
        taken(cells, name, now)
        wait_s = cells.wait_s(name, now)

        assert cells.wait_s(name, now + wait_s + 1e-6) == 0.0
        assert wait_s == 0.0 or cells.wait_s(name, now + wait_s * 0.999) > 0.0


@given(steps=STEPS, max_cells=st.integers(1, 4))
def test_memory_is_bounded(steps: Sequence[tuple[float, str]], max_cells: int) -> None:
    """There are never more cells than allowed, and no request fails for that."""
    cells, now = RateCells(Rate(1.0, 3), max_cells=max_cells), 0.0
    for number, (later_s, name) in enumerate(steps):
        now += later_s
        taken(cells, f"{name}{number}", now)

        assert len(cells) <= max_cells


def test_flood_of_new_names_does_not_free_one_that_waits() -> None:
    """A hundred times as many names as there are cells come, and the one that used up its burst still waits."""
    cells = RateCells(Rate(1.0, 10), max_cells=100)
    assert all(taken(cells, "greedy", 0.0) for _ in range(10))
    for number in range(10_000):
        cells.take(f"fresh-{number}", number / 10_000)

    assert 0.001 == pytest.approx(cells.wait_s("greedy", 0.999), abs=1e-6)
    assert len(cells) == 100


def test_cells_that_are_full_again_are_forgotten() -> None:
    """A thousand names that asked once are gone after a second, while a few others ask."""
    cells = RateCells(Rate(1.0, 10), max_cells=10_000)
    for number in range(1_000):
        cells.take(f"early-{number}", 0.0)
    for number in range(1_000):
        cells.take(f"late-{number % 600}", 2.0)

    assert len(cells) == 600


def test_name_that_never_asked_has_all_of_it() -> None:
    """Four at once, and its bucket is full."""
    cells = RateCells(Rate(2.0, 4), max_cells=10)

    assert 2.0 == cells.rate.window_s
    assert (4, 0.0) == (cells.remaining("a", 5.0), cells.full_in_s("a", 5.0))
