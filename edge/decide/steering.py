"""One island's share of surge control: its controller, its incidents, and a decision made with both.

The daemon holds one for each island it answers from, the simulator one for its drop: the same code decides in both.
"""

from collections.abc import Mapping

from edge.decide.incident import IncidentWatch
from edge.decide.load import Load, current, wait_s
from edge.decide.policy import OUT_OF_SCOPE_BELOW, by_verdict
from edge.decide.routes import Asked
from edge.decide.surge import Control, start, step
from edge.records import Decision, Island, Verdict


class Steering:
    """Remembers between questions what steers the next one. Times are Unix seconds, given by the caller."""

    def __init__(self, island: Island, now: float) -> None:
        self.control: Control = start(island.wanted_precision, now)
        self._watch = IncidentWatch(now)

    def wanted_precision(self, island: Island, load: Load | None, now: float) -> float:
        """How sure a machine must be now; the island's own where there is no policy or no fresh load."""
        policy = island.surge
        if policy is None:
            self.control = start(island.wanted_precision, now)
            return island.wanted_precision
        known = current(load, now)
        # Nobody at work is the longest wait there is.
        queue_s = None if known is None else wait_s(known, policy.handle_s)
        felt_s = float("inf") if known is not None and queue_s is None else queue_s
        if known is not None and felt_s is not None:
            felt_s = max(felt_s, known.report.wait_s)
        default = island.wanted_precision
        self.control = step(self.control, policy=policy, default=default, wait_s=felt_s, now=now)
        return self.control.precision

    def incidents(self, answers: Mapping[str, str], now: float) -> frozenset[str]:
        """The intents that people must take now; `answers` are those in force, by snippet."""
        return self._watch.in_force(answers, now)

    def note(self, verdict: Verdict, answers: Mapping[str, str], now: float) -> str | None:
        """Count the intent of one question; the one that has just become an incident, if any did."""
        probable = verdict.exact or verdict.confidence >= OUT_OF_SCOPE_BELOW
        intent = verdict.candidates[0].snippet if verdict.candidates and probable else None
        return self._watch.note(intent, answers, now)

    def decide(
        self,
        verdict: Verdict,
        island: Island,
        *,
        asked: Asked,
        answers: Mapping[str, str],
        load: Load | None,
        now: float,
    ) -> Decision:
        """What to do about a judged question now."""
        return by_verdict(
            verdict,
            island,
            asked=asked,
            wanted_precision=self.wanted_precision(island, load, now),
            incidents=self.incidents(answers, now),
        )
