"""What is solved: at once, or with one tap."""

import pytest
from msgspec.structs import replace

from edge.decide import LiveThreshold
from edge.errors import Reason
from edge.publish.evaluate import CostlySnippet, ExpectedSolved, Solved, how_solved
from edge.publish.evaluate.cross_validate import HeldOutQuestion
from edge.publish.evaluate.dry_run import DryRunResult
from edge.publish.evaluate.expected_solved import costliest, expected_solved
from edge.publish.source import IslandSource
from edge.publish.source.island_file import parse_island
from edge.records import Automation, Candidate, Outcome, ThresholdWhy, Verdict


def _result(
    outcome: Outcome, reason: Reason, *candidates: tuple[str, float], options: str = "", similarity: float = 0.5
) -> DryRunResult:
    listed = tuple(
        Candidate(snippet=name, confidence=confidence, nearest_example="e", similarity=similarity)
        for name, confidence in candidates
    )
    verdict = Verdict(candidates=listed, any_confidence=sum(one for _, one in candidates), model="m")
    sent = candidates[0][0] if outcome is Outcome.ANSWER else ""
    return DryRunResult(verdict, outcome, reason, sent, tuple(options))


_UNSURE = (Outcome.ESCALATE, Reason.LOW_CONFIDENCE)
_OFFERED = (Outcome.CLARIFY, Reason.AMBIGUOUS)
CASES = {
    "answered right": (_result(Outcome.ANSWER, Reason.CONFIDENT, ("a", 0.95)), Solved.AT_ONCE),
    "answered wrong": (_result(Outcome.ANSWER, Reason.CONFIDENT, ("b", 0.92), ("a", 0.05)), Solved.NOT),
    "one is offered": (_result(*_OFFERED, ("a", 0.7), ("b", 0.1), options="a"), Solved.BY_TAP),
    "right among three": (_result(*_OFFERED, ("b", 0.4), ("c", 0.2), ("a", 0.15), options="bca"), Solved.BY_TAP),
    "right behind those offered": (
        _result(*_OFFERED, ("b", 0.5), ("c", 0.25), ("a", 0.2), options="bc"),
        Solved.NOT,
    ),
    "people": (_result(*_UNSURE, ("a", 0.5), ("p", 0.3)), Solved.NOT),
    "people, and right among three": (_result(*_UNSURE, ("b", 0.3), ("a", 0.1), options="ba"), Solved.WHILE_WAITING),
    "people, and wrong among three": (_result(*_UNSURE, ("b", 0.3), ("c", 0.1), options="bc"), Solved.NOT),
    "nothing is likely": (_result(*_UNSURE), Solved.NOT),
}


@pytest.mark.parametrize("case", CASES)
def test_how_a_question_is_solved(case: str) -> None:
    """By an answer or an offer that has the right snippet."""
    result, expected = CASES[case]

    assert expected is how_solved(result, "a")


@pytest.fixture
def source(island_text: str) -> IslandSource:
    """Snippets `a` and `b` for the machine, `p` for people."""
    written = parse_island(island_text.encode(), path="drop.toml").source()
    snippets = (
        replace(written.snippets[0], id="a", automation=Automation.ANSWER),
        replace(written.snippets[0], id="b", automation=Automation.ANSWER),
        replace(written.snippets[0], id="p", automation=Automation.REVIEW),
    )
    return replace(written, snippets=snippets)


IN_SCOPE = (
    HeldOutQuestion("a", "a1", _result(Outcome.ANSWER, Reason.CONFIDENT, ("a", 0.95), similarity=0.9)),
    HeldOutQuestion("a", "a2", _result(*_OFFERED, ("a", 0.75), options="a")),
    HeldOutQuestion("a", "a3", _result(*_UNSURE, ("b", 0.3), ("a", 0.2), options="ba")),
    HeldOutQuestion("a", "a4", _result(*_UNSURE, ("b", 0.3), ("a", 0.1))),
    HeldOutQuestion("b", "b1", _result(*_UNSURE)),
    HeldOutQuestion("p", "p1", _result(Outcome.ESCALATE, Reason.REVIEW_REQUIRED, ("p", 0.95))),
)


def test_expected_share_solved(source: IslandSource) -> None:
    """People's questions do not count. One question is paraphrased by another; of the other four, one is solved."""
    found = expected_solved(source, IN_SCOPE)

    assert (
        ExpectedSolved(questions=5, at_once=0.2, by_tap=0.2, while_waiting=0.2, unlike=4, unlike_solved=0.25) == found
    )
    assert 0.4 == found.total
    assert None is ExpectedSolved().total


def test_threshold_that_it_was_judged_by(source: IslandSource) -> None:
    """With share and reason, as every response has them; a cross-validation without one has none."""
    start = LiveThreshold(0.82, 0.47, ThresholdWhy.START)
    result = CASES["answered right"][0]._replace(threshold=start)
    found = expected_solved(source, [HeldOutQuestion("a", "?", result)])
    without = expected_solved(source, [])

    assert start == (found.threshold, found.answerable_share, found.threshold_why)
    assert (None, None, None) == (without.threshold, without.answerable_share, without.threshold_why)


def test_snippets_that_cost_most(source: IslandSource) -> None:
    """The one with the most unsolved questions is first; its least certain question is the one to write next."""
    expected = (
        CostlySnippet(snippet="a", questions=4, unsolved=("a4", "a3"), taken_by="b"),
        CostlySnippet(snippet="b", questions=1, unsolved=("b1",), taken_by=""),
    )

    assert expected == costliest(source, IN_SCOPE)
