"""`edge.decide.threshold`: the promise is kept by what is asked, within bounds, and nobody moves it alone."""

from random import Random

import pytest

from edge.decide.policy import ChannelClass
from edge.decide.threshold import ONE_CLIENT_BOUND, Traffic
from edge.records import PromisePolicy, ThresholdWhy
from edge.records.people import PromisedOf

POLICY = PromisePolicy(of=PromisedOf.MEAN, floor=0.6)
WIDGET = ChannelClass.WIDGET


def asked(confidences: list[float], *, weight: float = 1.0, channel: ChannelClass = WIDGET) -> Traffic:
    """Traffic in which every question comes from another asker."""
    traffic = Traffic(channel)
    for confidence in confidences:
        traffic.count(confidence, weight)
    return traffic


def test_start_is_between_floor_and_target() -> None:
    """Nobody has asked: the threshold keeps the promise for what is usually asked."""
    start = asked([]).threshold(0.9, POLICY)

    assert 0.6 <= start.confidence <= 0.9
    assert ThresholdWhy.START is start.why


def test_traffic_that_is_surely_right_lowers_the_threshold_to_the_floor() -> None:
    """Almost everything is known for sure, so the few doubtful ones may be answered as well."""
    rng = Random(1)
    sure = asked([rng.choice((0.99, 0.99, 0.99, 0.7)) for _ in range(2_000)]).threshold(0.9, POLICY)

    assert (0.6, ThresholdWhy.FLOOR) == (sure.confidence, sure.why)
    assert sure.share is not None
    assert sure.share > 0.8


def test_traffic_that_nobody_can_answer_needs_the_target() -> None:
    """Few questions have an answer, so the same confidence is worth less, and each answer must reach the promise."""
    rng = Random(1)
    strange = asked([rng.choice((0.02, 0.05, 0.1, 0.3, 0.85)) for _ in range(2_000)]).threshold(0.9, POLICY)

    assert (0.9, ThresholdWhy.TARGET) == (strange.confidence, strange.why)


def test_mean_of_what_is_answered_keeps_the_margin() -> None:
    """Of calibrated confidences, the mean above the threshold is 0.94 or more for a promised 0.90."""
    rng = Random(2)
    confidences = [rng.betavariate(0.5, 0.5) for _ in range(5_000)]
    threshold = asked(confidences).threshold(0.9, POLICY)
    answered = [one for one in confidences if one >= threshold.confidence]

    assert 0.47 == pytest.approx(threshold.share, abs=0.1)
    assert sum(answered) / len(answered) > 0.93


@pytest.mark.parametrize("promise", [0.7, 0.8, 0.9, 0.95, 0.99])
def test_higher_promise_never_needs_less(promise: float) -> None:
    """The threshold rises with the promise, and stays above the floor."""
    traffic = asked([])

    assert 0.6 <= traffic.threshold(promise - 0.05, POLICY).confidence <= traffic.threshold(promise, POLICY).confidence


ONE_CLIENT = {"equal and sure": [0.999], "equal and hopeless": [0.0], "just below the threshold": [0.79], "all": []}


@pytest.mark.parametrize("confidences", ONE_CLIENT.values(), ids=ONE_CLIENT.keys())
def test_one_asker_moves_it_by_less_than_the_bound(confidences: list[float]) -> None:
    """Counted once, as an asker is (`edge.decide.steering`)."""
    before = asked([]).threshold(0.9, POLICY).confidence
    after = asked(confidences).threshold(0.9, POLICY).confidence

    assert abs(after - before) <= ONE_CLIENT_BOUND


def test_traffic_is_kept() -> None:
    """What is read back gives the same threshold."""
    traffic = asked([0.7, 0.8, 0.99] * 100)
    read = Traffic(WIDGET, traffic.to_bytes())

    assert 800 == len(traffic.to_bytes())
    assert read.threshold(0.9, POLICY).confidence == pytest.approx(traffic.threshold(0.9, POLICY).confidence, abs=0.005)


DAMAGED = {
    "too short": b"\0" * 799,
    "not a number": b"\xff" * 800,
    "negative": b"\x00\x00\x80\xbf" * 200,
    "more than it can hold": b"\x00\x00\x80\x47" * 200,
}


@pytest.mark.parametrize("data", DAMAGED.values(), ids=DAMAGED.keys())
def test_bytes_that_are_no_histogram_are_left(data: bytes) -> None:
    """Then the traffic starts empty."""
    assert 0 == Traffic(WIDGET, data).weight


def test_memory_is_bounded() -> None:
    """However many ask, the histogram weighs as much as the last thousand."""
    assert 1_000.5 > asked([0.5] * 20_000).weight


def test_stream_starts_with_less_that_can_be_answered() -> None:
    """Each class of channel has a start of its own."""
    shares = {channel: asked([], channel=channel).threshold(0.9, POLICY).share for channel in ChannelClass}

    assert shares[ChannelClass.STREAM] < shares[ChannelClass.WIDGET]  # type: ignore[operator]
