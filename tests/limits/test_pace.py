"""`edge.limits.pace`: a lane's tickets are released one by one, and a wait is told from those of others."""

import pytest

from edge.limits import Pace, usual_wait_s


def test_tickets_are_released_at_the_pace() -> None:
    """Thirty a minute: four that come at once leave every two seconds; one that comes later leaves at once."""
    pace = Pace(30.0)
    releases = [pace.admit(100.0) for _ in range(4)]
    places = [pace.place(release, 100.0) for release in releases]

    assert ([100.0, 102.0, 104.0, 106.0], [1, 2, 3, 4]) == (releases, places)
    assert 200.0 == pace.admit(200.0)


def test_place_of_a_ticket_grows_smaller() -> None:
    """The third is the second two seconds later, and the first as soon as the one before it was released."""
    pace = Pace(30.0)
    third = [pace.admit(100.0) for _ in range(3)][-1]

    assert [3, 2, 2, 1] == [pace.place(third, now) for now in (100.0, 102.0, 103.5, 104.0)]


def test_ticket_that_was_not_stored_leaves_its_time_to_the_next() -> None:
    """A full outbox does not make the queue longer."""
    pace = Pace(60.0)
    pace.admit(10.0)
    refused = pace.admit(10.0)
    pace.give_back()

    assert refused == pace.admit(10.0) == 11.0


WAITS: dict[str, tuple[list[float], float | None]] = {
    "none is known": ([], None),
    "four are too few": ([1.0, 2.0, 3.0, 4.0], None),
    "of five the fourth": ([5.0, 1.0, 4.0, 2.0, 3.0], 4.0),
    "of ten the eighth": ([float(n) for n in range(10, 0, -1)], 8.0),
    "one that took for ever is no news": ([10.0] * 9 + [9_000.0], 10.0),
}


@pytest.mark.parametrize(("waits", "expected"), WAITS.values(), ids=WAITS.keys())
def test_usual_wait(waits: list[float], expected: float | None) -> None:
    """The wait that eight of ten did not exceed."""
    assert expected == usual_wait_s(waits)
