"""`edge.daemon.sync.clock`: a machine's clock that is an hour behind or ahead, and one that is set right."""

from datetime import UTC, datetime, timedelta

import pytest

from edge.daemon.sync import PopClock
from edge.daemon.telemetry import Metrics

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
LIFE = timedelta(minutes=10)


class Wall:
    """A machine's clock; the test sets it."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time that the test set."""
        return self.now


def clock(wall: Wall) -> PopClock:
    """A PoP's clock; timestamps live for a quarter of an hour at most."""
    return PopClock(wall, max_timestamp_lifetime_s=900.0, metrics=Metrics())


def test_right_clock_is_not_corrected() -> None:
    """A timestamp that was signed just now proves less than the clock shows."""
    pop = clock(Wall(NOON))
    pop.prove(NOON + LIFE)
    pop.compare(NOON)

    assert (NOON, 0.0, 0.0) == (pop(), pop.corrected_s, pop.ahead_s)


def test_clock_that_is_behind_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    """It shows the proven time, at most five minutes behind: the timestamp lives ten of fifteen. Logged once."""
    pop = clock(Wall(NOON - HOUR))
    pop.prove(NOON + LIFE)
    pop.prove(NOON + LIFE + timedelta(seconds=15))

    assert NOON - timedelta(minutes=4, seconds=45) == pop()
    assert capsys.readouterr().out.count("clock is behind the publisher's signed time") == 1


def test_corrected_clock_goes_on() -> None:
    """Time passes although the same timestamp comes again, so no island is served for longer."""
    wall = Wall(NOON - HOUR)
    pop = clock(wall)
    pop.prove(NOON + LIFE)
    before = pop()
    wall.now += HOUR
    pop.prove(NOON + LIFE)

    assert before + HOUR == pop()


def test_clock_that_is_set_right_is_used_again() -> None:
    """The correction is computed from the newest timestamp alone."""
    wall = Wall(NOON - HOUR)
    pop = clock(wall)
    pop.prove(NOON + LIFE)
    wall.now = NOON + timedelta(seconds=15)
    pop.prove(NOON + LIFE + timedelta(seconds=15))

    assert NOON + timedelta(seconds=15) == pop()


def test_clock_that_is_ahead_is_not_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    """No signed time is an upper bound on the present; the publisher's unsigned `Date` is logged, once."""
    pop = clock(Wall(NOON + HOUR))
    pop.prove(NOON + LIFE)
    pop.compare(NOON)
    pop.compare(NOON)

    assert (NOON + HOUR, 3600.0) == (pop(), pop.ahead_s)
    output = capsys.readouterr().out
    assert output.count("clock and publisher's clock differ, signed times count") == 1
    assert "ahead_s=3600" in output


def test_wrong_date_header_changes_nothing() -> None:
    """A `Date` header is not signed: anyone on the network path can write it."""
    pop = clock(Wall(NOON))
    pop.prove(NOON + LIFE)
    pop.compare(NOON + timedelta(days=365))

    assert NOON == pop()
