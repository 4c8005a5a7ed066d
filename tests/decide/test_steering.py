"""`edge.decide.steering`: the signals of one island's controller and incidents."""

import itertools
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from edge.decide import Asked, ChannelClass, LiveThreshold, Load, Steering, SteeringSignals, accept_report
from edge.decide.threshold import ONE_CLIENT_BOUND
from edge.limits import AskerName
from edge.records import (
    Candidate,
    Harm,
    Island,
    LoadReport,
    PromisePolicy,
    Route,
    SignedSnippet,
    SurgePolicy,
    ThresholdWhy,
    Verdict,
)

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


def each(confidence: float) -> LiveThreshold:
    """The threshold of an island that promises each answer."""
    return LiveThreshold(confidence, None, ThresholdWhy.EACH)


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
    found = steering.threshold(island, None if fields is None else load(**fields), T + 30).confidence

    assert expected == pytest.approx(found, abs=0.0001)


def test_report_that_went_stale_is_not_felt(island: Island) -> None:
    """A report counts until a minute after it was measured."""
    steering = Steering(island, T)

    assert 0.9 == steering.threshold(island, load(agents=0), T + 15 + 61).confidence


def test_island_without_a_policy_wants_what_it_says(island: Island, make_island: Callable[..., Island]) -> None:
    """Without a policy the controller's state is forgotten, also if the revision before had a policy."""
    steering = Steering(island, T)
    plain = make_island(target_precision=0.8)

    assert 0.9 > steering.threshold(island, load(agents=0), T + 30).confidence
    assert 0.8 == steering.threshold(plain, load(agents=0), T + 31).confidence
    assert (0.8, 0.0) == (steering.control.precision, steering.control.error)


NUMBERS = itertools.count()


def observe(
    steering: Steering, island: Island, judged: Verdict, now: float, *, asker_name: str = ""
) -> SteeringSignals:
    """The signals for the next decision, without a load report, on a question of another viewer, or of `asker_name`."""
    asker = AskerName(asker_name or f"v-{next(NUMBERS)}")
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

    assert SteeringSignals(each(0.85), frozenset(), None) == surge
    assert SteeringSignals(each(0.9), frozenset({"sizes"}), "sizes") == during[first]
    assert [frozenset()] * first == [signals.incidents for signals in during[:first]]


def test_incident_that_is_over_without_a_question(island: Island) -> None:
    """Who asks later what is in force hears that it ended, also by a new answer."""
    steering = Steering(island, T)
    for _ in range(100):
        observe(steering, island, verdict(("other", 0.9)), T + 32)
    for _ in range(20):
        observe(steering, island, verdict(("sizes", 0.86)), T + 600)
    during, replaced = steering.incidents(ANSWERS, T + 601), steering.incidents({**ANSWERS, "sizes": "new"}, T + 601)
    after = steering.incidents(ANSWERS, T + 7_200)

    assert (frozenset({"sizes"}), frozenset(), frozenset()) == (during, replaced, after)


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


@pytest.fixture
def mean_island(make_island: Callable[..., Island], make_snippet: Callable[..., SignedSnippet]) -> Island:
    """An island that promises the mean of all answers; one of its snippets has a bar of its own."""
    snippets = (make_snippet("sizes"), make_snippet("shipping", target_precision=0.95))
    return make_island(target_precision=0.9, promise=PromisePolicy(), surge=POLICY, snippets=snippets)


ADVERSARIAL: dict[str, Callable[[int], Verdict]] = {
    "equal": lambda _: verdict(("sizes", 0.99)),
    "hopeless": lambda _: verdict(("sizes", 0.01)),
    "of every confidence": lambda number: verdict(("sizes", number % 100 / 100)),
    "nothing that is known": lambda _: verdict(),
}


@pytest.mark.parametrize("question", ADVERSARIAL.values(), ids=ADVERSARIAL.keys())
@pytest.mark.parametrize("interval_s", [0.01, 2.0])
def test_one_client_cannot_move_the_threshold(
    mean_island: Island, question: Callable[[int], Verdict], interval_s: float
) -> None:
    """Ten thousand questions of one client, within two minutes or within an event's six hours."""
    steering = Steering(mean_island, T)
    before = steering.threshold(mean_island, None, T)
    for number in range(10_000):
        observe(steering, mean_island, question(number), T + number * interval_s, asker_name="one")
    after = steering.threshold(mean_island, None, T + 10_000 * interval_s)

    assert abs(after.confidence - before.confidence) <= ONE_CLIENT_BOUND


def test_many_askers_move_the_threshold(mean_island: Island) -> None:
    """What five hundred viewers ask is known for sure, so the threshold sinks, in their class of channel only."""
    steering = Steering(mean_island, T)
    before = steering.threshold(mean_island, None, T)
    for number in range(500):
        observe(steering, mean_island, verdict(("sizes", 0.99)), T + number)
    widget, chat = (
        steering.threshold(mean_island, None, T + 500, channel) for channel in (ChannelClass.WIDGET, ChannelClass.CHAT)
    )

    assert widget.confidence < before.confidence
    assert before.confidence == chat.confidence


def test_snippet_with_a_bar_of_its_own_does_not_move_the_threshold(mean_island: Island) -> None:
    """Nor does a question that is word for word an example: neither is judged by the island's threshold."""
    steering = Steering(mean_island, T)
    for number in range(100):
        observe(steering, mean_island, verdict(("shipping", 0.99)), T + number)
        observe(steering, mean_island, verdict(("sizes", 1.0), exact=True), T + number)

    assert {} == steering.traffic(T + 1_000)


@pytest.mark.parametrize(("channel", "is_counted"), [("stream:1", False), ("widget", True)])
def test_question_that_a_route_gives_to_people_moves_nothing(
    mean_island: Island, channel: str, is_counted: bool
) -> None:
    """Nor does one that nothing answers, on such a route."""
    island = msgspec.structs.replace(mean_island, routes=(Route(lane="vip", channels=("stream",), review=True),))
    for judged in (verdict(("sizes", 0.99)), verdict()):
        steering = Steering(island, T)
        asker, asked = AskerName("one"), Asked(channel=channel)
        steering.observe(judged, island, answers=ANSWERS, load=None, now=T, asker=asker, asked=asked)

        assert is_counted == bool(steering.traffic(T))


def test_asker_counts_once_also_after_a_restart(mean_island: Island) -> None:
    """And in each class of channel by itself."""
    weights, kept = [], None
    for number in range(5):
        steering = Steering(mean_island, T + number, kept=kept, salt=b"s")
        for channel in ("widget", "stream:1"):
            asked = Asked(channel=channel)
            steering.observe(
                verdict(("sizes", 0.99)),
                mean_island,
                answers=ANSWERS,
                load=None,
                now=T + number,
                asker=AskerName("one"),
                asked=asked,
            )
        kept = steering.traffic(T + number)
        weights.append(round(steering._traffic[ChannelClass.STREAM].weight, 2))

    assert [1.0] * 5 == weights
    assert {ChannelClass.WIDGET, ChannelClass.STREAM} == (kept or {}).keys()


def test_what_is_kept_of_two_islands_has_no_asker_in_common(mean_island: Island) -> None:
    """Who reads both cannot tell who was at both events, also if one tenant has both."""
    kept = []
    for name in ("launch", "finale"):
        island = msgspec.structs.replace(mean_island, island=name)
        steering = Steering(island, T, salt=b"s")
        steering.observe(
            verdict(("sizes", 0.99)), island, answers=ANSWERS, load=None, now=T, asker=AskerName("one"), asked=Asked()
        )
        kept.append(steering.traffic(T)[ChannelClass.WIDGET])

    assert kept[0][:-8] == kept[1][:-8]
    assert kept[0][-8:-4] != kept[1][-8:-4]


def test_surge_lowers_the_promise_and_so_the_threshold(mean_island: Island) -> None:
    """Under `mean`, `surge.floor` bounds what is promised."""
    steering = Steering(mean_island, T)
    before = steering.threshold(mean_island, None, T)
    for step in range(20):
        during = steering.threshold(mean_island, load(agents=0), T + 30 + step)

    assert 0.85 == pytest.approx(steering.control.precision)
    assert during.confidence < before.confidence


def test_traffic_outlives_a_restart(mean_island: Island) -> None:
    """A new steering with the kept traffic has the threshold of the old one."""
    steering = Steering(mean_island, T)
    for number in range(400):
        observe(steering, mean_island, verdict(("sizes", 0.97)), T + number)
    again = Steering(mean_island, T + 500, kept=steering.traffic(T + 1_000))
    old, new = (one.threshold(mean_island, None, T + 501).confidence for one in (steering, again))

    assert old == pytest.approx(new, abs=0.005)


PEOPLES: dict[str, dict[str, Any]] = {
    "in another language": {"is_foreign": True},
    "of harm": {"harm": Harm(threat=0.5)},
}


@pytest.mark.parametrize("fields", PEOPLES.values(), ids=PEOPLES)
def test_what_people_answer_for_another_reason_moves_nothing(mean_island: Island, fields: dict[str, Any]) -> None:
    """However sure its confidence is: the threshold decides nothing of it."""
    steering = Steering(mean_island, T)
    sure = Candidate(snippet=mean_island.snippets[0].id, confidence=0.99, nearest_example="e", similarity=0.9)
    judged = Verdict(candidates=(sure,), any_confidence=0.99, model="m", **fields)
    for number in range(300):
        asker = AskerName(f"asker-{number}", 1.0)
        steering.observe(judged, mean_island, answers=ANSWERS, load=None, now=T + number, asker=asker)

    assert {} == steering.traffic(T + 1_000)
