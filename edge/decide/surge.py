"""How sure a machine must be, now that people's queue is as long as it is.

A proportional-integral controller around the tenant's own wanted precision: people's wait above the target lowers it
towards the floor, idle people raise it towards the ceiling. What keeps it calm, in the order applied:

* the wait is smoothed (time constant `SMOOTH_S`), so that one odd report moves little;
* the integral stops where the output has stopped (anti-windup), so that a long surge is forgotten as it ends;
* a change smaller than `DEAD_BAND` is not made, none is made within `HOLD_S` of the last, and none is larger than
  `MAX_STEP`: at most two changes a minute, each one small.

A stale signal is no signal: the tenant's default is in force at once, and what was learned is forgotten.
Source: Åström and Murray, Feedback Systems, 2nd edition, chapter 11 (PID control, windup).
"""

import math
from dataclasses import dataclass, replace

from edge.records import SurgePolicy

SAMPLE_S = 1.0
"""The controller looks at most this often, however many questions are asked."""

SMOOTH_S = 15.0
"""A desk reports every 5 to 15 s: about two reports must agree."""

HOLD_S = 30.0
"""Two changes a minute are as many as a person who watches can follow."""

DEAD_BAND = 0.01
"""Calibration is good to some hundredths; a smaller change would be make-believe."""

MAX_STEP = 0.05
"""From a default of 0.9 to a floor of 0.75 takes three steps: a minute from the first."""

GAIN = 1.0
"""A wait of twice the target alone uses the whole span."""

INTEGRAL_PER_S = 1 / 300
"""What remains of an error is taken back within five minutes."""

MAX_ERROR = 3.0
"""Waits of more than four times the target are equally bad, and must be forgotten equally soon."""


@dataclass(frozen=True, kw_only=True)
class Control:
    """The controller's state. Times are Unix seconds."""

    precision: float
    """The wanted precision in force."""
    at: float
    error: float = 0.0
    """Smoothed distance from the target wait, in targets."""
    integral: float = 0.0
    changed: float = -math.inf
    changes: int = 0


def start(default: float, now: float) -> Control:
    """The tenant's default in force, nothing learned."""
    return Control(precision=default, at=now)


def step(control: Control, *, policy: SurgePolicy, default: float, wait_s: float | None, now: float) -> Control:
    """The controller at `now`, when who is handed over waits `wait_s`; None: nobody says, or not lately.

    Calling it more often than every `SAMPLE_S` changes nothing.
    """
    if wait_s is None:
        if control.precision == default:
            # Not `start`: the next change keeps its distance from the last one.
            return replace(control, at=now, error=0.0, integral=0.0)
        return replace(start(default, now), changed=now, changes=control.changes + 1)
    elapsed_s = now - control.at
    if elapsed_s < SAMPLE_S:
        # A clock that was set back must not stop the controller until it has caught up.
        return control if elapsed_s >= 0 else replace(control, at=now, changed=min(control.changed, now))
    found = max(-1.0, min(MAX_ERROR, (wait_s - policy.target_wait_s) / policy.target_wait_s))
    error = control.error + (found - control.error) * -math.expm1(-elapsed_s / SMOOTH_S)
    integral = _integral(control.integral, error, min(elapsed_s, HOLD_S))
    goal = _goal(GAIN * error + integral, policy, default)
    seen = replace(control, at=now, error=error, integral=integral)
    if abs(goal - control.precision) < DEAD_BAND or now - control.changed < HOLD_S:
        return seen
    move = max(-MAX_STEP, min(MAX_STEP, goal - control.precision))
    return replace(seen, precision=control.precision + move, changed=now, changes=control.changes + 1)


def _integral(integral: float, error: float, elapsed_s: float) -> float:
    """The error, added up as long as that still moves the output."""
    grown = integral + error * elapsed_s * INTEGRAL_PER_S
    push = GAIN * error + grown
    is_saturated = abs(push) > 1 and push * error > 0
    return integral if is_saturated else max(-1.0, min(1.0, grown))


def _goal(push: float, policy: SurgePolicy, default: float) -> float:
    """1 pushes from the default to the floor, -1 to the ceiling."""
    if push >= 0:
        return default - min(1.0, push) * (default - policy.floor)
    return default - max(-1.0, push) * (policy.ceiling - default)
