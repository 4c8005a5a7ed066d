"""The control of one island: the precision that it promises now, the threshold that keeps it, and its incidents.

Surge control moves what is promised. If the island promises each answer, that is the threshold. If it promises the mean
of all answers, the threshold follows the traffic of each class of channel (`edge.decide.threshold`).

A PoP has one `Steering` for each island that it answers from. The simulator has one for each PoP of its drop.
"""

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from edge.decide.incident import IncidentWatch
from edge.decide.load import Load, current, wait_s
from edge.decide.policy import OUT_OF_SCOPE_BELOW, Asked, ChannelClass, class_of, must_be_reviewed
from edge.decide.surge import Control, start, step
from edge.decide.threshold import SET_BACK_S, LiveThreshold, Traffic
from edge.limits import AskerName
from edge.records import Automation, Island, ThresholdWhy, Verdict

NOTHING_KNOWN = Asked()

NOBODY = AskerName("", 0.0)
"""The asker of what is no question."""


class SteeringSignals(NamedTuple):
    """What steers the next decision."""

    threshold: LiveThreshold
    """The confidence that an answer needs now, and why."""
    incidents: frozenset[str]
    """Snippets that only people may answer now."""
    new_incident: str | None
    """The snippet whose incident began with this question."""


class Steering:
    """The state between questions that steers the next one. Times are Unix seconds, given by the caller."""

    def __init__(
        self, island: Island, now: float, *, kept: Mapping[ChannelClass, bytes] | None = None, salt: bytes = b""
    ) -> None:
        """`kept`: the traffic of each class of channel, as `traffic` gave it before a restart, by the same `salt`."""
        self.control: Control = start(island.target_precision, now)
        self._watch = IncidentWatch(now)
        before, own = kept or {}, _salt_of(island, salt)
        self._traffic = {channel: Traffic(channel, before.get(channel, b""), salt=own) for channel in ChannelClass}
        self._last = now

    def traffic(self, now: float) -> dict[ChannelClass, bytes]:
        """What must be kept over a restart, of each class of channel in which somebody has asked lately."""
        return {channel: kept for channel, traffic in self._traffic.items() if (kept := traffic.to_bytes(now))}

    def threshold(
        self, island: Island, load: Load | None, now: float, channel: ChannelClass = ChannelClass.WIDGET
    ) -> LiveThreshold:
        """The confidence that an answer needs now in a class of channel."""
        promised, policy = self._promised(island, load, now), island.promise_policy
        if not policy.is_of_all:
            return LiveThreshold(promised, None, ThresholdWhy.EACH)
        return self._traffic[channel].threshold(promised, policy, now)

    def _promised(self, island: Island, load: Load | None, now: float) -> float:
        """The precision that is promised now. Without a policy or a fresh load: the island's target precision."""
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
        asked: Asked = NOTHING_KNOWN,
    ) -> SteeringSignals:
        """Count the question that `asker` asked at `now`, and give the signals for its decision.

        `verdict` is None for a question without one; it is not counted. `answers` are those in force, by snippet.
        """
        now = self._moment(now)
        channel = class_of(asked.channel)
        threshold, traffic = self.threshold(island, load, now, channel), self._traffic[channel]
        # Counted before the incidents are read: the question that makes an incident is the first that people take.
        new_incident = self._watch.count(_intent(verdict), answers, now, asker) if verdict is not None else None
        incidents = self._watch.in_force(answers, now)
        # After the threshold: a question never moves the bar that it has to reach itself. Most askers were counted
        # before, and that costs less to find out.
        if (
            verdict is not None
            and not traffic.is_counted(asker, now)
            and _is_judged_by_it(verdict, island, asked, incidents)
        ):
            traffic.count(verdict.confidence, asker, now)
        return SteeringSignals(threshold, incidents, new_incident)

    def incidents(self, answers: Mapping[str, str], now: float) -> frozenset[str]:
        """The incidents in force now, for one who asks nothing."""
        return self._watch.in_force(answers, self._moment(now))

    def _moment(self, now: float) -> float:
        # `now` is when the question came. A question that waited for triage is older than one that did not wait. It
        # counts at the later time, so that the counts do not decay twice for the same seconds.
        self._last = now = self._last if self._last - SET_BACK_S <= now < self._last else now
        return now


def _is_judged_by_it(verdict: Verdict, island: Island, asked: Asked, incidents: frozenset[str]) -> bool:
    """True if the island's threshold decides whether this verdict is an answer, or there is nothing to answer.

    What people get for another reason says nothing of the answers: an incident, another language, harm, a route.
    """
    harm = max(verdict.harm.safety, verdict.harm.fraud)
    if verdict.is_foreign or harm >= island.harm_policy.doubt:
        return False
    if verdict.exact or not verdict.candidates:
        return not verdict.exact and not must_be_reviewed(island, None, asked)
    first = verdict.candidates[0].snippet
    best = island.by_id.get(first)
    is_answer = best is not None and best.automation is Automation.ANSWER and best.target_precision is None
    return is_answer and first not in incidents and not must_be_reviewed(island, best, asked)


def _intent(verdict: Verdict) -> str | None:
    """The snippet probably meant; None if no candidate is probable."""
    is_probable = verdict.exact or verdict.confidence >= OUT_OF_SCOPE_BELOW
    return verdict.candidates[0].snippet if verdict.candidates and is_probable else None


def _salt_of(island: Island, salt: bytes) -> bytes:
    """The salt of this island's digests: equal ones in two islands would tell who was at both events."""
    return hashlib.blake2b(str(island.name).encode(), key=salt, person=b"skerry-traffic", digest_size=32).digest()
