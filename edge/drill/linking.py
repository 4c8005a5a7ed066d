"""Pairs the people of two events, one to one: by values that both have, or by the order in which they came. Pure.

The rarer a value, the more it says: shared by `a` of one event and `b` of the other, it counts `log(n / max(a, b))`.
A pair's rarest value decides, and the sum of all between equals: many common words are no name.
"""

import math
import random
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple, TypeVar

from edge.drill.traces import Trace

MAX_SHARERS = 900
"""Pairs of people that one value may stand for. What more people share says next to nothing, and takes long."""

P = TypeVar("P")


class NamedPair(NamedTuple):
    """Two people whom the thief takes for one: their places among those of each event."""

    first: int
    second: int
    by: Trace | None
    """The rarest value that both have; None if they were paired by order."""


def pair_by_values(
    first: Sequence[Collection[Trace]], second: Sequence[Collection[Trace]], *, people: int, chance: random.Random
) -> list[NamedPair]:
    """The pairs that share most, one to one. `people`: how many there are at an event. Ties are drawn by `chance`."""
    weights: dict[tuple[int, int], float] = defaultdict(float)
    best: dict[tuple[int, int], tuple[float, Trace]] = {}
    theirs = _sharers(second)
    for trace, ours in _sharers(first).items():
        others = theirs.get(trace, ())
        if not others or len(ours) * len(others) > MAX_SHARERS:
            continue
        weight = math.log(max(people, 2) / max(len(ours), len(others)))
        for pair in ((one, other) for one in ours for other in others):
            weights[pair] += weight
            if weight > best.get(pair, (0.0,))[0]:
                best[pair] = (weight, trace)
    ordered = sorted(best, key=lambda pair: (-best[pair][0], -weights[pair], chance.random()))
    return [NamedPair(*pair, best[pair][1]) for pair in _one_to_one(ordered)]


def pair_by_order(first: Mapping[int, int], second: Mapping[int, int]) -> list[NamedPair]:
    """Who came n-th with who came n-th. By person: the moment when she was first seen."""
    return [
        NamedPair(one, other, None)
        for one, other in zip(
            sorted(first, key=first.__getitem__), sorted(second, key=second.__getitem__), strict=False
        )
    ]


def _sharers(people: Sequence[Collection[Trace]]) -> dict[Trace, list[int]]:
    sharers: dict[Trace, list[int]] = defaultdict(list)
    for place, traces in enumerate(people):
        for trace in traces:
            sharers[trace].append(place)
    return sharers


def _one_to_one(ordered: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    ours: set[int] = set()
    others: set[int] = set()
    taken = []
    for one, other in ordered:
        if one not in ours and other not in others:
            ours.add(one)
            others.add(other)
            taken.append((one, other))
    return taken
