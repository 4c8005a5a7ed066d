"""`edge.decide.surge`: the controller, in virtual time."""

import math
from collections.abc import Sequence
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.decide import start, step
from edge.decide.surge import DEAD_BAND, HOLD_S, MAX_STEP, Control
from edge.records import SurgePolicy

POLICY = SurgePolicy(floor=0.75, ceiling=0.95, target_wait_s=120)
DEFAULT = 0.9


def run(waits: Sequence[float | None], control: Control | None = None) -> list[Control]:
    """The controller after each second of these waits."""
    controls = [control or start(DEFAULT, 0.0)]
    for wait_s in waits:
        now = controls[-1].at + 1
        controls.append(step(controls[-1], policy=POLICY, default=DEFAULT, wait_s=wait_s, now=now))
    return controls[1:]


def change_times(controls: list[Control]) -> list[float]:
    """When the precision changed."""
    return sorted({control.changed for control in controls if control.changed > -math.inf})


@pytest.mark.parametrize(("wait_s", "goal"), [(1_200.0, 0.75), (0.0, 0.95), (math.inf, 0.75)])
def test_lasting_wait_moves_the_threshold_to_its_bound(wait_s: float, goal: float) -> None:
    """Overloaded people: the floor; idle people: the ceiling; nobody at work: the floor."""
    assert run([wait_s] * 900)[-1].precision == pytest.approx(goal, abs=DEAD_BAND)


def test_wait_on_target_changes_nothing() -> None:
    """A wait at the target does not move the threshold."""
    assert {DEFAULT} == {control.precision for control in run([120.0] * 600)}


def test_wait_within_the_dead_band_changes_nothing() -> None:
    """A move of less than a hundredth is not made."""
    assert {DEFAULT} == {control.precision for control in run([124.0] * 60)}


def test_more_than_proportional_need_is_met_step_by_step() -> None:
    """The floor is 0.15 away. It is reached within two minutes, in steps of at most 0.05, half a minute apart."""
    controls = run([1_200.0] * 120)
    moments = change_times(controls)
    reached = [DEFAULT, *(controls[int(moment) - 1].precision for moment in moments)]

    assert all(0 < before - after <= MAX_STEP + 1e-9 for before, after in pairwise(reached))
    assert all(later - earlier >= HOLD_S for earlier, later in pairwise(moments))
    assert reached[-1] == pytest.approx(POLICY.floor)


def test_long_surge_is_forgotten_as_it_ends() -> None:
    """Anti-windup: after an hour at the floor the threshold leaves it as soon as after ten minutes."""
    left = []
    for minutes in (10, 60):
        after = run([1_200.0] * minutes * 60)[-1]
        back = run([60.0] * 600, after)
        left.append(next(count for count, control in enumerate(back) if control.precision > after.precision))

    assert left[0] == left[1]
    assert left[0] <= 120


@pytest.mark.parametrize("wait_s", [0.0, 1_200.0])
def test_stale_signal_means_the_default_not_the_last_value(wait_s: float) -> None:
    """Without a fresh report the default is in force at once, and the controller starts again."""
    moved = run([wait_s] * 600)[-1]
    stale = run([None], moved)[-1]

    assert moved.precision != DEFAULT
    assert (DEFAULT, 0.0, 0.0) == (stale.precision, stale.error, stale.integral)
    assert DEFAULT == run([wait_s] * int(HOLD_S - 1), stale)[-1].precision


def test_signal_that_never_came_means_the_default() -> None:
    """Without reports nothing ever changes."""
    assert {(DEFAULT, 0)} == {(control.precision, control.changes) for control in run([None] * 600)}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("spread", [0.3, 1.0, 3.0])
def test_noisy_signal_changes_the_threshold_at_most_twice_a_minute(seed: int, spread: float) -> None:
    """With noise of 30, 100 or 300 % on the wait, the threshold changes at most twice in any minute."""
    rng = Random(seed)
    moments = change_times(run([120 * max(0.0, rng.gauss(1, spread)) for _ in range(3_600)]))

    assert all(sum(0 <= other - moment < 60 for other in moments) <= 2 for moment in moments)


def test_clock_that_was_set_back_does_not_stop_the_controller() -> None:
    """After the clock is set back by an hour, the controller goes on at the next second."""
    control = run([1_200.0] * 40)[-1]
    earlier = step(control, policy=POLICY, default=DEFAULT, wait_s=1_200.0, now=control.at - 3_600)

    assert run([1_200.0] * 40, earlier)[-1].precision < control.precision


def test_asked_often_is_not_faster() -> None:
    """A thousand questions a second move it no further than one."""
    control = start(DEFAULT, 0.0)
    for count in range(1_000):
        control = step(control, policy=POLICY, default=DEFAULT, wait_s=1_200.0, now=count / 1_000)

    assert DEFAULT == control.precision


@given(st.lists(st.one_of(st.none(), st.floats(0, 1e9)), max_size=200), st.lists(st.floats(0, 1e4), max_size=200))
def test_threshold_never_leaves_its_bounds(waits: list[float | None], gaps: list[float]) -> None:
    """For any reports at any times the threshold stays between floor and ceiling, and no step is too large."""
    control = start(DEFAULT, 0.0)
    for wait_s, gap_s in zip(waits, gaps, strict=False):
        found = step(control, policy=POLICY, default=DEFAULT, wait_s=wait_s, now=control.at + gap_s)

        assert POLICY.floor - 1e-9 <= found.precision <= POLICY.ceiling + 1e-9
        assert wait_s is None or abs(found.precision - control.precision) <= MAX_STEP + 1e-9
        control = found
