"""`edge.decide.steering`: the signals of one island's controller and incidents."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from edge.decide import Load, Steering, SteeringSignals, accept_report
from edge.limits import AskerName
from edge.records import Candidate, Island, LoadReport, SignedSnippet, SurgePolicy, Verdict

NOW = datetime(2026, 11, 1, 20, tzinfo=UTC)
T = NOW.timestamp()
POLICY = SurgePolicy(floor=0.75, ceiling=0.95, target_wait_s=120, handle_s=120)
ANSWERS = {"sizes": "S to XL.", "shipping": "Two weeks."}


@pytest.fixture
def island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """An island with target precision 0.9 and a surge policy."""
    return make_island(target_precision=0.9, surge=POLICY, snippets=(make_snippet("sizes"), make_snippet("shipping")))


def load(**fields: Any) -> Load:
    """Ten people, nobody waiting, measured a quarter of a minute from now."""
    usual: dict[str, Any] = {"tenant": "acme", "queue_depth": 0, "wait_s": 0.0, "agents": 10}
    later = NOW + timedelta(seconds=15)
    return accept_report(LoadReport(**(usual | fields)), known=None, now=later)


def verdict(*ranked: tuple[str, float], exact: bool = False) -> Verdict:
    """These candidates, best first."""
    candidates = tuple(
        Candidate(snippet=snippet, confidence=confidence, nearest_example="", similarity=0.5)
        for snippet, confidence in ranked
    )
    return Verdict(candidates=candidates, any_confidence=0.9, exact=exact, model="test")


WANTED: dict[str, tuple[dict[str, Any] | None, float]] = {
    "nobody waits: a little more than usual": ({}, 0.9476),
    "twenty wait, four minutes: less": ({"queue_depth": 20, "wait_s": 1.0}, 0.85),
    "ten wait, as long as the tenant aims at: as usual": ({"queue_depth": 10, "wait_s": 1.0}, 0.9),
    "ten wait, but one of them has waited for long: less": ({"queue_depth": 10, "wait_s": 900.0}, 0.85),
    "nobody is at work: less, for the wait has no end": ({"agents": 0}, 0.85),
    "no report at all: as usual": (None, 0.9),
}


@pytest.mark.parametrize(("fields", "expected"), WANTED.values(), ids=WANTED.keys())
def test_threshold(island: Island, fields: dict[str, Any] | None, expected: float) -> None:
    """The threshold after half a minute of this load."""
    steering = Steering(island, T)
    found = steering.threshold(island, None if fields is None else load(**fields), T + 30)

    assert expected == pytest.approx(found, abs=0.0001)


def test_report_that_went_stale_is_not_felt(island: Island) -> None:
    """A report counts until a minute after it was measured."""
    steering = Steering(island, T)

    assert 0.9 == steering.threshold(island, load(agents=0), T + 15 + 61)


def test_island_without_a_policy_wants_what_it_says(island: Island, make_island: Callable[..., Island]) -> None:
    """Without a policy the controller's state is forgotten, also if the revision before had a policy."""
    steering = Steering(island, T)
    plain = make_island(target_precision=0.8)

    assert 0.9 > steering.threshold(island, load(agents=0), T + 30)
    assert 0.8 == steering.threshold(plain, load(agents=0), T + 31)
    assert (0.8, 0.0) == (steering.control.precision, steering.control.error)


NUMBERS = itertools.count()


def observe(steering: Steering, island: Island, judged: Verdict, now: float) -> SteeringSignals:
    """The signals for the next decision, without a load report, on a question of another viewer."""
    asker = AskerName(f"v-{next(NUMBERS)}")
    return steering.observe(judged, island, answers=ANSWERS, load=None, now=now, asker=asker)


def incidents(island: Island, judged: Verdict, count: int = 20) -> list[str]:
    """The incidents that begin if `count` such questions follow an ordinary half hour."""
    steering = Steering(island, T)
    for _ in range(100):
        observe(steering, island, verdict(("other", 0.9)), T)
    found = [observe(steering, island, judged, T + 600).new_incident for _ in range(count)]
    return [began for began in found if began]


NOTED = {
    "the first candidate is meant": (verdict(("sizes", 0.6), ("shipping", 0.3)), ["sizes"]),
    "as likely as not is probable enough": (verdict(("sizes", 0.5), ("shipping", 0.3)), ["sizes"]),
    "less than that means nothing": (verdict(("sizes", 0.49), ("shipping", 0.3)), []),
    "an exact match is always meant": (verdict(("sizes", 0.1), exact=True), ["sizes"]),
    "no candidate, nothing meant": (verdict(), []),
    "no candidate, though it is called exact": (verdict(exact=True), []),
}


@pytest.mark.parametrize(("judged", "begun"), NOTED.values(), ids=NOTED.keys())
def test_intent_that_counts(island: Island, judged: Verdict, begun: list[str]) -> None:
    """The snippet probably meant is the one that is counted."""
    assert begun == incidents(island, judged)


def test_both_bear_on_the_next_decision(island: Island) -> None:
    """A surge lowers the threshold; the question that makes an incident is the first that people take."""
    steering = Steering(island, T)
    steering.threshold(island, load(agents=0), T + 30)
    surge = steering.observe(None, island, answers=ANSWERS, load=load(agents=0), now=T + 31)
    for _ in range(100):
        observe(steering, island, verdict(("other", 0.9)), T + 32)
    during = [observe(steering, island, verdict(("sizes", 0.86)), T + 600) for _ in range(20)]
    first = next(number for number, signals in enumerate(during) if signals.new_incident)

    assert SteeringSignals(0.85, frozenset(), None) == surge
    assert SteeringSignals(0.9, frozenset({"sizes"}), "sizes") == during[first]
    assert [frozenset()] * first == [signals.incidents for signals in during[:first]]


def test_question_that_waited_for_triage_does_not_shrink_the_counts(island: Island) -> None:
    """A question from before the last counted one counts at the later time, so nothing decays twice."""
    in_order, delayed = Steering(island, T), Steering(island, T)
    for number in range(200):
        for steering, back_s in ((in_order, 0.0), (delayed, 0.2 * (number % 2))):
            observe(steering, island, verdict(("sizes", 0.9)), T + number / 100 - back_s)
    found = [observe(steering, island, verdict(("other", 0.9)), T + 400).incidents for steering in (in_order, delayed)]

    assert in_order._watch._all.lately == pytest.approx(delayed._watch._all.lately, rel=0.01)
    assert found[0] == found[1]


@pytest.mark.parametrize(("back_s", "is_held"), [(60.0, True), (60.1, False)])
def test_clock_that_is_set_back(island: Island, back_s: float, is_held: bool) -> None:
    """Up to a minute back it counts at the later time. More is a clock that was set back, and the new time counts."""
    steering = Steering(island, T)
    steering.observe(None, island, answers=ANSWERS, load=None, now=T + 3_600)
    steering.observe(None, island, answers=ANSWERS, load=None, now=T + 3_600 - back_s)

    assert is_held == (steering.control.at == T + 3_600)
