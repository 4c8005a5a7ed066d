"""One client cannot move a threshold: by asking often, by choosing what it asks, or by waiting for restarts."""

import itertools
from collections.abc import Callable, Iterator
from random import Random

import pytest

from edge.decide.policy import ChannelClass
from edge.decide.threshold import ONE_CLIENT_BOUND, Traffic
from edge.limits import AskerName
from edge.records import PromisePolicy

NOW = 1_796_000_000.0
EVENT_S = 21_000.0
"""The client asks all this time. It is a little less than six hours, after which it counts once more."""
QUESTIONS = 10_000
POLICY = PromisePolicy(floor=0.6)
SALT = b"of this PoP"
CLIENT = AskerName("session of the client")


def usual(rng: Random) -> float:
    """The confidence in a question of another asker: most are surely known or surely unknown."""
    return rng.betavariate(0.5, 0.5)


def used_before() -> bytes:
    """The traffic of an event earlier today."""
    traffic, rng = Traffic(ChannelClass.WIDGET, salt=SALT), Random(3)
    for number in range(800):
        traffic.count(usual(rng), AskerName(f"earlier {number}"), NOW - 30_000)
    return traffic.to_bytes(NOW)


KEPT = {"empty": b"", "used": used_before()}

CHOSEN: dict[str, Callable[[float], Iterator[float]]] = {
    "equal and sure": lambda _: itertools.repeat(0.999),
    "equal and hopeless": lambda _: itertools.repeat(0.0),
    "just below the threshold": lambda threshold: itertools.repeat(threshold - 0.006),
    "just above the threshold": lambda threshold: itertools.repeat(threshold + 0.001),
    "sure and unsure by turns": lambda _: itertools.cycle((0.999, 0.61)),
}


def play(
    kept: bytes, others: int, promise: float, confidences: Iterator[float] | None, *, restarts: int
) -> tuple[float, float]:
    """The threshold in force after an event, and the weight of its traffic; None: the client asks nothing."""
    traffic, rng = Traffic(ChannelClass.WIDGET, kept, salt=SALT), Random(7)
    traffic.threshold(promise, POLICY, NOW)
    moments = [(rng.uniform(0, EVENT_S), number) for number in range(others)]
    if confidences is not None:
        moments += [(number * EVENT_S / QUESTIONS, -1) for number in range(QUESTIONS)]
    for place in range(restarts):
        moments.append(((place + 0.5) * EVENT_S / restarts, -2))
    other = Random(11)
    asked = {number: usual(other) for number in range(others)}
    for at, number in sorted(moments):
        if number >= 0:
            traffic.count(asked[number], AskerName(f"other {number}"), NOW + at)
        elif number == -2:
            traffic = Traffic(ChannelClass.WIDGET, traffic.to_bytes(NOW + at), salt=SALT)
        elif confidences is not None:
            traffic.count(next(confidences), CLIENT, NOW + at)
    # Another process, so that nothing depends on when the threshold was last computed.
    after = Traffic(ChannelClass.WIDGET, traffic.to_bytes(NOW + EVENT_S), salt=SALT)
    return after.threshold(promise, POLICY, NOW + EVENT_S).confidence, traffic.weight


@pytest.mark.parametrize("restarts", [0, 50])
@pytest.mark.parametrize("chosen", CHOSEN.values(), ids=CHOSEN)
@pytest.mark.parametrize("kept", KEPT.values(), ids=KEPT)
def test_one_client_moves_it_by_less_than_the_bound(
    kept: bytes, chosen: Callable[[float], Iterator[float]], restarts: int
) -> None:
    """Ten thousand questions, with each promise, and however many others ask."""
    for promise, others in itertools.product((0.8, 0.9, 0.95), (0, 30, 100)):
        without, weight = play(kept, others, promise, None, restarts=restarts)
        with_client, weight_with = play(kept, others, promise, chosen(without), restarts=restarts)

        assert abs(with_client - without) <= ONE_CLIENT_BOUND, (promise, others)
        assert 1.01 >= weight_with - weight, (promise, others)


def test_client_counts_again_after_six_hours() -> None:
    """Else a viewer of a long event would count once for ever."""
    traffic = Traffic(ChannelClass.WIDGET, salt=SALT)
    for hours in (0, 5, 6.01):
        traffic.count(0.5, CLIENT, NOW + hours * 3_600)

    assert 1.8 == pytest.approx(traffic.weight, abs=0.05)


def test_what_is_kept_names_nobody() -> None:
    """The same asker has another digest under another salt, and no name is in the bytes."""
    kept = []
    for salt in (b"one", b"another"):
        traffic = Traffic(ChannelClass.WIDGET, salt=salt)
        traffic.count(0.5, CLIENT, NOW)
        kept.append(traffic.to_bytes(NOW))

    assert kept[0][:808] == kept[1][:808]
    assert kept[0] != kept[1]
    assert CLIENT.name.encode() not in kept[0] + kept[1]
