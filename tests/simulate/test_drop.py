"""A tenfold surge in virtual time, through the product's own code: what it does to people, and to answers."""

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
    """Twenty answers, one of them for review, and a surge policy."""
    snippets = [make_snippet(f"snippet-{number}") for number in range(19)]
    review = make_snippet("refund", automation=Automation.REVIEW)
    return make_island(snippets=(*snippets, review), surge=POLICY)


@pytest.fixture(scope="module")
def questions() -> list[JudgedQuestion]:
    """A hundred questions with confidences from 0.01 to 1; of those with 0.9, one in ten is wrong, and so on."""
    found = []
    for number in range(1, 101):
        confidence = number / 100
        meant = f"snippet-{number % 19}" if number % 12 else "refund"
        # Calibrated: the share of wrong ones is what the confidence leaves.
        is_wrong = number * 37 % 100 >= number
        candidate = Candidate(snippet=meant, confidence=confidence, nearest_example="", similarity=0.5)
        verdict = Verdict(candidates=(candidate,), any_confidence=confidence, model="test")
        right = frozenset({"another"} if is_wrong else {meant})
        found.append(JudgedQuestion(verdict, Asked(channel="stream"), right))
    return found


Play = Callable[[Island, Drop], Course]


@pytest.fixture
def playing(questions: list[JudgedQuestion]) -> Play:
    """Plays a drop with those questions."""
    return lambda island, drop: play(drop, island, questions)


def test_same_seed_same_drop(island: Island, playing: Play) -> None:
    """Nothing but the seed decides."""
    assert playing(island, SURGE).samples == playing(island, SURGE).samples
    assert playing(island, SURGE).samples != playing(island, msgspec.structs.replace(SURGE, seed=2)).samples


def test_nothing_is_lost(island: Island, playing: Play) -> None:
    """Every question is answered, asked back, or in the end handled by a person."""
    course = playing(island, SURGE)

    assert course.asked == sum(course.outcomes.values())
    assert course.outcomes["escalate"] == len(course.waits) + len(course.callback_waits)
    assert course.deferred == len(course.callback_waits) > 0


def as_now(case: str, found: DropFigures) -> dict[str, tuple[float, float]]:
    """By figure: what `golden/on_purpose.tsv` says of a case now, and what was found."""
    named = {
        "answered": found.answered_share,
        "left alone": found.ignored_share,
        "queued": found.queued,
        "called back": found.called_back,
        "longest wait, s": found.longest_wait_s,
    }
    rows = csv.DictReader(ON_PURPOSE.read_text(encoding="utf-8").splitlines(), delimiter="\t")
    return {row["figure"]: (float(row["now"]), named[row["figure"]]) for row in rows if row["case"] == case}


@pytest.mark.parametrize(("channel", "case"), [("stream", "a stream"), ("inbox", "an inbox")])
def test_answers_just_posted_are_not_posted_again(
    island: Island, questions: list[JudgedQuestion], channel: str, case: str
) -> None:
    """As on a PoP; before it ran a PoP's steps, the simulator posted them again."""
    asked = [question._replace(asked=Asked(channel=channel)) for question in questions]
    found = as_now(f"a simulated surge in {case}, seed 1", figures(play(SURGE, island, asked), SURGE))

    assert len(found) >= 3
    assert [expected for expected, _ in found.values()] == [figure for _, figure in found.values()]


def test_viewer_who_finds_no_option_is_one_of_the_stream(island: Island) -> None:
    """Two answers are likely, and in every other case neither is right."""
    asked = []
    for number in range(1, 101):
        first, second = (f"snippet-{(number + further) % 19}" for further in (0, 1))
        candidates = tuple(
            Candidate(snippet=snippet, confidence=number / 100 * share, nearest_example="", similarity=0.5)
            for snippet, share in ((first, 0.6), (second, 0.4))
        )
        verdict = Verdict(candidates=candidates, any_confidence=number / 100, model="test")
        right = frozenset({"another" if number % 2 else first})
        asked.append(JudgedQuestion(verdict, Asked(channel="stream"), right))
    drop = msgspec.structs.replace(SURGE, seed=2)
    case = "a simulated surge whose viewers are asked back, seed 2"
    found = as_now(case, figures(play(drop, island, asked), drop))

    assert len(found) >= 3
    assert [expected for expected, _ in found.values()] == [figure for _, figure in found.values()]


@pytest.mark.parametrize("seed", range(1, 6))
def test_tenfold_surge_keeps_the_longest_wait_three_times_shorter(island: Island, playing: Play, seed: int) -> None:
    """Than a fixed threshold does, while wrong answers stay within what the tenant bears (1 - floor)."""
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
    """Reports that are half or three times the truth."""
    drop = msgspec.structs.replace(SURGE, seed=seed, noise=noise)

    assert figures(playing(island, drop), drop).busiest_minute_changes <= 2


@pytest.mark.parametrize("seed", range(1, 6))
def test_pops_that_share_the_people(island: Island, playing: Play, seed: int) -> None:
    """Twenty that know of each other keep the wait that one alone would; twenty that do not let it grow by a third."""
    sudden = msgspec.structs.replace(SURGE, surge=100, surge_min=3, report_s=30.0, seed=seed)

    def longest(**changes: int) -> float:
        drop = msgspec.structs.replace(sudden, **changes)
        return figures(playing(island, drop), drop).longest_wait_s

    alone, told, untold = longest(), longest(pops=20), longest(pops=20, said_pops=1)
    assert told <= 1.1 * alone
    assert untold >= 1.33 * alone


def test_controller_alone_helps_without_callbacks(island: Island, playing: Play) -> None:
    """Everybody queues: still a shorter wait than at a fixed threshold."""
    alone = figures(playing(without_callbacks(island, POLICY), SURGE), SURGE)
    fixed = figures(playing(at_fixed_threshold(island), SURGE), SURGE)

    assert 0 == alone.called_back
    assert alone.longest_wait_s < fixed.longest_wait_s


def test_enough_people_see_no_callback(island: Island, playing: Play) -> None:
    """Without overload the tenant's people take everything, and the machine is held to more than its default."""
    idle = Drop(rate_per_min=5, minutes=30, agents=40)
    found = figures(playing(island, idle), idle)

    assert 0 == found.called_back
    assert found.lowest_precision >= 0.9
    assert found.highest_precision == POLICY.ceiling


def test_promises_of_callbacks_are_honest(island: Island, playing: Play) -> None:
    """Half of them are kept within a factor of two of what was said."""
    assert 0.5 <= figures(playing(island, SURGE), SURGE).callback_estimate_off <= 2


def test_people_needed_are_enough_and_one_fewer_is_not(island: Island, questions: list[JudgedQuestion]) -> None:
    """The edge between waiting too long and not."""
    drop = msgspec.structs.replace(SURGE, minutes=20)
    needed = people_needed(drop, island, questions, max_wait_s=300)
    assert needed is not None

    def longest(agents: int) -> float:
        found = figures(play(msgspec.structs.replace(drop, agents=agents), island, questions), drop)
        return max(found.longest_wait_s, found.longest_callback_s)

    assert longest(needed) <= 300 < longest(needed - 1)


def test_comparison_of_both(island: Island, questions: list[JudgedQuestion]) -> None:
    """Fewer people do with surge control."""
    found, steered, fixed = compare(msgspec.structs.replace(SURGE, minutes=20), island, questions)

    assert found.people_needed is not None
    assert found.people_needed_fixed is not None
    assert found.people_needed < found.people_needed_fixed
    assert len(steered.samples) == len(fixed.samples)
