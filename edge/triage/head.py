"""One island's part of triage: the evidence that its author's examples give about a question.

There are three kinds of evidence for each snippet, and none is enough alone: a linear classifier over embeddings
(trained at publish time, signed with the island), the examples nearest in meaning, and the examples nearest in
spelling. In meaning, a snippet's title counts as one more example. It is never shown as an example.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import HeadWeights, Island
from edge.triage.about import Own
from edge.triage.message import question_of
from edge.triage.ngrams import NgramIndex
from edge.triage.spelling import Speller

Floats = NDArray[np.float32]

NEIGHBOURS = 3
"""So many of a snippet's nearest examples are averaged. One alone is noisy, and all together hide the nearest."""


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


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The evidence of an island's examples about one question. All floats are float32[snippets]."""

    log_probability: Floats
    """Log probability by the linear classifier."""
    nearest: Floats
    """Mean cosine of the `NEIGHBOURS` nearest examples. The title counts as an example here."""
    best: Floats
    """Cosine of the nearest example. The title counts as an example here, too."""
    spelling: Floats
    """Mean n-gram similarity of the `NEIGHBOURS` examples with the most similar spelling."""
    best_spelling: Floats
    """N-gram similarity of the example with the most similar spelling."""
    best_example: NDArray[np.int64]
    """int64[snippets]: index of each snippet's nearest example, without the title."""
    similarity: Floats
    """Cosine of that example."""
    words: int
    """Number of words in the question."""
    neighbourhood: NeighbourhoodStats


class Head:
    """An island's classifier, examples and indexes. Immutable. Made once for each revision, in about 6 ms."""

    def __init__(
        self,
        weights: HeadWeights,
        examples: Sequence[str],
        *,
        about: Iterable[str] = (),
        not_about: Iterable[str] = (),
        read: Callable[[str], str] = question_of,
    ) -> None:
        """`read` gives a text's normal form. A caller that makes many heads of the same examples may remember them."""
        self.encoder = weights.encoder
        self.snippets = weights.snippets
        self.examples = tuple(examples)
        classes, count = len(self.snippets), len(self.examples)
        owners = _owners(weights.example_class, count)
        rows = len(owners)
        self._weights = _array(weights.weights, "<f2", (classes, -1), "weights").astype(np.float32)
        self.dimensions: int = self._weights.shape[1]
        self._bias = _array(weights.bias, "<f4", (classes,), "bias")
        steps = _array(weights.examples, "i1", (rows, self._weights.shape[1]), "examples")
        self._vectors = steps.astype(np.float32) * _array(weights.example_scale, "<f4", (rows, 1), "example_scale")
        self.owners: tuple[int, ...] = tuple(owners[:count].tolist())
        self._example_rows = _RowsBySnippet(owners[:count], classes)
        self._all_rows = _RowsBySnippet(owners, classes)
        """With titles and sentences of answers, which have a vector but no text to compare in spelling."""
        self.neighbourhood = _neighbourhood(
            _array(weights.typical, "<f4", (classes, 2), "typical"), self._example_rows.counts
        )
        self._normal = tuple(map(read, self.examples))
        self._rows_of = _lists_by_snippet(self.owners, classes)
        self._exact = _unambiguous(self._normal, self.owners)
        self._ngrams = NgramIndex.build(self._normal)
        self.speller = Speller(self._normal)
        self.own = Own(self._normal, about, not_about)
        """What the island is about."""

    @classmethod
    def load(cls, island: Island, *, read: Callable[[str], str] = question_of) -> Self:
        """The head of `island`; `read` as in the constructor.

        Raises `RefusedError` (`METADATA_INVALID`) if its parts do not fit each other; the island is not served.
        """
        examples = [example for snippet in island.snippets for example in snippet.examples]
        about, not_about = (() if names is UNSET else names for names in (island.about, island.not_about))
        return cls(island.head, examples, about=about, not_about=not_about, read=read)

    def exact(self, normal: str) -> tuple[int, int] | None:
        """Indexes of the snippet and the example that read `normal`; None if no snippet has it, or more than one."""
        return self._exact.get(normal)

    def closest(self, normal: str, snippet: int, example: str) -> tuple[str, ...]:
        """A snippet's examples in normal form: first `example` and that with most words in common with `normal`."""
        words = set(normal.split())
        rows = self._rows_of[snippet]
        nearest = next(row for row in rows if self.examples[row] == example)
        shared = max(rows, key=lambda row: _overlap(words, self._normal[row]))
        return self._normal[nearest], self._normal[shared], *(self._normal[row] for row in rows)

    def evidence(self, normal: str, embedding: Floats) -> Evidence:
        """The evidence about a question, given in normal form and as its embedding (float32[dimensions])."""
        logits = self._weights @ embedding + self._bias
        shifted = logits - logits.max()
        cosines = self._vectors @ embedding
        nearest, best = self._all_rows.highest(cosines)
        spelling, best_spelling = self._example_rows.highest(self._ngrams.similarities(normal))
        best_example, similarity = self._example_rows.nearest(cosines)
        return Evidence(
            log_probability=shifted - np.log(np.exp(shifted).sum()),
            nearest=nearest,
            best=best,
            spelling=spelling,
            best_spelling=best_spelling,
            best_example=best_example,
            similarity=similarity,
            words=normal.count(" ") + 1,
            neighbourhood=self.neighbourhood,
        )


def _overlap(words: set[str], example: str) -> float:
    """Share of the words that two texts have in common."""
    others = example.split()
    return len(words.intersection(others)) / (len(words) + len(others))


class _RowsBySnippet:
    """Groups values by snippet. A value belongs to a row: one example or title."""

    def __init__(self, owners: NDArray[np.uint16], classes: int) -> None:
        self._rows = _rows_by_snippet(owners, classes)
        self._free = self._rows < 0
        self._snippets = np.arange(classes)
        self.counts: NDArray[np.int64] = (~self._free).sum(axis=1)
        filled = np.minimum(self.counts, NEIGHBOURS)[:, None]
        self._shares = (np.arange(NEIGHBOURS) < filled).astype(np.float32) / filled

    def highest(self, per_row: Floats) -> tuple[Floats, Floats]:
        """For each snippet the mean of its `NEIGHBOURS` highest values, and the highest: float32[snippets] each."""
        values = self._by_snippet(per_row)
        values.partition(range(values.shape[1] - NEIGHBOURS, values.shape[1]), axis=1)
        highest = values[:, : -NEIGHBOURS - 1 : -1]
        return (highest * self._shares).sum(axis=1), highest[:, 0]

    def nearest(self, per_row: Floats) -> tuple[NDArray[np.int64], Floats]:
        """For each snippet the row with the highest value, and that value."""
        values = self._by_snippet(per_row)
        column = values.argmax(axis=1)
        return self._rows[self._snippets, column], values[self._snippets, column]

    def _by_snippet(self, per_row: Floats) -> Floats:
        """float32[snippets, most rows of any snippet]. Free cells hold -1, which is below every true similarity."""
        values: Floats = per_row.take(self._rows)
        np.copyto(values, np.float32(-1), where=self._free)
        return values


def _owners(content: bytes, examples: int) -> NDArray[np.uint16]:
    """The snippet of each row: examples, then titles and sentences. Raises `RefusedError` if an example has none."""
    owners: NDArray[np.uint16] = _array(content, "<u2", (-1,), "example_class")
    if len(owners) < examples:
        raise RefusedError(
            f"island's head has classes for {len(owners)} examples, expected {examples}",
            reason=Reason.METADATA_INVALID,
        )
    return owners


def _neighbourhood(typical: Floats, counts: NDArray[np.int64]) -> NeighbourhoodStats:
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


def _lists_by_snippet(owners: Sequence[int], classes: int) -> tuple[list[int], ...]:
    """By snippet: the rows of its examples, in their order."""
    lists: tuple[list[int], ...] = tuple([] for _ in range(classes))
    for row, owner in enumerate(owners):
        lists[owner].append(row)
    return lists


def _unambiguous(normal: Sequence[str], owners: Sequence[int]) -> dict[str, tuple[int, int]]:
    """Snippet and example by normal form, without normal forms that two snippets have."""
    first_with: dict[str, tuple[int, int]] = {}
    ambiguous = set()
    for example, (text, snippet) in enumerate(zip(normal, owners, strict=True)):
        if first_with.setdefault(text, (snippet, example))[0] != snippet:
            ambiguous.add(text)
    return {text: indexes for text, indexes in first_with.items() if text and text not in ambiguous}


def _array(content: bytes, kind: str, shape: tuple[int, ...], name: str) -> NDArray[Any]:
    """`content` as an array of `shape`. Raises `RefusedError` if it has another size."""
    try:
        return np.frombuffer(content, kind).reshape(shape)
    except ValueError:
        raise RefusedError(
            f"island's head has {len(content)} bytes of {name}, expected {kind} in the shape {shape}",
            reason=Reason.METADATA_INVALID,
        ) from None
