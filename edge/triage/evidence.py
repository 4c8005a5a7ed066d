"""The evidence that an island's examples give about one question, and where the values of its examples stand.

A value belongs to a row: one example, title or sentence of an answer. Each snippet has its own rows.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

NEIGHBOURS = 3
"""So many of a snippet's nearest examples are averaged. One alone is noisy, and all together hide the nearest."""

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


@dataclass(frozen=True, kw_only=True)
class Evidence:
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
        all_rows, example_rows = _rows_by_snippet(owners, classes), _rows_by_snippet(owners[:examples], classes)
        self._all, self._places, self._classes = len(owners), len(owners) + examples + 1, classes
        width = max(all_rows.shape[1], example_rows.shape[1])
        self._cells = np.full((2 * classes, width), -1, np.int64)
        self._cells[:classes, : all_rows.shape[1]] = all_rows
        self._cells[classes:, : example_rows.shape[1]] = np.where(example_rows < 0, -1, example_rows + self._all)
        filled = np.minimum((self._cells >= 0).sum(axis=1), NEIGHBOURS)[:, None]
        self._shares = (np.arange(NEIGHBOURS) < filled) / filled
        # A free cell takes the last value.
        self._cells[self._cells < 0] = self._places - 1
        self.counts: NDArray[np.int64] = (example_rows >= 0).sum(axis=1)
        self.lists = tuple([row for row in rows if row >= 0] for rows in example_rows.tolist())
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
        kinds[1::2] = (highest * self._shares).sum(axis=1).reshape(2, self._classes)
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


def _rows_by_snippet(example_class: NDArray[np.uint16], classes: int) -> NDArray[np.int64]:
    """int64[classes, most rows of any class]: the indexes of each class's rows; -1 in the cells that are left."""
    counts = np.bincount(example_class, minlength=classes)
    if len(counts) > classes or not counts.all():
        raise RefusedError(
            "island's head has a snippet without examples, expected at least one for each",
            reason=Reason.METADATA_INVALID,
        )
    order = np.argsort(example_class, kind="stable")
    rows = np.full((classes, max(NEIGHBOURS, counts.max())), -1, np.int64)
    column = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    rows[example_class[order], column] = order
    return rows
