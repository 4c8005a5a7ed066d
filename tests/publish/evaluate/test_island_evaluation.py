"""What is made of a validation, with reactions written by hand."""

import pytest
from msgspec.structs import replace

from edge.errors import Reason
from edge.publish.evaluate import HarmfulExample, IslandEvaluation, evaluate_island
from edge.publish.evaluate.cross_validate import CrossValidation, HeldOutQuestion
from edge.publish.evaluate.dry_run import DryRunResult
from edge.publish.evaluate.island_evaluation import Confusion, ThinSnippet
from edge.publish.source import IslandSource
from edge.publish.source.island_file import parse_island
from edge.records import Candidate, Outcome, Verdict

_REASON = {
    Outcome.ANSWER: Reason.CONFIDENT,
    Outcome.CLARIFY: Reason.AMBIGUOUS,
    Outcome.ESCALATE: Reason.LOW_CONFIDENCE,
}


def _asked(snippet: str, text: str, outcome: Outcome, *candidates: tuple[str, float, str]) -> HeldOutQuestion:
    """A question of `snippet`; candidates are snippet, confidence and the example that spoke for it."""
    listed = tuple(
        Candidate(snippet=name, confidence=sure, nearest_example=example, similarity=0.5)
        for name, sure, example in candidates
    )
    verdict = Verdict(candidates=listed, any_confidence=sum(sure for _, sure, _ in candidates), model="m")
    return HeldOutQuestion(snippet, text, DryRunResult(verdict, outcome, _REASON[outcome]))


OWN = (
    _asked("a", "a1", Outcome.ANSWER, ("a", 0.95, "a2"), ("b", 0.02, "b1")),
    _asked("a", "a2", Outcome.ANSWER, ("b", 0.92, "b1"), ("a", 0.05, "a1")),
    _asked("a", "a3", Outcome.CLARIFY, ("b", 0.48, "b1"), ("a", 0.45, "a1")),
    _asked("b", "b1", Outcome.ESCALATE, ("a", 0.30, "a3"), ("b", 0.20, "b2")),
    _asked("b", "b2", Outcome.ESCALATE),
)
EXAMPLES = {"a": ("a1", "a2", "a3", *(f"a{number}" for number in range(4, 9))), "b": ("b1", "b2"), "c": ("c1",)}
STRANGE = (_asked("a", "a1", Outcome.ANSWER, ("b", 0.91, "b1")), _asked("b", "b1", Outcome.ESCALATE))


@pytest.fixture
def source(island_text: str) -> IslandSource:
    """Any island; its questions are those of the validation."""
    return replace(parse_island(island_text.encode(), path="drop.toml").source(), target_precision=0.9)


@pytest.fixture
def report(source: IslandSource) -> IslandEvaluation:
    """Of the reactions above."""
    return evaluate_island(source, CrossValidation(examples=EXAMPLES, in_scope=OWN, out_of_scope=STRANGE), model="m")


def test_what_to_expect(report: IslandEvaluation) -> None:
    """Two of five are answered, one of them right; one of two strangers' is answered."""
    expected = report.expected

    assert ("acme/drop", "m", 5) == (report.island, report.model, expected.questions)
    assert (0.4, 0.5, 0.2, 0.2) == (expected.answered, expected.precision, expected.best_right, expected.clarified)
    assert 0.5 == expected.strange_answered


def test_confusions(report: IslandEvaluation) -> None:
    """One pair, the one who loses more first; a question without candidates is nobody's gain."""
    pair = Confusion(first="a", second="b", first_lost=("a2", "a3"), second_lost=("b1",))

    assert (pair,) == report.confusions


def test_equal_losses_are_one_pair(source: IslandSource) -> None:
    """In alphabetical order."""
    validation = CrossValidation(examples=EXAMPLES, in_scope=(OWN[2], OWN[3]), out_of_scope=())
    (pair,) = evaluate_island(source, validation, model="m").confusions

    assert ("a", "b") == (pair.first, pair.second)


def test_examples_that_hurt(report: IslandEvaluation) -> None:
    """`b1` took two; `a2` reads as another's; `a3` took only one that nobody answered."""
    taker = HarmfulExample(snippet="b", example="b1", takes=("a2", "a3"), reads_as="")
    misplaced = HarmfulExample(snippet="a", example="a2", takes=(), reads_as="b")

    assert (taker, misplaced) == report.hurting


def test_thin_snippets(report: IslandEvaluation) -> None:
    """The thinnest first."""
    thin = (ThinSnippet(snippet="c", examples=1, wanted=8), ThinSnippet(snippet="b", examples=2, wanted=8))

    assert thin == report.thin


def test_five_questions_to_write(report: IslandEvaluation) -> None:
    """The least sure example of each snippet, the least sure snippet first; then their second ones."""
    found = [(one.snippet, one.like, one.confidence, one.confusion) for one in report.advice]

    assert [
        ("c", "c1", 0.0, ""),
        ("b", "b2", 0.0, ""),
        ("a", "a2", 0.05, "b"),
        ("b", "b1", 0.2, "a"),
        ("a", "a3", 0.45, "b"),
    ] == found


def test_nothing_was_judged(source: IslandSource) -> None:
    """Figures of nothing are None; the lone examples are advice enough."""
    report = evaluate_island(source, CrossValidation(examples={"c": ("c1",)}, in_scope=(), out_of_scope=()), model="m")

    assert (0, None, None, None) == (
        report.expected.questions,
        report.expected.answered,
        report.expected.precision,
        report.expected.strange_answered,
    )
    assert ["c"] == [one.snippet for one in report.advice]
