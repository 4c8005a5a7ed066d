"""`edge.drill.scoring`: what was linked is compared with guessing."""

import itertools
import math
import random
import struct
from collections.abc import Callable

import pytest

from edge.drill import (
    Attendance,
    FileRecord,
    LinkFinding,
    NamedPair,
    Traces,
    Way,
    guessing_bound,
    packed_words,
    pair_by_order,
    pair_by_values,
    score,
)

LAUNCH, FINALE = "acme/launch", "acme/finale"
PAIRS = {"events": [(LAUNCH, FINALE)]}
PEOPLE = 100

Draw = Callable[[random.Random, int], str]


def chance_of(right: int, named: int, chance: float) -> float:
    """The binomial probability, by way of logarithms."""
    ways = math.lgamma(named + 1) - math.lgamma(right + 1) - math.lgamma(named - right + 1)
    return math.exp(ways + right * math.log(chance) + (named - right) * math.log1p(-chance))


@pytest.mark.parametrize("named", [0, 1, 5, 300, 600, 4_000])
@pytest.mark.parametrize("confidence", [0.999, 0.99998])
@pytest.mark.parametrize("people", [40, 300])
def test_bound_is_binomial(named: int, confidence: float, people: int) -> None:
    """The smallest number that guessing exceeds with at most the rest of the confidence."""
    sums = itertools.accumulate(chance_of(right, named, 1 / people) for right in range(named + 1))
    expected = next(right for right, total in enumerate(sums) if total >= confidence)

    assert expected == guessing_bound(named, 1 / people, confidence=confidence)


def traces_by(draw: Draw, *, way: Way, seed: int, share: float = 1.0) -> Traces:
    """Two events of the same viewers, of whom `share` have in one store what `draw` gives."""
    chance = random.Random(seed)
    return {
        Attendance(viewer, event): {"store": {(way, draw(chance, viewer)): "table.column"}}
        for event in (LAUNCH, FINALE)
        for viewer in range(PEOPLE)
        if chance.random() < share
    }


def found_in(traces: Traces, seed: int = 1) -> dict[tuple[str, Way], LinkFinding]:
    """The findings by store and way."""
    return {(one.store, one.way): one for one in score(traces, {}, PAIRS, people=PEOPLE, seed=seed)}


@pytest.mark.parametrize("way", [Way.PSEUDONYM, Way.ID, Way.ADDRESS, Way.TEXT, Way.TIME, Way.OTHER])
def test_what_stays_the_same_leaks_by_its_way(way: Way) -> None:
    """With the store, and the field that has it."""
    found = found_in(traces_by(lambda _chance, viewer: str(viewer), way=way, seed=1))

    row = found["store", way]
    assert row.is_leak
    assert (PEOPLE, PEOPLE, ("table.column",)) == (row.named, row.right, row.fields)
    assert found["store", Way.ALL].is_leak
    assert ("store: table.column",) == found["every store", way].fields


def test_leak_about_few_is_found() -> None:
    """Four of a hundred whose address was kept: nobody guesses that."""
    traces = traces_by(lambda _chance, viewer: str(viewer), way=Way.ADDRESS, seed=3, share=0.2)
    row = found_in(traces)["store", Way.ADDRESS]

    assert 2 <= row.named <= 8
    assert row.is_leak


def test_same_order_leaks() -> None:
    """Who comes first everywhere is known by that."""
    traces = traces_by(lambda _chance, viewer: str(10**15 + viewer * 7), way=Way.TIME, seed=1)
    for person, stores in traces.items():
        stores["store"] = {
            (way, str(int(value) + (10**9 if person.event == FINALE else 0))): field
            for (way, value), field in stores["store"].items()
        }

    assert {Way.ORDER} == {way for (_, way), row in found_in(traces).items() if row.is_leak}


def test_what_is_drawn_for_each_event_is_no_leak() -> None:
    """In none of 200 drills: texts from a list of 30, and moments."""
    draws: dict[Way, Draw] = {
        Way.TEXT: lambda chance, _viewer: f"question {chance.randrange(30)}",
        Way.TIME: lambda chance, _viewer: str(10**15 + chance.randrange(10**9)),
    }
    leaks = [
        (way, seed)
        for way, draw in draws.items()
        for seed in range(100)
        if any(row.is_leak for row in found_in(traces_by(draw, way=way, seed=seed), seed).values())
    ]

    assert [] == leaks


def test_guesses_are_independent_of_the_order_in_which_people_are_known() -> None:
    """All have the same text: who is first in both lists must not be paired more often than by chance."""
    traces = traces_by(lambda _chance, viewer: f"question {viewer % 20}x{0}", way=Way.TEXT, seed=1)
    same = {person: {"store": {(Way.TEXT, "one question"): "text"}} for person in list(traces) if person.viewer < 20}
    right = sum(found_in(same, seed)["store", Way.TEXT].right for seed in range(100))

    assert 60 <= right <= 140


def test_rarest_value_decides() -> None:
    """Many common words do not hide one name."""
    common = [(Way.TEXT, f"word{number}") for number in range(30)]
    first = [[(Way.PSEUDONYM, "ann"), *common], [(Way.PSEUDONYM, "ben"), *common]]
    second = [common, [(Way.PSEUDONYM, "ann")], [(Way.PSEUDONYM, "ben")]]
    named = pair_by_values(first, second, people=3, chance=random.Random(1))

    assert {(0, 1), (1, 2)} == {(pair.first, pair.second) for pair in named}


def test_order_pairs_the_nth_with_the_nth() -> None:
    """Those who are missing at one event shift the others, as they would for a thief."""
    assert [NamedPair(1, 4, None), NamedPair(0, 3, None)] == pair_by_order({0: 20, 1: 10}, {3: 9, 4: 8, 5: 30})


@pytest.mark.parametrize(("is_kept", "shared"), [(True, 30), (False, 0)])
def test_words_that_two_arrays_share_leak(is_kept: bool, shared: int) -> None:
    """Digests in an array; counts, times and fractions in it say nothing."""
    chance = random.Random(5)
    digests = [chance.randrange(0xE0000000, 0xF0000000) for _ in range(30)]

    def array(event: str) -> FileRecord:
        mine = digests if is_kept else [chance.randrange(0xE0000000, 0xF0000000) for _ in range(30)]
        plain = struct.pack("<3I2f", 7, 1_795_801_624, 0, 0.25, 3.0)
        return FileRecord("pop/traffic", ((f"islands.{event}.chat", (plain + struct.pack("<30I", *mine)).hex()),))

    packed = packed_words([array(LAUNCH), array(FINALE)], [LAUNCH, FINALE])
    (row,) = score({}, packed, PAIRS, people=PEOPLE, seed=1)

    assert (Way.PACKED, 30, shared, is_kept) == (row.way, row.named, row.right, row.is_leak)
    assert ("islands.EVENT.chat",) == row.fields
