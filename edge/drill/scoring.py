"""How many pairs are right, by store and way, and how many are when the thief only guesses. Pure.

Each pair that is named is right by chance with probability 1/people. The upper bound of guessing is binomial, and it is
shared out among all rows of a drill: one that keeps nothing has a row above its bound in one drill of 1,000.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from edge.drill.linking import NamedPair, pair_by_order, pair_by_values
from edge.drill.packed import Packed, SharedWords, shared_words
from edge.drill.people import Attendance, Traces
from edge.drill.traces import Trace, Way

CONFIDENCE = 0.999
EVERY_STORE = "every store"
FIELDS_SHOWN = 3

_BY_VALUES = (Way.PSEUDONYM, Way.ID, Way.ADDRESS, Way.TEXT, Way.TIME, Way.OTHER)


class LinkFinding(NamedTuple):
    """What one way of linking found in one store."""

    store: str
    way: Way
    across: str
    """What the pairs are across: `events` of one tenant, or `tenants`."""
    named: int
    """Pairs that the thief named."""
    right: int
    bound: int
    """The most that guessing gets right."""
    fields: tuple[str, ...]
    """Where the values of right pairs are, the most frequent first."""

    @property
    def is_leak(self) -> bool:
        """True if more pairs are right than guessing explains."""
        return self.right > self.bound


def guessing_bound(named: int, chance: float, *, confidence: float) -> int:
    """The smallest `k` so that `named` guesses, each right with this chance, have at most `k` right with `confidence`.

    >>> guessing_bound(600, 1 / 300, confidence=0.999)
    8
    """
    # The sum up to `k` is taken in the order in which it grows, so that the rest is not lost in rounding.
    total, probability = 0.0, (1.0 - chance) ** named
    for right in range(named):
        total += probability
        if total >= confidence:
            return right
        probability *= (named - right) / (right + 1) * chance / (1.0 - chance)
    return named


def score(
    traces: Traces, packed: Packed, pairs: Mapping[str, Sequence[tuple[str, str]]], *, people: int, seed: int
) -> list[LinkFinding]:
    """All findings with at least one pair named. `pairs`: of events, by what they are across. `people`: at each event.

    The thief sees the people of an event in an order that says nothing: it is drawn by `seed`.
    """
    thief = _Thief(traces, people, random.Random(seed))  # noqa: S311 - a drill is repeated by its seed
    found = [
        row
        for across, named in pairs.items()
        for store in (*thief.stores, EVERY_STORE)
        for way in (*_BY_VALUES, Way.ALL, Way.ORDER)
        if (row := thief.link(store, way, across, named)).named
    ]
    arrays = [(across, row) for across, named in pairs.items() for row in shared_words(packed, named)]
    confidence = 1.0 - (1.0 - CONFIDENCE) / max(len(found) + len(arrays), 1)
    return [
        *(row._replace(bound=guessing_bound(row.named, 1 / people, confidence=confidence)) for row in found),
        *(_of_arrays(across, row, confidence) for across, row in arrays),
    ]


def _of_arrays(across: str, row: SharedWords, confidence: float) -> LinkFinding:
    bound = guessing_bound(row.first, row.chance, confidence=confidence)
    return LinkFinding(row.store, Way.PACKED, across, row.first, row.shared, bound, (row.field,))


class _Thief:
    """What the thief has read of all people, and how it links them."""

    def __init__(self, traces: Traces, people: int, chance: random.Random) -> None:
        self._traces, self._people, self._chance = traces, people, chance
        self._seen: dict[tuple[str, str], _Seen] = {}
        self.stores = sorted({store for of_stores in traces.values() for store in of_stores})

    def link(self, store: str, way: Way, across: str, pairs: Iterable[tuple[str, str]]) -> LinkFinding:
        """What this way finds in one store. The bound is not known yet: it depends on how many ways there are."""
        named, right, fields = 0, 0, Counter[str]()
        for events in pairs:
            first, second = (self._people_of(event, store) for event in events)
            for pair in self._pairs(first, second, way):
                (one, here), (other, there) = first[pair.first], second[pair.second]
                named += 1
                if one.viewer == other.viewer:
                    right += 1
                    fields.update({here[pair.by], there[pair.by]} if pair.by is not None else ())
        return LinkFinding(
            store, way, across, named, right, 0, tuple(field for field, _ in fields.most_common(FIELDS_SHOWN))
        )

    def _pairs(self, first: "_Seen", second: "_Seen", way: Way) -> list[NamedPair]:
        if way is Way.ORDER:
            return pair_by_order(_first_moments(first), _first_moments(second))
        ours, others = (
            [[trace for trace in kept if way in (Way.ALL, trace[0])] for _, kept in side] for side in (first, second)
        )
        return pair_by_values(ours, others, people=self._people, chance=self._chance)

    def _people_of(self, event: str, store: str) -> "_Seen":
        """Those of one event of whom a store has anything, in an order that is drawn."""
        if (event, store) not in self._seen:
            theirs = [(person, stores) for person, stores in sorted(self._traces.items()) if person.event == event]
            if store == EVERY_STORE:
                seen = [(person, _together(stores)) for person, stores in theirs]
            else:
                seen = [(person, stores[store]) for person, stores in theirs if store in stores]
            self._chance.shuffle(seen)
            self._seen[event, store] = seen
        return self._seen[event, store]


_Seen = list[tuple[Attendance, dict[Trace, str]]]


def _together(stores: Mapping[str, Mapping[Trace, str]]) -> dict[Trace, str]:
    return {trace: f"{store}: {field}" for store, kept in stores.items() for trace, field in kept.items()}


def _first_moments(seen: _Seen) -> dict[int, int]:
    """By place: the first moment that is known of a person."""
    moments = ((place, [int(value) for way, value in kept if way is Way.TIME]) for place, (_, kept) in enumerate(seen))
    return {place: min(known) for place, known in moments if known}
