"""`edge.decide.surge`: each rule of the controller alone, at its limits, with numbers computed by hand."""

import math
from dataclasses import replace

import pytest

from edge.decide import start, step
from edge.decide.surge import Control
from edge.records import SurgePolicy

POLICY = SurgePolicy(floor=0.75, ceiling=0.95, target_wait_s=120)
DEFAULT = 0.9
LONG_S = 1e6
"""After so many time constants the smoothed error is the error itself."""


def after(control: Control, elapsed_s: float, wait_s: float | None) -> Control:
    """One step."""
    return step(control, policy=POLICY, default=DEFAULT, wait_s=wait_s, now=control.at + elapsed_s)


def pushed(error: float, integral: float, *, wait_s: float, elapsed_s: float = 10.0) -> Control:
    """One step from a state that changed long ago. A wait that matches the error leaves the error as it is."""
    return after(Control(precision=DEFAULT, at=0.0, error=error, integral=integral), elapsed_s, wait_s)


ERRORS = {
    "nobody waits: one target below": (0.0, -1.0),
    "on target: none": (120.0, 0.0),
    "twice the target: one": (240.0, 1.0),
    "four times the target: three": (480.0, 3.0),
    "a hundred times is no worse than four times": (12_000.0, 3.0),
    "nor is nobody at work": (math.inf, 3.0),
}


@pytest.mark.parametrize(("wait_s", "error"), ERRORS.values(), ids=ERRORS.keys())
def test_error_is_the_distance_in_targets(wait_s: float, error: float) -> None:
    """The error after the smoothing has settled."""
    assert error == pytest.approx(after(start(DEFAULT, 0.0), LONG_S, wait_s).error)


@pytest.mark.parametrize(("elapsed_s", "share"), [(15, 0.632), (30, 0.865), (45, 0.950)])
def test_one_odd_report_moves_little(elapsed_s: float, share: float) -> None:
    """Of a step in the wait 63 % is believed after one time constant of 15 s, 86 % after two, 95 % after three."""
    assert share == pytest.approx(after(start(DEFAULT, 0.0), elapsed_s, 240.0).error, abs=0.001)


def test_smoothing_does_not_depend_on_how_often_it_is_asked() -> None:
    """Fifteen steps of one second give the same error as one step of fifteen seconds."""
    control = start(DEFAULT, 0.0)
    for _ in range(15):
        control = after(control, 1.0, 240.0)

    assert after(start(DEFAULT, 0.0), 15.0, 240.0).error == pytest.approx(control.error)


INTEGRALS = {
    "what remains is taken back within five minutes: half a target, ten seconds": (0.5, 0.0, 180.0, 10.0, 0.5 / 30),
    "idle people count the other way": (-0.5, 0.0, 60.0, 10.0, -0.5 / 30),
    "a silence counts as half a minute at most": (0.5, 0.0, 180.0, 200.0, 0.05),
    "it grows until the output is at its bound": (0.5, 0.45, 180.0, 30.0, 0.5),
    "and not beyond": (0.5, 0.48, 180.0, 30.0, 0.48),
    "nor beyond the other bound": (-0.5, -0.48, 60.0, 30.0, -0.48),
    "just above the bound, by a small error": (0.9, 0.14, 228.0, 10.0, 0.14),
    "an error of the other sign takes it back at once": (-0.5, 0.9, 60.0, 30.0, 0.85),
}


@pytest.mark.parametrize(
    ("error", "integral", "wait_s", "elapsed_s", "expected"), INTEGRALS.values(), ids=INTEGRALS.keys()
)
def test_integral(error: float, integral: float, wait_s: float, elapsed_s: float, expected: float) -> None:
    """The integral sums the error over time. It stops when the output is at its limit."""
    assert expected == pytest.approx(pushed(error, integral, wait_s=wait_s, elapsed_s=elapsed_s).integral)


GOALS = {
    "half a target over uses half the way to the floor": (0.5, 180.0, 0.825),
    "a whole one all of it": (1.0, 240.0, 0.75),
    "three no more than that": (3.0, 480.0, 0.75),
    "half a target under uses half the way to the ceiling": (-0.5, 60.0, 0.925),
    "nobody waiting all of it": (-1.0, 0.0, 0.95),
}


@pytest.mark.parametrize(("error", "wait_s", "goal"), GOALS.values(), ids=GOALS.keys())
def test_threshold_moves_towards_its_goal_and_stays(error: float, wait_s: float, goal: float) -> None:
    """Without the integral the threshold moves to its goal in steps of 0.05, and stays there."""
    control = Control(precision=DEFAULT, at=0.0, error=error)
    for _ in range(5):
        control = replace(after(control, 60.0, wait_s), integral=0.0)

    # Each minute the integral has added half a minute's worth before it was forgotten.
    assert goal == pytest.approx(control.precision, abs=0.05 * 0.15 + 1e-9)
    assert POLICY.floor - 1e-9 <= control.precision <= POLICY.ceiling + 1e-9


def test_integral_drives_the_threshold_to_the_floor_however_small_the_excess() -> None:
    """A wait of a tenth above the target for an hour: the integral corrects what the error alone does not."""
    control = start(DEFAULT, 0.0)
    for _ in range(3_600):
        control = after(control, 1.0, 132.0)

    assert 0.75 == pytest.approx(control.precision, abs=0.011)


def test_idle_people_for_an_hour_never_lift_it_above_the_ceiling() -> None:
    """The threshold comes as near to the goal as the dead band allows."""
    control = start(DEFAULT, 0.0)
    for _ in range(3_600):
        control = after(control, 1.0, 0.0)

    assert 0.95 == pytest.approx(control.precision, abs=0.01)
    assert 0.95 >= control.precision


DEAD_BAND = {"a need of 0.009": (1.06, DEFAULT), "a need of 0.011": (1.0734, 0.889)}


@pytest.mark.parametrize(("waits", "expected"), DEAD_BAND.values(), ids=DEAD_BAND.keys())
def test_change_below_a_hundredth_is_not_made(waits: float, expected: float) -> None:
    """The threshold after one step in which the smoothing settles and the integral does not grow."""
    settled = Control(precision=DEFAULT, at=0.0, error=waits - 1)

    assert expected == pytest.approx(after(settled, 1.0, waits * 120).precision, abs=0.0005)


@pytest.mark.parametrize(("elapsed_s", "changes"), [(29.9, 1), (30.0, 2)])
def test_second_change_half_a_minute_after_the_first(elapsed_s: float, changes: int) -> None:
    """No change comes earlier than `HOLD_S` after the last."""
    first = after(start(DEFAULT, 0.0), LONG_S, 480.0)

    assert 1 == first.changes
    assert changes == after(first, elapsed_s, 480.0).changes


@pytest.mark.parametrize(("wait_s", "expected"), [(480.0, 0.85), (0.0, 0.95)])
def test_no_change_is_larger_than_a_twentieth(wait_s: float, expected: float) -> None:
    """No change is larger than `MAX_STEP`, even if the goal is far away."""
    assert expected == pytest.approx(after(start(DEFAULT, 0.0), LONG_S, wait_s).precision)


@pytest.mark.parametrize(("elapsed_s", "looked_at"), [(0.0, 100.0), (0.99, 100.0), (1.0, 101.0), (-50.0, 50.0)])
def test_controller_looks_once_a_second(elapsed_s: float, looked_at: float) -> None:
    """Before `SAMPLE_S` nothing changes. If the clock was set back, its new time counts."""
    assert looked_at == after(start(DEFAULT, 100.0), elapsed_s, 480.0).at


def test_clock_that_was_set_back_does_not_forbid_changes_until_it_has_caught_up() -> None:
    """If the last change is in the future, it counts as made now, and the next may come half a minute later."""
    changed = after(start(DEFAULT, 0.0), LONG_S, 480.0)
    back = after(changed, -3_600.0, 480.0)

    assert (back.at, changed.precision) == (back.changed, back.precision)
    assert 2 == after(back, 30.0, 480.0).changes


LEARNED = {
    "nothing": Control(precision=DEFAULT, at=0.0, changed=-9.0, changes=4),
    "an error": Control(precision=DEFAULT, at=0.0, error=0.01, changed=-9.0, changes=4),
    "an integral": Control(precision=DEFAULT, at=0.0, integral=0.01, changed=-9.0, changes=4),
}


@pytest.mark.parametrize("control", LEARNED.values(), ids=LEARNED.keys())
def test_signal_goes_stale_while_the_default_is_in_force(control: Control) -> None:
    """Error and integral are forgotten. The threshold does not change, and the time of the last change is kept."""
    assert Control(precision=DEFAULT, at=5.0, changed=-9.0, changes=4) == after(control, 5.0, None)


def test_signal_that_comes_and_goes_does_not_make_changes_more_frequent() -> None:
    """If the signal is lost for one second, the threshold is at its default and the next change keeps its distance."""
    back = Control(precision=DEFAULT, at=100.0, error=0.1, changed=95.0, changes=2)
    returned = after(after(back, 1.0, None), 1.0, math.inf)

    assert 2 == returned.changes
    assert 3 == after(returned, 23.0, math.inf).changes


def test_return_to_the_default_is_a_change() -> None:
    """The return to the default counts as a change, so the next one keeps its distance."""
    moved = after(start(DEFAULT, 0.0), LONG_S, 480.0)

    assert Control(precision=DEFAULT, at=LONG_S + 5, changed=LONG_S + 5, changes=2) == after(moved, 5.0, None)
