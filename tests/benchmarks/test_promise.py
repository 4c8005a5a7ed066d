"""`benchmarks.promise`: what the table of the promise says of islands whose questions are known."""

from random import Random

import pytest

from benchmarks.promise.promise import Counts, Judged, calibration_error, histograms, once, play, rows, wilson_upper
from edge.decide.threshold import Starts
from edge.records import PromisePolicy

SURE = Judged((0.97, 0.01, 0.01), 0, in_scope=True)
DOUBTFUL = Judged((0.5, 0.15, 0.1), 1, in_scope=True)
STRANGE = Judged((0.05, 0.02, 0.01), -1, in_scope=False)
STARTS = Starts.of((0.0,) * 19 + (1.0,), (1.0,) + (0.0,) * 19)

ONCE = {
    "sure enough and right": (SURE, 0.9, Counts(asked=1, answered=1, right=1, in_scope=1)),
    "offered as one of three, and right": (DOUBTFUL, 0.9, Counts(asked=1, tapped=1, in_scope=1)),
    "answered wrongly, so nothing is offered": (DOUBTFUL, 0.5, Counts(asked=1, answered=1, in_scope=1)),
    "too unlikely to offer": (STRANGE, 0.9, Counts(asked=1, out=1)),
    "offered in vain": (
        Judged((0.6, 0.2, 0.0), -1, in_scope=False),
        0.9,
        Counts(asked=1, out=1, out_offered=1),
    ),
    "answered though nothing answers it": (
        Judged((0.95, 0.0, 0.0), -1, in_scope=False),
        0.9,
        Counts(asked=1, answered=1, out=1, out_answered=1),
    ),
    "right, but not among those that are shown": (
        Judged((0.5, 0.25, 0.2), 2, in_scope=True),
        0.9,
        Counts(asked=1, in_scope=1),
    ),
}


@pytest.mark.parametrize(("question", "bar", "expected"), ONCE.values(), ids=ONCE)
def test_one_question(question: Judged, bar: float, expected: Counts) -> None:
    """Answered, offered, or neither."""
    assert expected == once(question, bar)


@pytest.mark.parametrize(
    ("right", "asked", "expected"), [(0, 0, 1.0), (10, 10, 1.0), (80, 100, 0.8577), (85, 100, 0.8995)]
)
def test_wilson_bound(right: int, asked: int, expected: float) -> None:
    """Source: the formula of Wilson (1927) with z = 1.6449, by hand."""
    assert expected == pytest.approx(wilson_upper(right, asked), abs=0.001)


def test_error_of_calibration_is_of_bins_of_equal_mass() -> None:
    """Half a confidence too high in one of fifteen bins of equally many questions."""
    sure = [[Judged((0.99,), 0, in_scope=True)] * 140, [Judged((0.4,), 0, in_scope=True)] * 10]

    assert (0.01 * 140 + 0.6 * 10) / 150 == pytest.approx(calibration_error(sure))


def test_threshold_follows_only_where_the_mean_is_promised() -> None:
    """Most is surely known, so what is a little less sure is answered as well."""
    island = [SURE] * 95 + [Judged((0.8, 0.1, 0.05), 0, in_scope=True)] * 5
    each, mean = (play(island, Random(1), policy, STARTS) for policy in (None, PromisePolicy()))

    assert (95, 100) == (each.answered, mean.answered)


def test_starts_are_of_the_other_sets() -> None:
    """The judged set's own confidences are in no histogram that it starts from; each other set counts the same."""
    of = {"clinc150": [[SURE, STRANGE]], "banking77": [[DOUBTFUL] * 9 + [SURE]], "hwu64": [[SURE] * 3 + [STRANGE]]}
    right, others = histograms([of["clinc150"], of["hwu64"]])

    assert (1.0, 1.0) == (right[19], others[1])
    assert [("clinc150", "each"), ("clinc150", "mean")] == [
        tuple(line.split(" | ")[:2])
        for line in (row.removeprefix("| ") for row in rows({"clinc150": of["clinc150"]}, of))
    ]
