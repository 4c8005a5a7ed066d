"""A clock that is wrong, by an hour in either direction, and mended."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.daemon.sync import PopClock
from edge.daemon.telemetry import Metrics

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIFE = timedelta(minutes=10)


class Wall:
    """A clock that shows the time that the test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now


def clock(wall: Wall) -> PopClock:
    """A PoP's, for timestamps that are good for a quarter of an hour at most."""
    return PopClock(wall, max_timestamp_lifetime_s=900.0, metrics=Metrics())


def test_right_clock_is_left_alone() -> None:
    """A timestamp that was signed just now proves less than the clock shows."""
    pop = clock(Wall(NOON))
    pop.prove(NOON + LIFE)
    pop.heard(NOON)

    assert (NOON, 0.0, 0.0) == (pop(), pop.forward_s, pop.ahead_s)


def test_clock_that_is_behind_is_put_forward(capsys: pytest.CaptureFixture[str]) -> None:
    """To what is proven: five minutes behind at most, where a timestamp lives ten of fifteen; said once."""
    pop = clock(Wall(NOON - HOUR))
    pop.prove(NOON + LIFE)
    pop.prove(NOON + LIFE + timedelta(seconds=15))

    assert NOON - timedelta(minutes=4, seconds=45) == pop()
    assert capsys.readouterr().out.count("clock is behind what the publisher has signed") == 1


def test_clock_that_was_put_forward_goes_on() -> None:
    """While nothing new is heard, time passes: an islands' bound is not lengthened by what the clock was off."""
    wall = Wall(NOON - HOUR)
    pop = clock(wall)
    pop.prove(NOON + LIFE)
    before = pop()
    wall.now += HOUR
    pop.prove(NOON + LIFE)

    assert before + HOUR == pop()


def test_clock_that_is_mended_counts_again() -> None:
    """The next timestamp decides alone."""
    wall = Wall(NOON - HOUR)
    pop = clock(wall)
    pop.prove(NOON + LIFE)
    wall.now = NOON + timedelta(seconds=15)
    pop.prove(NOON + LIFE + timedelta(seconds=15))

    assert NOON + timedelta(seconds=15) == pop()


def test_clock_that_is_ahead_is_not_put_back(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing signed bounds the present from above; what the publisher says unsigned is reported, once."""
    pop = clock(Wall(NOON + HOUR))
    pop.prove(NOON + LIFE)
    pop.heard(NOON)
    pop.heard(NOON)

    assert (NOON + HOUR, 3600.0) == (pop(), pop.ahead_s)
    said = capsys.readouterr().out
    assert said.count("this machine's clock and the publisher's differ, islands go by signed times") == 1
    assert "ahead_s=3600" in said


def test_publisher_whose_date_lies_changes_nothing() -> None:
    """A `Date` header is anybody's who sits on the line."""
    pop = clock(Wall(NOON))
    pop.prove(NOON + LIFE)
    pop.heard(NOON + timedelta(days=365))

    assert NOON == pop()
