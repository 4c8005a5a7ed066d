"""An evaluation is computed from a cross-validation whose results are written by hand."""

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
    """A question of `snippet`; a candidate is snippet, confidence and nearest example."""
    listed = tuple(
        Candidate(snippet=name, confidence=confidence, nearest_example=example, similarity=0.5)
        for name, confidence, example in candidates
    )
    any_confidence = sum(confidence for _, confidence, _ in candidates)
    verdict = Verdict(candidates=listed, any_confidence=any_confidence, model="m")
    sent = candidates[0][0] if outcome is Outcome.ANSWER else ""
    return HeldOutQuestion(snippet, text, DryRunResult(verdict, outcome, _REASON[outcome], sent))


IN_SCOPE = (
    _asked("a", "a1", Outcome.ANSWER, ("a", 0.95, "a2"), ("b", 0.02, "b1")),
    _asked("a", "a2", Outcome.ANSWER, ("b", 0.92, "b1"), ("a", 0.05, "a1")),
    _asked("a", "a3", Outcome.CLARIFY, ("b", 0.48, "b1"), ("a", 0.45, "a1")),
    _asked("b", "b1", Outcome.ESCALATE, ("a", 0.30, "a3"), ("b", 0.20, "b2")),
    _asked("b", "b2", Outcome.ESCALATE),
)
EXAMPLES = {"a": ("a1", "a2", "a3", *(f"a{number}" for number in range(4, 9))), "b": ("b1", "b2"), "c": ("c1",)}
OUT_OF_SCOPE = (_asked("a", "a1", Outcome.ANSWER, ("b", 0.91, "b1")), _asked("b", "b1", Outcome.ESCALATE))


@pytest.fixture
def source(island_text: str) -> IslandSource:
    """Any island: questions are read from the cross-validation, not from here."""
    return replace(parse_island(island_text.encode(), path="drop.toml").source(), target_precision=0.9)


@pytest.fixture
def evaluation(source: IslandSource) -> IslandEvaluation:
    """The evaluation of the results above."""
    validation = CrossValidation(examples=EXAMPLES, in_scope=IN_SCOPE, out_of_scope=OUT_OF_SCOPE)
    return evaluate_island(source, validation, model="m")


def test_expected_quality(evaluation: IslandEvaluation) -> None:
    """Two of five questions are answered, one of them right; one of two out-of-scope questions is answered."""
    expected = evaluation.expected

    assert ("acme/drop", "m", 5) == (evaluation.island, evaluation.model, expected.questions)
    assert (0.4, 0.5, 0.2, 0.2) == (expected.answered, expected.precision, expected.best_right, expected.clarified)
    assert 0.5 == expected.strange_answered


def test_confusions(evaluation: IslandEvaluation) -> None:
    """One pair, the snippet that loses more first. A question without candidates is lost to no snippet."""
    pair = Confusion(first="a", second="b", first_lost=("a2", "a3"), second_lost=("b1",))

    assert (pair,) == evaluation.confusions


def test_confusion_with_equal_losses(source: IslandSource) -> None:
    """It is one pair, in alphabetical order."""
    validation = CrossValidation(examples=EXAMPLES, in_scope=(IN_SCOPE[2], IN_SCOPE[3]), out_of_scope=())
    (pair,) = evaluate_island(source, validation, model="m").confusions

    assert ("a", "b") == (pair.first, pair.second)


def test_harmful_examples(evaluation: IslandEvaluation) -> None:
    """`b1` draws two questions; `a2` reads as another snippet's; `a3` draws only one, which was not answered."""
    drawing = HarmfulExample(snippet="b", example="b1", takes=("a2", "a3"), reads_as="")
    misplaced = HarmfulExample(snippet="a", example="a2", takes=(), reads_as="b")

    assert (drawing, misplaced) == evaluation.hurting


def test_thin_snippets(evaluation: IslandEvaluation) -> None:
    """The snippet with the fewest examples comes first."""
    thin = (ThinSnippet(snippet="c", examples=1, wanted=8), ThinSnippet(snippet="b", examples=2, wanted=8))

    assert thin == evaluation.thin


def test_five_suggestions(evaluation: IslandEvaluation) -> None:
    """The least certain example of each snippet, the least certain snippet first; then their second ones."""
    suggestions = [(entry.snippet, entry.like, entry.confidence, entry.confusion) for entry in evaluation.advice]

    assert [
        ("c", "c1", 0.0, ""),
        ("b", "b2", 0.0, ""),
        ("a", "a2", 0.05, "b"),
        ("b", "b1", 0.2, "a"),
        ("a", "a3", 0.45, "b"),
    ] == suggestions


def test_no_question_was_asked(source: IslandSource) -> None:
    """Shares are None; a snippet's only example is still suggested."""
    validation = CrossValidation(examples={"c": ("c1",)}, in_scope=(), out_of_scope=())
    evaluation = evaluate_island(source, validation, model="m")

    assert (0, None, None, None) == (
        evaluation.expected.questions,
        evaluation.expected.answered,
        evaluation.expected.precision,
        evaluation.expected.strange_answered,
    )
    assert ["c"] == [suggestion.snippet for suggestion in evaluation.advice]
