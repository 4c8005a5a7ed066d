"""The surge control of one island: its threshold controller and its incidents.

A PoP has one `Steering` for each island that it answers from. The simulator has one for each PoP of its drop.
"""

from collections.abc import Mapping
from typing import NamedTuple

from edge.decide.incident import IncidentWatch
from edge.decide.load import Load, current, wait_s
from edge.decide.policy import OUT_OF_SCOPE_BELOW
from edge.decide.surge import Control, start, step
from edge.limits import AskerName
from edge.records import Island, Verdict

SET_BACK_S = 60.0
"""A time this far before the last one means that the clock was set back. Waiting for triage explains only 0.2 s: the
default queue holds 256 questions (`config/pop.py`)."""


NOBODY = AskerName("", 0.0)
"""The asker of what is no question."""


class SteeringSignals(NamedTuple):
    """What steers the next decision."""

    threshold: float
    """The confidence that an answer needs now."""
    incidents: frozenset[str]
    """Snippets that only people may answer now."""
    new_incident: str | None
    """The snippet whose incident began with this question."""


class Steering:
    """The state between questions that steers the next one. Times are Unix seconds, given by the caller."""

    def __init__(self, island: Island, now: float) -> None:
        self.control: Control = start(island.target_precision, now)
        self._watch = IncidentWatch(now)
        self._last = now

    def threshold(self, island: Island, load: Load | None, now: float) -> float:
        """The confidence that an answer needs now. Without a policy or a fresh load: the island's target precision."""
        policy = island.surge
        if policy is None:
            self.control = start(island.target_precision, now)
            return island.target_precision
        known = current(load, now)
        # If nobody is at work, the wait has no end.
        queue_s = None if known is None else wait_s(known, policy.handle_s)
        felt_s = float("inf") if known is not None and queue_s is None else queue_s
        if known is not None and felt_s is not None:
            felt_s = max(felt_s, known.report.wait_s)
        default = island.target_precision
        self.control = step(self.control, policy=policy, default=default, wait_s=felt_s, now=now)
        return self.control.precision

    def observe(
        self,
        verdict: Verdict | None,
        island: Island,
        *,
        answers: Mapping[str, str],
        load: Load | None,
        now: float,
        asker: AskerName = NOBODY,
    ) -> SteeringSignals:
        """Count the question that `asker` asked at `now`, and give the signals for its decision.

        `verdict` is None for a question without one; it is not counted. `answers` are those in force, by snippet.
        """
        # `now` is when the question came. A question that waited for triage is older than one that did not wait. It
        # counts at the later time, so that the counts do not decay twice for the same seconds.
        self._last = now = self._last if self._last - SET_BACK_S <= now < self._last else now
        threshold = self.threshold(island, load, now)
        # Counted before the incidents are read: the question that makes an incident is the first that people take.
        new_incident = self._watch.count(_intent(verdict), answers, now, asker) if verdict is not None else None
        return SteeringSignals(threshold, self._watch.in_force(answers, now), new_incident)


def _intent(verdict: Verdict) -> str | None:
    """The snippet probably meant; None if no candidate is probable."""
    is_probable = verdict.exact or verdict.confidence >= OUT_OF_SCOPE_BELOW
    return verdict.candidates[0].snippet if verdict.candidates and is_probable else None
