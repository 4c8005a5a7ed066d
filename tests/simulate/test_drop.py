"""A tenfold surge is simulated with the decisions of a PoP: its effect on waits and on answers."""

import csv
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from edge.decide import Asked
from edge.records import Automation, Candidate, Island, SignedSnippet, SurgePolicy, Verdict
from edge.simulate import (
    Course,
    Drop,
    DropFigures,
    JudgedQuestion,
    at_fixed_threshold,
    compare,
    figures,
    play,
    without_callbacks,
)
from edge.simulate.comparison import people_needed

ON_PURPOSE = Path(__file__).parents[1] / "daemon" / "golden" / "on_purpose.tsv"
POLICY = SurgePolicy(floor=0.75, ceiling=0.95)
SURGE = Drop(rate_per_min=10, minutes=60, agents=12, surge=10, surge_from_min=5, surge_min=10)


@pytest.fixture(scope="module")
def island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """An island of twenty snippets, one of them for review, with a surge policy."""
    snippets = [make_snippet(f"snippet-{number}") for number in range(19)]
    review = make_snippet("refund", automation=Automation.REVIEW)
    return make_island(snippets=(*snippets, review), surge=POLICY)


@pytest.fixture(scope="module")
def questions() -> list[JudgedQuestion]:
    """A hundred questions with confidences from 0.01 to 1, which are calibrated: one in ten is wrong at 0.9."""
    questions = []
    for number in range(1, 101):
        confidence = number / 100
        best = f"snippet-{number % 19}" if number % 12 else "refund"
        is_wrong = number * 37 % 100 >= number
        candidate = Candidate(snippet=best, confidence=confidence, nearest_example="", similarity=0.5)
        verdict = Verdict(candidates=(candidate,), any_confidence=confidence, model="test")
        right = frozenset({"another"} if is_wrong else {best})
        questions.append(JudgedQuestion(verdict, Asked(channel="stream"), right))
    return questions


Play = Callable[[Island, Drop], Course]


@pytest.fixture
def playing(questions: list[JudgedQuestion]) -> Play:
    """A function that plays a drop with those questions."""
    return lambda island, drop: play(drop, island, questions)


def test_same_seed_same_drop(island: Island, playing: Play) -> None:
    """The same seed gives the same drop, another seed another."""
    assert playing(island, SURGE).samples == playing(island, SURGE).samples
    assert playing(island, SURGE).samples != playing(island, msgspec.structs.replace(SURGE, seed=2)).samples


def test_no_question_is_lost(island: Island, playing: Play) -> None:
    """Every question has an outcome, and every escalated one is handled by a person in the end."""
    course = playing(island, SURGE)

    assert course.asked == sum(course.outcomes.values())
    assert course.outcomes["escalate"] == len(course.waits) + len(course.callback_waits)
    assert course.deferred == len(course.callback_waits) > 0


def expected_and_actual(case: str, drop_figures: DropFigures) -> dict[str, tuple[float, float]]:
    """The value in column `now` of `golden/on_purpose.tsv` and the actual one, by figure."""
    actual = {
        "answered": drop_figures.answered_share,
        "left alone": drop_figures.ignored_share,
        "queued": drop_figures.queued,
        "called back": drop_figures.called_back,
        "longest wait, s": drop_figures.longest_wait_s,
    }
    rows = csv.DictReader(ON_PURPOSE.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    return {row["figure"]: (float(row["now"]), actual[row["figure"]]) for row in rows if row["case"] == case}


@pytest.mark.parametrize(("channel", "case"), [("stream", "a stream"), ("inbox", "an inbox")])
def test_answers_just_posted_are_not_posted_again(
    island: Island, questions: list[JudgedQuestion], channel: str, case: str
) -> None:
    """The cool-down of a PoP holds in the simulator too."""
    asked = [question._replace(asked=Asked(channel=channel)) for question in questions]
    case = f"a simulated surge in {case}, seed 1"
    compared = expected_and_actual(case, figures(play(SURGE, island, asked), SURGE))

    assert len(compared) >= 3
    assert [expected for expected, _ in compared.values()] == [actual for _, actual in compared.values()]


def test_viewer_who_finds_no_right_option_is_escalated(island: Island) -> None:
    """Two snippets are likely, and for every other question neither is right."""
    questions = []
    for number in range(1, 101):
        first, second = (f"snippet-{(number + further) % 19}" for further in (0, 1))
        candidates = tuple(
            Candidate(snippet=snippet, confidence=number / 100 * share, nearest_example="", similarity=0.5)
            for snippet, share in ((first, 0.6), (second, 0.4))
        )
        verdict = Verdict(candidates=candidates, any_confidence=number / 100, model="test")
        right = frozenset({"another" if number % 2 else first})
        questions.append(JudgedQuestion(verdict, Asked(channel="stream"), right))
    drop = msgspec.structs.replace(SURGE, seed=2)
    case = "a simulated surge whose viewers are asked back, seed 2"
    compared = expected_and_actual(case, figures(play(drop, island, questions), drop))

    assert len(compared) >= 3
    assert [expected for expected, _ in compared.values()] == [actual for _, actual in compared.values()]


@pytest.mark.parametrize("seed", range(1, 6))
def test_surge_control_makes_the_longest_wait_three_times_shorter(island: Island, playing: Play, seed: int) -> None:
    """Compared with no surge control. The share of wrong answers stays within the tenant's limit (1 - floor)."""
    drop = msgspec.structs.replace(SURGE, seed=seed)
    steered = figures(playing(island, drop), drop)
    fixed = figures(playing(at_fixed_threshold(island), drop), drop)

    assert steered.longest_wait_s * 3 <= fixed.longest_wait_s
    assert steered.wrong_share is not None
    assert steered.wrong_share <= 1 - POLICY.floor
    assert steered.answered_share > fixed.answered_share


@pytest.mark.parametrize("seed", range(1, 6))
@pytest.mark.parametrize("noise", [0.0, 0.5, 1.5])
def test_noisy_desk_changes_the_threshold_at_most_twice_a_minute(
    island: Island, playing: Play, seed: int, noise: float
) -> None:
    """Load reports may be half or three times the truth."""
    drop = msgspec.structs.replace(SURGE, seed=seed, noise=noise)

    assert figures(playing(island, drop), drop).busiest_minute_changes <= 2


@pytest.mark.parametrize("seed", range(1, 6))
def test_pops_that_share_the_people(island: Island, playing: Play, seed: int) -> None:
    """Twenty PoPs that are told their number keep the wait of a single one; otherwise it grows by a third."""
    sudden = msgspec.structs.replace(SURGE, surge=100, surge_min=3, report_s=30.0, seed=seed)

    def longest(**changes: int) -> float:
        drop = msgspec.structs.replace(sudden, **changes)
        return figures(playing(island, drop), drop).longest_wait_s

    alone, told, untold = longest(), longest(pops=20), longest(pops=20, said_pops=1)
    assert told <= 1.1 * alone
    assert untold >= 1.33 * alone


def test_controller_alone_helps_without_callbacks(island: Island, playing: Play) -> None:
    """Everybody queues, but the longest wait is shorter than without surge control."""
    alone = figures(playing(without_callbacks(island, POLICY), SURGE), SURGE)
    fixed = figures(playing(at_fixed_threshold(island), SURGE), SURGE)

    assert 0 == alone.called_back
    assert alone.longest_wait_s < fixed.longest_wait_s


def test_enough_people(island: Island, playing: Play) -> None:
    """Nobody is called back, and the threshold rises above the target precision, up to the ceiling."""
    idle = Drop(rate_per_min=5, minutes=30, agents=40)
    idle_figures = figures(playing(island, idle), idle)

    assert 0 == idle_figures.called_back
    assert idle_figures.lowest_precision >= 0.9
    assert idle_figures.highest_precision == POLICY.ceiling


def test_promised_waits_of_callbacks(island: Island, playing: Play) -> None:
    """The median callback is made within a factor of two of the promised wait."""
    assert 0.5 <= figures(playing(island, SURGE), SURGE).callback_estimate_off <= 2


def test_people_needed(island: Island, questions: list[JudgedQuestion]) -> None:
    """With that many people nobody waits too long; with one fewer somebody does."""
    drop = msgspec.structs.replace(SURGE, minutes=20)
    needed = people_needed(drop, island, questions, max_wait_s=300)
    assert needed is not None

    def longest(agents: int) -> float:
        result = figures(play(msgspec.structs.replace(drop, agents=agents), island, questions), drop)
        return max(result.longest_wait_s, result.longest_callback_s)

    assert longest(needed) <= 300 < longest(needed - 1)


def test_comparison_of_both(island: Island, questions: list[JudgedQuestion]) -> None:
    """With surge control fewer people are needed."""
    comparison, steered, fixed = compare(msgspec.structs.replace(SURGE, minutes=20), island, questions)

    assert comparison.people_needed is not None
    assert comparison.people_needed_fixed is not None
    assert comparison.people_needed < comparison.people_needed_fixed
    assert len(steered.samples) == len(fixed.samples)
