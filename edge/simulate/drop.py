"""A drop in virtual time: questions arrive at random, the code of a PoP decides them, people get the escalated ones.

All random numbers come from one seed and no clock is read, so the same drop gives the same result on any machine.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import NamedTuple

import msgspec

from edge.decide import (
    Asked,
    Conclusion,
    Load,
    OfferRefused,
    Resolution,
    Standing,
    Steering,
    SteeringSignals,
    conclude,
    current,
    open_question,
    wait_s,
)
from edge.errors import Reason
from edge.limits import AskerName
from edge.records import Author, Decision, Island, IslandState, IslandStatus, Outcome, Verdict
from edge.simulate.plan import Drop, JudgedQuestion
from edge.simulate.staff import QueueWait, Staff

_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_SERVED = IslandStatus(island="", state=IslandState.FRESH, since=_BEGINNING, phase="live")
"""During a simulated drop the island is always served."""

_NOT_ASKED = Asked()

SAMPLE_S = 10.0
"""Interval between samples of the course."""


class Sample(NamedTuple):
    """The state of the drop at one moment."""

    at_s: float
    precision: float
    """Threshold of the first PoP."""
    queue: int
    callbacks: int
    wait_s: float
    """Expected wait of a question that is escalated now."""


class _Event(NamedTuple):
    at_s: float
    kind: int


_REPORT, _SAMPLE, _ASK = range(3)


@dataclass
class Course:
    """Counts, samples and waits of one run."""

    asked: int = 0
    outcomes: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    deferred: int = 0
    """Questions whose viewers were promised a callback."""
    ramped: int = 0
    """Questions that were offered choices and trees because the drop had just begun."""
    judged_answers: int = 0
    """Answers to questions whose right snippet is known."""
    wrong_answers: int = 0
    samples: list[Sample] = field(default_factory=list)
    threshold_changes: list[float] = field(default_factory=list)
    """Times (seconds) at which surge control of the first PoP changed the threshold, or the promise behind it."""
    waits: list[QueueWait] = field(default_factory=list)
    callback_waits: list[QueueWait] = field(default_factory=list)
    busy_s: float = 0.0


class _SimulatedPop:
    """The state of one PoP that its decisions depend on."""

    def __init__(self, island: Island) -> None:
        self.steering = Steering(island, 0.0)
        self.load: Load | None = None
        self.posted: dict[tuple[str, str], float] = {}
        """Time of the last posted answer, by channel and snippet."""


class _Run:
    """One run: PoPs, people, and the course so far."""

    def __init__(self, drop: Drop, island: Island, rng: Random) -> None:
        # The drop opens as the simulation begins: a ramp counts from there.
        self.drop, self.island = drop, msgspec.structs.replace(island, opens=_BEGINNING)
        self.ends = {step.snippet for tree in island.trees for step in tree.steps if step.snippet}
        self.staff = Staff(drop.agents, handle_s=drop.handle_s, rng=Random(rng.random()))  # noqa: S311 - a simulation
        self.pops = [_SimulatedPop(island) for _ in range(drop.pops)]
        self.answers = {snippet.id: "" for snippet in island.snippets}
        self.course = Course()
        # A generator of its own, so that the number of PoPs does not change what is asked and when.
        self._pop_choice = Random(drop.seed)  # noqa: S311 - a simulation

    def report(self, now: float) -> None:
        self.staff.advance(now)
        load = self.staff.report(now, noise=self.drop.noise, pops=self.drop.said_pops or self.drop.pops)
        for pop in self.pops:
            pop.load = load
            self._observe(pop, None, now)

    def sample(self, now: float) -> None:
        self.staff.advance(now)
        handle_s = self.drop.handle_s
        staff, first = self.staff, self.pops[0]
        expected_s = (wait_s(first.load, handle_s) or 0.0) if first.load else 0.0
        self.course.samples.append(
            Sample(now, self._observe(first, None, now).threshold.confidence, staff.depth, staff.callbacks, expected_s)
        )

    def ask(self, question: JudgedQuestion, now: float) -> None:
        self.staff.advance(now)
        pop = self._pop_choice.choice(self.pops)
        conclusion = self._conclude(pop, open_question(Author.VIEWER, _SERVED) or question.verdict, question.asked, now)
        # What a viewer picks while people have the question is left to people here.
        if conclusion.decision.outcome is Outcome.CLARIFY:
            is_ramp = conclusion.decision.reason is Reason.RAMP
            self.course.ramped += is_ramp
            options = tuple(option.snippet for option in conclusion.decision.options)
            shown = self.ends.union(options) if is_ramp else set(options)
            if shown and question.right is not None and question.right.isdisjoint(shown):
                # Nothing that is shown is right, so the viewer picks none of these.
                refusal = OfferRefused(options, question.verdict, is_ramp)
                conclusion = self._conclude(pop, refusal, question.asked, now)
        self._count(conclusion.decision, question.right)
        self._carry_out(pop, conclusion, question.asked)

    def _conclude(self, pop: _SimulatedPop, resolution: Resolution, asked: Asked, now: float) -> Conclusion:
        verdict = resolution if isinstance(resolution, Verdict) else None
        signals = self._observe(pop, verdict, now, asked)
        standing = Standing(
            load=current(pop.load, now),
            threshold=signals.threshold.confidence,
            why=signals.threshold.why,
            share=signals.threshold.share,
            incidents=signals.incidents,
            posted_at=lambda snippet: pop.posted.get((asked.channel, snippet)),
        )
        return conclude(resolution, island=self.island, asked=asked, standing=standing, now=now)

    def _count(self, decision: Decision, right: frozenset[str] | None) -> None:
        course = self.course
        course.asked += 1
        course.outcomes[decision.outcome] += 1
        course.deferred += decision.reason is Reason.SURGE
        if decision.outcome is Outcome.ANSWER and right is not None:
            course.judged_answers += 1
            course.wrong_answers += decision.snippet not in right

    def _carry_out(self, pop: _SimulatedPop, conclusion: Conclusion, asked: Asked) -> None:
        """Change the state of PoP and people as a PoP does after a decision."""
        decision, now = conclusion.decision, conclusion.now
        if conclusion.posted:
            pop.posted[asked.channel, conclusion.posted] = now
        if pop.load is not None:
            pop.load = conclusion.next_load(pop.load)
        if decision.outcome is Outcome.ESCALATE:
            add = self.staff.call_back if decision.reason is Reason.SURGE else self.staff.queue
            add(now, decision.wait_s)

    def _observe(
        self, pop: _SimulatedPop, verdict: Verdict | None, now: float, asked: Asked = _NOT_ASKED
    ) -> SteeringSignals:
        before = pop.steering.control.changes
        # Every question comes from another viewer.
        asker, answers = AskerName(str(self.course.asked)), self.answers
        signals = pop.steering.observe(
            verdict, self.island, answers=answers, load=pop.load, now=now, asker=asker, asked=asked
        )
        if pop.steering.control.changes != before and pop is self.pops[0]:
            self.course.threshold_changes.append(now)
        return signals


def play(drop: Drop, island: Island, questions: Sequence[JudgedQuestion]) -> Course:
    """Run the whole drop, until the queue is empty and all callbacks are made."""
    rng = Random(drop.seed)  # noqa: S311 - a simulation, repeatable by its seed
    run = _Run(drop, island, rng)
    weights = [question.weight for question in questions]
    for event in sorted([*_ticks(drop.report_s, drop, _REPORT), *_ticks(SAMPLE_S, drop, _SAMPLE), *_asks(drop, rng)]):
        if event.kind == _REPORT:
            run.report(event.at_s)
        elif event.kind == _SAMPLE:
            run.sample(event.at_s)
        else:
            run.ask(rng.choices(questions, weights)[0], event.at_s)
    run.staff.finish()
    course, staff = run.course, run.staff
    course.waits, course.callback_waits, course.busy_s = staff.waits, staff.callback_waits, staff.busy_s
    return course


def _ticks(interval_s: float, drop: Drop, kind: int) -> Iterator[_Event]:
    return (_Event(count * interval_s, kind) for count in range(int(drop.minutes * 60 / interval_s) + 1))


def _asks(drop: Drop, rng: Random) -> Iterator[_Event]:
    """Questions as a Poisson process, whose rate changes at the two edges of the surge."""
    begin_s, end_s = drop.surge_from_min * 60, (drop.surge_from_min + drop.surge_min) * 60
    last_s = drop.minutes * 60
    now = 0.0
    while now < last_s:
        in_surge = begin_s <= now < end_s
        edge_s = end_s if in_surge else (begin_s if now < begin_s else last_s)
        now += rng.expovariate(drop.rate_per_min * (drop.surge if in_surge else 1.0) / 60)
        if now < min(edge_s, last_s):
            yield _Event(now, _ASK)
        else:
            # A Poisson process has no memory, so it may start again at the edge, with the other rate.
            now = min(edge_s, last_s)
