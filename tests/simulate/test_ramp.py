"""A drop with `[ramp]` is simulated from its first minute, wherever its island opens."""

from collections.abc import Callable

import msgspec
import pytest

from edge.decide import Asked
from edge.records import Candidate, Island, RampPolicy, SignedSnippet, Verdict
from edge.records.trees import Tree, TreeOption, TreeStep
from edge.simulate import Course, Drop, JudgedQuestion, figures, play

TREE = Tree(
    id="help",
    steps=(
        TreeStep(id="start", say="What is it?", options=(TreeOption(label="A", to="a"), TreeOption(label="B", to="b"))),
        TreeStep(id="a", snippet="snippet-0"),
        TreeStep(id="b", lane="fast"),
    ),
)
DROP = Drop(rate_per_min=60, minutes=10, agents=50)


@pytest.fixture
def island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """Three snippets, of which a tree leads to the first, and a ramp of five minutes."""
    snippets = tuple(make_snippet(f"snippet-{number}") for number in range(3))
    return make_island(snippets=snippets, trees=(TREE,), ramp=RampPolicy(minutes=5))


def played(island: Island, right: frozenset[str] | None) -> Course:
    """A drop in which triage is sure of nothing, and this is right."""
    candidate = Candidate(snippet="snippet-1", confidence=0.02, nearest_example="", similarity=0.5)
    verdict = Verdict(candidates=(candidate,), any_confidence=0.02, model="test")
    return play(DROP, island, [JudgedQuestion(verdict, Asked(), right)])


def test_ramp_ends_after_its_minutes(island: Island) -> None:
    """Half of the drop is in the ramp: the tree helps these viewers, and the others go to people."""
    course = played(island, frozenset({"snippet-0"}))

    assert course.outcomes["clarify"] == course.ramped
    assert course.outcomes["escalate"] == course.asked - course.ramped
    assert 0.4 < figures(course, DROP).ramp_share < 0.6


def test_viewer_whom_nothing_helps(island: Island) -> None:
    """Says so, and goes on to people: as many as without a ramp."""
    course = played(island, frozenset({"snippet-2"}))

    assert course.ramped > 0
    assert course.outcomes["escalate"] == course.asked == len(course.waits)


def test_island_without_a_ramp(island: Island) -> None:
    """Nothing is offered as the drop begins."""
    assert played(msgspec.structs.replace(island, ramp=msgspec.UNSET), frozenset({"snippet-0"})).ramped == 0
