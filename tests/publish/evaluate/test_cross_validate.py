"""An island asked its own questions."""

import pytest
from msgspec.structs import replace

from edge.publish.compile import prepare_island
from edge.publish.evaluate import leave_one_out
from edge.publish.evaluate.cross_validate import MAX_ROUNDS
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
    """In the company of those that a round leaves out with it."""
    own = leave_one_out(source, triage=triage).in_scope
    expected = {(snippet.id, text) for snippet in source.snippets for text in snippet.examples}

    assert expected == {(one.snippet, one.text) for one in own}
    assert 16 == len(own)


def test_question_is_left_out(source: IslandSource, triage: Triage) -> None:
    """Else it would be an exact match with itself."""
    assert not any(one.result.verdict.exact for one in leave_one_out(source, triage=triage).in_scope)


def test_reaction_is_that_of_an_island_without_the_questions(source: IslandSource, triage: Triage) -> None:
    """Rounds are no approximation: the same as compiling the island without them."""
    own = {one.text: one for one in leave_one_out(source, triage=triage).in_scope}
    ship, refund = source.snippets
    # Turns are shifted by one from snippet to snippet: the first round has the first's first and the second's last.
    without = replace(
        source,
        snippets=(replace(ship, examples=ship.examples[1:]), replace(refund, examples=refund.examples[:-1])),
    )
    dry_run = DryRun(prepare_island(without, triage=triage), triage=triage)

    for text in (ship.examples[0], refund.examples[-1]):
        assert dry_run.ask(text) == own[text].result


def test_only_question_of_a_snippet(source: IslandSource, triage: Triage) -> None:
    """Without it there would be no snippet, so it is not judged."""
    ship, refund = source.snippets
    lone = replace(source, snippets=(ship, replace(refund, examples=refund.examples[:1])))

    assert {"ship-date"} == {one.snippet for one in leave_one_out(lone, triage=triage).in_scope}


def test_nothing_to_judge(source: IslandSource, triage: Triage) -> None:
    """Every snippet has a single question."""
    snippets = tuple(replace(snippet, examples=snippet.examples[:1]) for snippet in source.snippets)
    found = leave_one_out(replace(source, snippets=snippets), triage=triage)

    assert ((), ()) == (found.in_scope, found.out_of_scope)


def test_review_is_not_automation(source: IslandSource, triage: Triage) -> None:
    """A snippet that people must see is answered by none of its questions."""
    outcomes = {one.result.outcome for one in leave_one_out(source, triage=triage).in_scope if one.snippet == "refund"}

    assert Outcome.ANSWER not in outcomes


def test_subjects_that_the_island_lacks(source: IslandSource, triage: Triage) -> None:
    """From ten snippets on: each is left out once, and no question of it finds it."""
    subjects = ("hoodie", "ticket", "refund", "sound", "queue", "badge", "poster", "login", "replay", "gift card")
    snippets = tuple(
        replace(
            source.snippets[0], id=subject.replace(" ", "-"), examples=(f"where is my {subject}", f"{subject} gone")
        )
        for subject in subjects
    )
    found = leave_one_out(replace(source, snippets=snippets), triage=triage).out_of_scope

    assert 20 == len(found)
    assert all(one.snippet != candidate.snippet for one in found for candidate in one.result.verdict.candidates)


def test_rounds_are_capped_and_counted(source: IslandSource, triage: Triage) -> None:
    """A snippet with fifty questions does not cost fifty heads, and each question is still asked once."""
    ship, refund = source.snippets
    many = replace(ship, examples=tuple(f"when does parcel {number} ship" for number in range(50)))
    heard: list[tuple[str, int, int]] = []
    found = leave_one_out(
        replace(source, snippets=(many, refund)), triage=triage, progress=lambda *step: heard.append(step)
    )

    assert [("rehearsing", count, MAX_ROUNDS) for count in range(1, MAX_ROUNDS + 1)] == heard
    assert 58 == len({one.text for one in found.in_scope})
