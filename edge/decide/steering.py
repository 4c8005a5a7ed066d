"""One island's share of surge control: its controller and its incidents, and what both say at a moment.

A PoP holds one for each island that it answers from, the simulator one for each PoP of its drop.
"""

from collections.abc import Mapping
from typing import NamedTuple

from edge.decide.incident import IncidentWatch
from edge.decide.load import Load, current, wait_s
from edge.decide.policy import OUT_OF_SCOPE_BELOW
from edge.decide.surge import Control, start, step
from edge.records import Island, Verdict

SET_BACK_S = 60.0
"""At the default, 256 questions wait 0.2 s for triage at most (`config/pop.py`). A clock a minute back was set back."""


class Bearing(NamedTuple):
    """How sure a machine must be now, which snippets people must answer, and the one that has just become one."""

    threshold: float
    incidents: frozenset[str]
    began: str | None


class Steering:
    """Remembers between questions what steers the next one. Times are Unix seconds, given by the caller."""

    def __init__(self, island: Island, now: float) -> None:
        self.control: Control = start(island.target_precision, now)
        self._watch = IncidentWatch(now)
        self._last = now

    def threshold(self, island: Island, load: Load | None, now: float) -> float:
        """How sure a machine must be now; the island's own where there is no policy or no fresh load."""
        policy = island.surge
        if policy is None:
            self.control = start(island.target_precision, now)
            return island.target_precision
        known = current(load, now)
        # Nobody at work is the longest wait there is.
        queue_s = None if known is None else wait_s(known, policy.handle_s)
        felt_s = float("inf") if known is not None and queue_s is None else queue_s
        if known is not None and felt_s is not None:
            felt_s = max(felt_s, known.report.wait_s)
        default = island.target_precision
        self.control = step(self.control, policy=policy, default=default, wait_s=felt_s, now=now)
        return self.control.precision

    def observe(
        self, verdict: Verdict | None, island: Island, *, answers: Mapping[str, str], load: Load | None, now: float
    ) -> Bearing:
        """What bears on the next decision. `answers` are those in force, by snippet.

        A question with a verdict is counted before incidents are looked at: the one that makes an incident is the
        first that people take.
        """
        # A question is of the moment when it came. One that waited for triage is from before those that did not, and
        # what has decayed since then must not decay twice.
        self._last = now = self._last if self._last - SET_BACK_S <= now < self._last else now
        threshold = self.threshold(island, load, now)
        began = self._watch.note(_intent(verdict), answers, now) if verdict is not None else None
        return Bearing(threshold, self._watch.in_force(answers, now), began)


def _intent(verdict: Verdict) -> str | None:
    """The snippet probably meant, None when none is."""
    is_probable = verdict.exact or verdict.confidence >= OUT_OF_SCOPE_BELOW
    return verdict.candidates[0].snippet if verdict.candidates and is_probable else None
