"""An island is cross-validated: it is asked its own questions."""

import pytest
from msgspec.structs import replace

from edge.publish.compile import prepare_island
from edge.publish.evaluate import leave_one_out
from edge.publish.evaluate.cross_validate import MAX_FOLDS
from edge.publish.evaluate.dry_run import DryRun
from edge.publish.source import IslandSource
from edge.publish.source.island_file import parse_island
from edge.records import Outcome
from edge.triage import Triage


@pytest.fixture
def source(island_text: str) -> IslandSource:
    """Two snippets with eight questions each."""
    return parse_island(island_text.encode(), path="drop.toml").source()


def test_each_question_is_asked_once(source: IslandSource, triage: Triage) -> None:
    """Each question is in exactly one fold."""
    in_scope = leave_one_out(source, triage=triage).in_scope
    expected = {(snippet.id, text) for snippet in source.snippets for text in snippet.examples}

    assert expected == {(question.snippet, question.text) for question in in_scope}
    assert 16 == len(in_scope)


def test_question_is_left_out(source: IslandSource, triage: Triage) -> None:
    """If it were not, it would be an exact match with itself."""
    assert not any(question.result.verdict.exact for question in leave_one_out(source, triage=triage).in_scope)


def test_result_is_that_of_an_island_without_the_questions(source: IslandSource, triage: Triage) -> None:
    """A fold gives the same result as an island that is compiled without the questions of the fold."""
    in_scope = {question.text: question for question in leave_one_out(source, triage=triage).in_scope}
    ship, refund = source.snippets
    # Shifted by one from snippet to snippet: the first fold has the first question of the first snippet and the last
    # question of the second.
    without = replace(
        source,
        snippets=(replace(ship, examples=ship.examples[1:]), replace(refund, examples=refund.examples[:-1])),
    )
    dry_run = DryRun(prepare_island(without, triage=triage), triage=triage)

    for text in (ship.examples[0], refund.examples[-1]):
        assert dry_run.ask(text) == in_scope[text].result


def test_only_question_of_a_snippet(source: IslandSource, triage: Triage) -> None:
    """It is not left out: the snippet would have no question."""
    ship, refund = source.snippets
    lone = replace(source, snippets=(ship, replace(refund, examples=refund.examples[:1])))

    assert {"ship-date"} == {question.snippet for question in leave_one_out(lone, triage=triage).in_scope}


def test_island_whose_snippets_have_one_question_each(source: IslandSource, triage: Triage) -> None:
    """There is nothing to leave out, so the result is empty."""
    snippets = tuple(replace(snippet, examples=snippet.examples[:1]) for snippet in source.snippets)
    validation = leave_one_out(replace(source, snippets=snippets), triage=triage)

    assert ((), ()) == (validation.in_scope, validation.out_of_scope)


def test_snippet_with_review_is_not_answered(source: IslandSource, triage: Triage) -> None:
    """`automation = "review"` holds in cross-validation too."""
    questions = leave_one_out(source, triage=triage).in_scope
    outcomes = {question.result.outcome for question in questions if question.snippet == "refund"}

    assert Outcome.ANSWER not in outcomes


def test_whole_snippets_are_left_out(source: IslandSource, triage: Triage) -> None:
    """In an island of ten snippets, each is left out once, and is no candidate for its own questions."""
    subjects = ("hoodie", "ticket", "refund", "sound", "queue", "badge", "poster", "login", "replay", "gift card")
    snippets = tuple(
        replace(
            source.snippets[0], id=subject.replace(" ", "-"), examples=(f"where is my {subject}", f"{subject} gone")
        )
        for subject in subjects
    )
    questions = leave_one_out(replace(source, snippets=snippets), triage=triage).out_of_scope

    assert 20 == len(questions)
    assert all(
        question.snippet != candidate.snippet
        for question in questions
        for candidate in question.result.verdict.candidates
    )


def test_number_of_folds_is_limited(source: IslandSource, triage: Triage) -> None:
    """A snippet of fifty questions needs ten heads, not fifty; each question is still asked once."""
    ship, refund = source.snippets
    many = replace(ship, examples=tuple(f"when does parcel {number} ship" for number in range(50)))
    steps: list[tuple[str, int, int]] = []
    validation = leave_one_out(
        replace(source, snippets=(many, refund)), triage=triage, progress=lambda *step: steps.append(step)
    )

    assert [("cross-validating", count, MAX_FOLDS) for count in range(1, MAX_FOLDS + 1)] == steps
    assert 58 == len({question.text for question in validation.in_scope})


@pytest.mark.parametrize(("large", "enough", "expected"), [(1000, 1000, 15), (150, 1000, 10), (150, 60, 7)])
def test_large_island_has_fewer_folds(
    source: IslandSource, triage: Triage, monkeypatch: pytest.MonkeyPatch, large: int, enough: int, expected: int
) -> None:
    """From `LARGE` questions on half the folds; each question is asked once, and of strange ones only enough."""
    monkeypatch.setattr("edge.publish.evaluate.cross_validate.LARGE", large)
    monkeypatch.setattr("edge.publish.evaluate.cross_validate.ENOUGH_STRANGE", enough)
    snippets = tuple(
        replace(source.snippets[0], id=f"s{number}", examples=tuple(f"what is {number} of {one}" for one in range(15)))
        for number in range(10)
    )
    steps: list[int] = []
    validation = leave_one_out(
        replace(source, snippets=snippets, trees=()),
        triage=triage,
        progress=lambda _what, done, _of: steps.append(done),
    )

    assert expected == len(steps)
    assert 150 == len({question.text for question in validation.in_scope}) == len(validation.in_scope)
    assert len(validation.out_of_scope) == (150 if enough > 60 else 60)
