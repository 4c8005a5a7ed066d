"""The evidence that an island's examples give about one question, and where the values of its examples stand.

A value belongs to a row: one example, title or sentence of an answer. Each snippet has its own rows.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NEIGHBOURS = 3
"""So many of a snippet's nearest examples are averaged. One alone is noisy, and all together hide the nearest."""

_SUM = np.add.reduce
"""What an array's method calls in the end."""

KINDS_OF_EVIDENCE = 5
"""Rows of `Evidence.kinds`."""


@dataclass(frozen=True, kw_only=True)
class NeighbourhoodStats:
    """How similar an island's examples are to each other. A question's similarity is compared with this."""

    own: Floats
    """float32[snippets]: mean cosine of each example to the nearest other examples of the same snippet."""
    other: Floats
    """float32[snippets]: mean cosine of each example to the nearest examples of all other snippets."""
    examples: Floats
    """float32[snippets]: number of examples."""
    island_own: float
    """Mean of `own` over all the island's examples."""
    island_other: float
    """Mean of `other` over all the island's examples."""

    @cached_property
    def total(self) -> float:
        """Number of all examples."""
        return float(self.examples.sum())

    @cached_property
    def rounded_own(self) -> float:
        """`island_own` as float32 has it: cosines are compared in the precision that they have."""
        return float(np.float32(self.island_own))


class Evidence(NamedTuple):
    """The evidence of an island's examples about one question."""

    kinds: Doubles
    """float64[`KINDS_OF_EVIDENCE`, snippets], in this order:

    * log probability by the linear classifier;
    * mean cosine of the `NEIGHBOURS` nearest examples. The title counts as an example here;
    * cosine of the nearest example. The title counts as an example here, too;
    * mean n-gram similarity of the `NEIGHBOURS` examples with the most similar spelling;
    * n-gram similarity of the example with the most similar spelling.
    """
    cosines: Floats
    """float32[rows]: cosine of each row; examples come first."""
    words: int
    """Number of words in the question."""
    neighbourhood: NeighbourhoodStats

    @property
    def log_probability(self) -> Doubles:
        """Log probability by the linear classifier."""
        row: Doubles = self.kinds[0]
        return row

    @property
    def nearest(self) -> Doubles:
        """Mean cosine of the `NEIGHBOURS` nearest examples and title."""
        row: Doubles = self.kinds[1]
        return row

    @property
    def best(self) -> Doubles:
        """Cosine of the nearest example or title."""
        row: Doubles = self.kinds[2]
        return row

    @property
    def spelling(self) -> Doubles:
        """Mean n-gram similarity of the `NEIGHBOURS` examples with the most similar spelling."""
        row: Doubles = self.kinds[3]
        return row

    @property
    def best_spelling(self) -> Doubles:
        """N-gram similarity of the example with the most similar spelling."""
        row: Doubles = self.kinds[4]
        return row


class RowsBySnippet:
    """Groups values by snippet: cosines of all rows, and similarities in spelling of the examples among them.

    Both are grouped in the same steps, because small steps of numpy take about as long as larger ones.
    """

    def __init__(self, owners: NDArray[np.uint16], examples: int, classes: int) -> None:
        """`owners`: the snippet of each row; the first `examples` rows are examples.

        Raises `RefusedError` (`METADATA_INVALID`) if a snippet has no example.
        """
        self._all, self._places, self._classes = len(owners), len(owners) + examples + 1, classes
        # Below the rows of a snippet come those of its examples alone, as of a further snippet.
        twice = np.concatenate((owners.astype(np.int64), owners[:examples] + np.int64(classes)))
        counts = np.bincount(twice, minlength=2 * classes)
        if owners.max(initial=0) >= classes or not counts.all():
            raise RefusedError(
                "island's head has a snippet without examples, expected at least one for each",
                reason=Reason.METADATA_INVALID,
            )
        ends = np.add.accumulate(counts)
        order = twice.argsort(kind="stable")
        # A free cell takes the last value.
        self._cells = np.full((2 * classes, max(NEIGHBOURS, int(counts.max()))), self._places - 1, np.int64)
        self._cells[twice[order], np.arange(len(order)) - (ends - counts).repeat(counts)] = order
        filled = np.minimum(counts, NEIGHBOURS)[:, None]
        self._shares = (np.arange(NEIGHBOURS) < filled) / filled
        self.counts: NDArray[np.int64] = counts[classes:]
        rows, bounds = (order - self._all).tolist(), (ends - counts)[classes:].tolist()
        self.lists = tuple(rows[start:stop] for start, stop in pairwise([*bounds, len(rows)]))
        """By snippet: the rows of its examples, in their order."""

    def new_values(self) -> tuple[Floats, Floats, Floats]:
        """Values to be filled in: all of them, and in these the cosines and the similarities in spelling."""
        values = np.empty(self._places, np.float32)
        # Free cells are below every true similarity.
        values[-1] = -1
        return values, values[: self._all], values[self._all : -1]

    def put_highest(self, values: Floats, kinds: Doubles) -> None:
        """Into the last four kinds of evidence: the mean of `NEIGHBOURS` highest values, and the highest, of each."""
        by_snippet = values.take(self._cells)
        by_snippet.sort(axis=1)
        highest = by_snippet[:, : -NEIGHBOURS - 1 : -1]
        kinds[1::2] = _SUM(highest * self._shares, axis=1).reshape(2, self._classes)
        kinds[2::2] = highest[:, 0].reshape(2, self._classes)

    def nearest(self, cosines: Floats, snippet: int) -> int:
        """The example of a snippet with the highest cosine: its row."""
        nearest: int = max(self.lists[snippet], key=cosines.item)
        return nearest


def neighbourhood_of(typical: Floats, counts: NDArray[np.int64]) -> NeighbourhoodStats:
    """How similar examples are. `typical`: float32[snippets, 2], as in a head; `counts`: examples of each snippet."""
    island_own, island_other = (counts @ typical / counts.sum()).tolist()
    return NeighbourhoodStats(
        own=typical[:, 0],
        other=typical[:, 1],
        examples=counts.astype(np.float32),
        island_own=island_own,
        island_other=island_other,
    )
