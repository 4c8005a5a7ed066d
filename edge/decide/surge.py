"""How sure must a machine be, given how long people's queue is?

A proportional-integral controller moves the threshold around the island's target precision. A wait above the target
lowers it towards the floor. Idle people raise it towards the ceiling. Three rules keep it calm, in this order:

* The wait is smoothed (time constant `SMOOTH_S`), so that one odd report changes little.
* The integral stops when the output is at its limit (anti-windup), so that the end of a long surge shows at once.
* A change is at least `DEAD_BAND` and at most `MAX_STEP`, and comes `HOLD_S` after the one before. So there are at most
  two changes a minute, each of them small.

Without a fresh wait the island's target precision is in force at once, and the controller starts from zero.
Source: Åström and Murray, Feedback Systems, 2nd edition, chapter 11 (PID control, windup).
"""

import math
from dataclasses import dataclass, replace

from edge.records import SurgePolicy

SAMPLE_S = 1.0
"""Least time between two steps of the controller, however many questions are asked."""

SMOOTH_S = 15.0
"""Time constant of the smoothing. A desk reports every 5 to 15 s, so about two reports must agree."""

HOLD_S = 30.0
"""Least time between two changes. A person who watches can follow two changes a minute."""

DEAD_BAND = 0.01
"""Smaller changes are not made. Calibration is good to some hundredths, so they would mean nothing."""

MAX_STEP = 0.05
"""Largest change. From a default of 0.9 to a floor of 0.75 takes three changes: one minute after the first."""

GAIN = 1.0
"""Output for an error of 1: a wait of twice the target moves the threshold all the way to the floor."""

INTEGRAL_PER_S = 1 / 300
"""Growth of the integral for an error of 1: an error that stays is compensated within five minutes."""

MAX_ERROR = 3.0
"""Largest error. All waits above four times the target count alike, and so are forgotten in the same time."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """The controller's state. Times are Unix seconds."""

    precision: float
    """The threshold in force."""
    at: float
    """When the controller last took a step."""
    error: float = 0.0
    """Smoothed distance from the target wait, as a multiple of the target."""
    integral: float = 0.0
    changed: float = -math.inf
    """When the threshold last changed."""
    changes: int = 0
    """How often the threshold has changed."""


def start(default: float, now: float) -> Control:
    """A controller at rest, with `default` (the island's target precision) in force."""
    return Control(precision=default, at=now)


def step(control: Control, *, policy: SurgePolicy, default: float, wait_s: float | None, now: float) -> Control:
    """The controller at `now`. `wait_s` is the wait in people's queue; None without a fresh load report.

    A call less than `SAMPLE_S` after the one before changes nothing.
    """
    if wait_s is None:
        if control.precision == default:
            # Not `start`: `changed` is kept, so that the next change still comes `HOLD_S` after the last one.
            return replace(control, at=now, error=0.0, integral=0.0)
        return replace(start(default, now), changed=now, changes=control.changes + 1)
    elapsed_s = now - control.at
    if elapsed_s < SAMPLE_S:
        # If the clock was set back, the controller goes on from there, and does not wait until the old time comes.
        return control if elapsed_s >= 0 else replace(control, at=now, changed=min(control.changed, now))
    measured = max(-1.0, min(MAX_ERROR, (wait_s - policy.target_wait_s) / policy.target_wait_s))
    error = control.error + (measured - control.error) * -math.expm1(-elapsed_s / SMOOTH_S)
    integral = _integral(control.integral, error, min(elapsed_s, HOLD_S))
    goal = _goal(GAIN * error + integral, policy, default)
    seen = replace(control, at=now, error=error, integral=integral)
    if abs(goal - control.precision) < DEAD_BAND or now - control.changed < HOLD_S:
        return seen
    move = max(-MAX_STEP, min(MAX_STEP, goal - control.precision))
    return replace(seen, precision=control.precision + move, changed=now, changes=control.changes + 1)


def _integral(integral: float, error: float, elapsed_s: float) -> float:
    """The sum of the error over time. It does not grow while the output is at its limit."""
    grown = integral + error * elapsed_s * INTEGRAL_PER_S
    push = GAIN * error + grown
    is_saturated = abs(push) > 1 and push * error > 0
    return integral if is_saturated else max(-1.0, min(1.0, grown))


def _goal(push: float, policy: SurgePolicy, default: float) -> float:
    """The threshold for an output: 1 gives the floor, 0 the default, -1 the ceiling."""
    if push >= 0:
        return default - min(1.0, push) * (default - policy.floor)
    return default - max(-1.0, push) * (policy.ceiling - default)
