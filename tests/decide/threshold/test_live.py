"""`edge.decide.threshold`: the promise is kept by what is asked, within bounds, and nobody moves it alone."""

from random import Random

import pytest

from edge.decide.policy import ChannelClass
from edge.decide.threshold import Traffic, dated
from edge.limits import AskerName
from edge.records import PromisePolicy, ThresholdWhy
from edge.records.people import PromisedOf

POLICY = PromisePolicy(of=PromisedOf.MEAN, floor=0.6)
WIDGET = ChannelClass.WIDGET


NOW = 1_796_000_000.0
DAY_S = 86_400.0


def asked(confidences: list[float], *, channel: ChannelClass = WIDGET) -> Traffic:
    """Traffic in which every question comes from another asker."""
    traffic = Traffic(channel)
    for number, confidence in enumerate(confidences):
        traffic.count(confidence, AskerName(f"asker {number}"), NOW)
    return traffic


def test_start_is_between_floor_and_target() -> None:
    """Nobody has asked: the threshold keeps the promise for what is usually asked."""
    start = asked([]).threshold(0.9, POLICY, NOW)

    assert 0.6 <= start.confidence <= 0.9
    assert ThresholdWhy.START is start.why


def test_traffic_that_is_surely_right_lowers_the_threshold_to_the_floor() -> None:
    """Almost everything is known for sure, so the few doubtful ones may be answered as well."""
    rng = Random(1)
    sure = asked([rng.choice((0.99, 0.99, 0.99, 0.7)) for _ in range(2_000)]).threshold(0.9, POLICY, NOW)

    assert (0.6, ThresholdWhy.FLOOR) == (sure.confidence, sure.why)
    assert sure.share is not None
    assert sure.share > 0.8


def test_traffic_that_nobody_can_answer_needs_the_target() -> None:
    """Few questions have an answer, so the same confidence is worth less, and each answer must reach the promise."""
    rng = Random(1)
    strange = asked([rng.choice((0.02, 0.05, 0.1, 0.3, 0.85)) for _ in range(2_000)]).threshold(0.9, POLICY, NOW)

    assert (0.9, ThresholdWhy.TARGET) == (strange.confidence, strange.why)


def test_mean_of_what_is_answered_keeps_the_margin() -> None:
    """Of calibrated confidences, the mean above the threshold is 0.94 or more for a promised 0.90."""
    rng = Random(2)
    confidences = [rng.betavariate(0.5, 0.5) for _ in range(5_000)]
    threshold = asked(confidences).threshold(0.9, POLICY, NOW)
    answered = [one for one in confidences if one >= threshold.confidence]

    assert 0.47 == pytest.approx(threshold.share, abs=0.1)
    assert sum(answered) / len(answered) > 0.93


@pytest.mark.parametrize("promise", [0.7, 0.8, 0.9, 0.95, 0.99])
def test_higher_promise_never_needs_less(promise: float) -> None:
    """The threshold rises with the promise, and stays above the floor."""
    traffic = asked([])

    assert (
        0.6
        <= traffic.threshold(promise - 0.05, POLICY, NOW).confidence
        <= traffic.threshold(promise, POLICY, NOW).confidence
    )


def test_traffic_is_kept() -> None:
    """What is read back gives the same threshold."""
    traffic = asked([0.7, 0.8, 0.99] * 100)
    kept = traffic.to_bytes(NOW)
    read = Traffic(WIDGET, kept)

    assert 808 + 8 * 300 == len(kept)
    assert read.threshold(0.9, POLICY, NOW).confidence == pytest.approx(
        traffic.threshold(0.9, POLICY, NOW).confidence, abs=0.005
    )


DAMAGED = {
    "too short": b"\0" * 799,
    "not a number": b"\xff" * 800,
    "negative": b"\x00\x00\x80\xbf" * 200,
    "more than it can hold": b"\x00\x00\x80\x47" * 200,
    "no number as time, and half an asker": b"\xff" * 811,
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_bytes_that_are_no_histogram_are_left(data: bytes) -> None:
    """Then the traffic starts empty, and counts."""
    traffic = Traffic(WIDGET, data)
    before = traffic.weight
    traffic.count(0.5, AskerName("one"), NOW)

    assert (0, 1) == (before, traffic.weight)


def test_memory_is_bounded() -> None:
    """However many ask, the histogram weighs as much as the last thousand."""
    assert 1_000.5 > asked([0.5] * 20_000).weight


def test_stream_starts_with_less_that_can_be_answered() -> None:
    """Each class of channel has a start of its own."""
    shares = {channel: asked([], channel=channel).threshold(0.9, POLICY, NOW).share for channel in ChannelClass}

    assert shares[ChannelClass.STREAM] < shares[ChannelClass.WIDGET]  # type: ignore[operator]


def test_traffic_of_last_week_hardly_counts() -> None:
    """Half of it counts a day later. After twelve days it is not kept."""
    traffic = asked([0.99] * 1_000)
    before, kept = traffic.weight, traffic.to_bytes(NOW)
    weights = []
    for days in (1, 7):
        traffic.threshold(0.9, POLICY, NOW + days * DAY_S)
        weights.append(traffic.weight)

    assert [before / 2, before / 128] == pytest.approx(weights)
    assert (kept, b"") == (dated(kept, NOW + 12 * DAY_S), dated(kept, NOW + 12 * DAY_S + 1))
    assert b"" == asked([0.99]).to_bytes(NOW + 12 * DAY_S + 1)


def test_clock_that_was_wrong_holds_nobody_back() -> None:
    """Who was counted by a clock that was a year ahead, and set back, counts again six hours later, and not before."""
    traffic, asker = Traffic(WIDGET), AskerName("one")
    traffic.count(0.5, asker, NOW + 365 * DAY_S)
    traffic.count(0.5, asker, NOW)
    at_once = traffic.weight
    traffic.count(0.5, asker, NOW + 21_600)

    assert 1 == at_once
    assert 1.8 == pytest.approx(traffic.weight, abs=0.05)


def test_traffic_fades_between_questions_of_a_quiet_night() -> None:
    """Nobody asks, and the threshold goes back towards what is usual."""
    traffic = asked([0.99] * 1_000)
    usual = asked([]).threshold(0.9, POLICY, NOW).confidence
    found = [traffic.threshold(0.9, POLICY, NOW + days * DAY_S).confidence for days in (0, 1, 3, 6)]

    assert sorted(found) == found
    assert found[0] < found[-1] <= usual
