"""Clocks that were wrong when a ticket was stored, or are set while it waits."""

from pathlib import Path

import pytest

from edge.errors import DiskFullError, RefusedError, StorageError
from edge.records import DeskEvent, Priority, TicketState
from edge.store.outbox import Bounds, Outbox, Parcel, read_rows
from tests.store.mounted import fill, mounted

DAY_S = 86_400.0
YEAR_S = 365 * DAY_S
NOW = 1_800_000_000.0


class Times:
    """A clock that can be set, and one that cannot."""

    def __init__(self) -> None:
        self.wall, self.since_start = NOW, 500.0

    def pass_by(self, seconds: float) -> None:
        """Let time pass on both."""
        self.wall += seconds
        self.since_start += seconds


def live_by(outbox: Outbox, times: Times) -> list[tuple[float, int]]:
    """Give the outbox both clocks. Returns the list of what it says that it moved."""
    moved: list[tuple[float, int]] = []
    outbox.live_by(
        lambda: times.wall,
        on_moved=lambda step_s, tickets: moved.append((step_s, tickets)),
        steady=lambda: times.since_start,
    )
    return moved


def stored_times(outbox: Outbox) -> list[tuple[str, float, float]]:
    """When each ticket was put, and when it is due, as seconds from `NOW`; 0 of `due` as it is."""
    return [(row.id, row.created - NOW, row.due - NOW if row.due else 0.0) for row in read_rows(outbox)]


WRONG = {
    "a year behind": -YEAR_S,
    "a year ahead": YEAR_S,
    "forty years behind, as a clock without a battery": -40 * YEAR_S,
}


@pytest.mark.parametrize("ahead_s", WRONG.values(), ids=WRONG)
def test_ticket_that_a_wrong_clock_stored(state: Path, ahead_s: float) -> None:
    """After a start with the right clock it is from now, waits no longer than it had to, and closes nothing."""
    times = Times()
    with Outbox(state, clock=lambda: NOW + ahead_s) as outbox:
        outbox.put_many([Parcel("a", b"1"), Parcel("held back", b"2", due=NOW + ahead_s + 120.0)])
    with Outbox(state, clock=lambda: times.wall) as outbox:
        moved = live_by(outbox, times)

        assert moved == [(0.0, 2)]
        due_s = 0.0 if ahead_s > 0 else 120.0
        assert stored_times(outbox) == [("a", 0.0, 0.0), ("held back", 0.0, due_s)]
        outbox.put_many([Parcel("b", b"3")])
        assert [entry.id for entry in outbox.due(NOW + 120.0, 9)] == ["a", "held back", "b"]


def test_tickets_of_a_long_outage(state: Path) -> None:
    """A week without origin, over a restart, is no fault of the clock: the outbox stays closed for age."""
    times = Times()
    with Outbox(state, clock=lambda: NOW - 7 * DAY_S) as outbox:
        outbox.put_many([Parcel("a", b"1")])
    with Outbox(state, clock=lambda: times.wall) as outbox:
        moved = live_by(outbox, times)

        assert not moved
        with pytest.raises(RefusedError, match="has taken none for 604800 s"):
            outbox.put_many([Parcel(f"b {number}", b"2") for number in range(5)])


@pytest.mark.parametrize("step_s", [YEAR_S, -YEAR_S, 3600.0])
def test_clock_that_is_set_while_tickets_wait(state: Path, step_s: float) -> None:
    """Every ticket keeps its age, its pause and its place in a lane that holds tickets back."""
    times = Times()
    with Outbox(state, bounds=Bounds(10, max_age_s=1000.0)) as outbox:
        moved = live_by(outbox, times)
        outbox.put_many([Parcel("a", b"1"), Parcel("held back", b"2", due=NOW + 7200.0)])
        outbox.put_many([Parcel("b", b"3", Priority.URGENT)])
        outbox.postpone("a", until=NOW + 60.0, error="busy")
        times.pass_by(10.0)
        times.wall += step_s
        outbox.look_after()
        outbox.put_many([Parcel("c", b"4")])

        assert moved == [(step_s, 3)]
        assert stored_times(outbox) == [
            ("a", step_s, step_s + 60.0),
            ("held back", step_s, step_s + 7200.0),
            ("b", step_s, 0.0),
            ("c", step_s + 10.0, 0.0),
        ]
        times.pass_by(1000.0)
        with pytest.raises(RefusedError, match="has taken none for 1010 s"):
            outbox.put_many([Parcel(f"d {number}", b"5") for number in range(5)])


def test_progress_when_the_clock_is_set(state: Path) -> None:
    """What became of a ticket is not forgotten for it."""
    times = Times()
    with Outbox(state) as outbox:
        live_by(outbox, times)
        outbox.put_many([Parcel("a", b"1"), Parcel("b", b"2")])
        outbox.delivered(["a"])
        outbox.progress.apply(DeskEvent(id="e", ticket="a", state=TicketState.ACKNOWLEDGED), "", NOW)
        times.wall += YEAR_S
        outbox.look_after()
        outbox.delivered(["b"])

        found = outbox.progress.find("a")
        assert found == (TicketState.ACKNOWLEDGED, NOW + YEAR_S, "")


def test_clock_that_is_slowly_put_right(state: Path) -> None:
    """NTP may take an hour for ten minutes: that is no step, and moves nothing."""
    times = Times()
    with Outbox(state) as outbox:
        moved = live_by(outbox, times)
        outbox.put_many([Parcel("a", b"1")])
        for _ in range(20):
            times.pass_by(180.0)
            times.wall += 30.0
            outbox.look_after()

        assert not moved
        assert stored_times(outbox) == [("a", 0.0, 0.0)]


def test_clock_that_is_set_on_a_disk_that_fails(state: Path) -> None:
    """Nothing is put by a time that does not fit the others; upkeep tries again."""
    times = Times()
    with Outbox(state) as outbox:
        moved = live_by(outbox, times)
        outbox.put_many([Parcel("a", b"1")])
        times.wall += YEAR_S
        outbox._connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StorageError):
            outbox.look_after()
        outbox._connection.execute("PRAGMA query_only = OFF")
        times.pass_by(5.0)
        outbox.put_many([Parcel("b", b"2")])

        assert not moved
        assert stored_times(outbox) == [("a", 0.0, 0.0), ("b", 5.0, 0.0)]
        outbox.look_after()
        assert moved == [(YEAR_S, 2)]
        assert stored_times(outbox) == [("a", YEAR_S, 0.0), ("b", YEAR_S + 5.0, 0.0)]


@pytest.mark.parametrize("step_s", [DAY_S, -DAY_S])
def test_delivery_that_fails_right_after_the_clock_is_set(state: Path, step_s: float) -> None:
    """Its pause is as long as it was to be, and the ticket's progress is from then, also after another put."""
    times = Times()
    with Outbox(state) as outbox:
        live_by(outbox, times)
        outbox.put_many([Parcel("a", b"1"), Parcel("b", b"2")])
        outbox.delivered(["b"])
        times.wall += step_s
        outbox.postpone("a", until=outbox.now() + 25.0, error="busy")
        outbox.progress.apply(DeskEvent(id="e", ticket="b", state=TicketState.ACKNOWLEDGED), "", outbox.now())
        outbox.put_many([Parcel("c", b"3")])
        outbox.look_after()

        assert stored_times(outbox) == [("a", step_s, step_s + 25.0), ("c", step_s, 0.0)]
        assert outbox.progress.find("b") == (TicketState.ACKNOWLEDGED, times.wall, "")
        times.pass_by(26.0)
        assert [entry.id for entry in outbox.due(outbox.now(), 9)] == ["c", "a"]


@pytest.mark.parametrize("step_s", [7200.0, -7200.0])
def test_clock_that_is_set_while_nothing_is_stored(state: Path, step_s: float) -> None:
    """Upkeep moves what waits, and a pause ends when it was to end."""
    times = Times()
    with Outbox(state) as outbox:
        moved = live_by(outbox, times)
        outbox.put_many([Parcel("a", b"1")])
        outbox.postpone("a", until=outbox.now() + 30.0, error="busy")
        times.wall += step_s
        before = outbox.now()
        outbox.look_after()

        assert (NOW, NOW + step_s) == (before, outbox.now())
        assert moved == [(step_s, 1)]
        assert stored_times(outbox) == [("a", step_s, step_s + 30.0)]
        times.pass_by(31.0)
        assert [entry.id for entry in outbox.due(times.wall, 9)] == ["a"]


def test_clock_that_is_set_on_a_full_disk(tmp_path: Path) -> None:
    """Deliveries are noted by the time that the rows have; these are moved once there is room for that."""
    times = Times()
    names = [f"ticket-{number}" for number in range(2000)]
    with mounted(tmp_path / "disk", size_bytes=32 * 2**20) as disk, Outbox(disk) as outbox:
        outbox.look_after()
        moved = live_by(outbox, times)
        for start in range(0, 2000, 100):
            outbox.put_many([Parcel(name, b"help me with this, " * 200) for name in names[start : start + 100]])
        full = fill(disk)
        times.wall += DAY_S
        for _ in range(3):
            with pytest.raises(DiskFullError):
                outbox.look_after()
        outbox.delivered(names[:8])
        outbox.delivered(names[8:16])

        assert (1984, NOW) == (outbox.depth(), outbox.now())
        assert not moved
        full.unlink()
        outbox.look_after()
        assert moved == [(DAY_S, 1984)]
        assert {DAY_S} == {created for _, created, _ in stored_times(outbox)}


def test_clock_that_is_set_while_the_disk_has_little_room(tmp_path: Path) -> None:
    """Nothing is tried that would fill the disk, so tickets are taken and leave as before."""
    times = Times()
    with mounted(tmp_path / "disk", size_bytes=32 * 2**20) as disk, Outbox(disk) as outbox:
        outbox.look_after()
        moved = live_by(outbox, times)
        for number in range(20):
            outbox.put_many([Parcel(f"{number}-{place}", b"help me with this, " * 200) for place in range(100)])
        full = fill(disk, leave_bytes=6 * 2**20)
        times.wall += DAY_S
        outbox.look_after()
        outbox.put_many([Parcel("new", b"1")])
        outbox.delivered(["new", "0-0"])

        assert not moved
        full.unlink()
        outbox.look_after()
        assert moved == [(DAY_S, 1999)]


def test_stored_order_under_a_wrong_clock(state: Path) -> None:
    """A ticket that was stored by a clock that was ahead does not wait behind all that come later."""
    times = Times()
    with Outbox(state, clock=lambda: NOW + YEAR_S) as outbox:
        outbox.put_many([Parcel("a", b"1"), Parcel("soon", b"2", deadline=NOW + YEAR_S + 60.0)])
    with Outbox(state) as outbox:
        live_by(outbox, times)
        outbox.put_many([Parcel("late", b"3", deadline=NOW + 600.0)])

        assert [entry.id for entry in outbox.due(NOW, 9)] == ["a", "soon", "late"]
