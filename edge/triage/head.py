"""One island's part of triage: what its author's examples say about a question.

Three kinds of evidence for each snippet, none of which suffices alone: a linear classifier over embeddings (trained at
publish time, signed with the island), the examples nearest in meaning, and the examples nearest in spelling. By meaning
a snippet's title counts as one more example; it is never shown as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import HeadWeights, Island
from edge.triage.ngrams import NgramIndex
from edge.triage.spelling import Speller
from edge.triage.text import normalise

Floats = NDArray[np.float32]

NEIGHBOURS = 3
"""How many of a snippet's examples speak for it: one is noise, the mean of all blurs what an author collected."""


@dataclass(frozen=True, kw_only=True)
class NeighbourhoodStats:
    """How an island's examples lie to each other: what a question's similarity is measured against."""

    own: Floats
    """float32[snippets]: mean cosine of a snippet's examples to the nearest of its others."""
    other: Floats
    """float32[snippets]: the same to the nearest examples of all other snippets."""
    examples: Floats
    """float32[snippets]: how many examples each has."""
    island_own: float
    """`own` over all the island's examples."""
    island_other: float
    """`other` over all the island's examples."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What an island's examples say about one question; the first five arrays are float32[snippets]."""

    log_probability: Floats
    """Of the linear classifier."""
    nearest: Floats
    """Mean cosine of the nearest examples, the title among them."""
    best: Floats
    """Cosine of the very nearest of these."""
    spelling: Floats
    """Mean n-gram similarity of the examples spelt most alike."""
    best_spelling: Floats
    """N-gram similarity of the example spelt most alike."""
    best_example: NDArray[np.int64]
    """int64[snippets]: place of each snippet's very nearest example."""
    similarity: Floats
    """Cosine of that example."""
    words: int
    """How many words the question has."""
    neighbourhood: NeighbourhoodStats


class Head:
    """An island's classifier, examples and indexes. Immutable; made once per island revision, in about 6 ms."""

    def __init__(self, weights: HeadWeights, examples: Sequence[str]) -> None:
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
        self._written = _Places(owners[:count], classes)
        self._meant = _Places(owners, classes)
        self.neighbourhood = _neighbourhood(
            _array(weights.typical, "<f4", (classes, 2), "typical"), self._written.counts
        )
        normal = [normalise(example) for example in self.examples]
        self._exact = _unambiguous(normal, self.owners)
        self._ngrams = NgramIndex.build(normal)
        self.speller = Speller(normal)

    @classmethod
    def load(cls, island: Island) -> Self:
        """The head that travels in `island`; raises `RefusedError` when its parts do not fit each other."""
        examples = [example for snippet in island.snippets for example in snippet.examples]
        return cls(island.head, examples)

    def exact(self, normal: str) -> tuple[int, int] | None:
        """Snippet and example that read just like `normal`, unless two snippets claim it."""
        return self._exact.get(normal)

    def evidence(self, normal: str, embedding: Floats) -> Evidence:
        """What the examples say about a question, given in normal form and as its embedding."""
        logits = self._weights @ embedding + self._bias
        shifted = logits - logits.max()
        cosines = self._vectors @ embedding
        nearest, best = self._meant.highest(cosines)
        spelling, best_spelling = self._written.highest(self._ngrams.similarities(normal))
        best_example, similarity = self._written.nearest(cosines)
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


class _Places:
    """Where each snippet's rows stand among all rows, to look at a value per row snippet by snippet."""

    def __init__(self, owners: NDArray[np.uint16], classes: int) -> None:
        self._places = _places(owners, classes)
        self.counts: NDArray[np.int64] = (self._places >= 0).sum(axis=1)
        filled = np.minimum(self.counts, NEIGHBOURS)[:, None]
        self._shares = (np.arange(NEIGHBOURS) < filled).astype(np.float32) / filled

    def highest(self, per_row: Floats) -> tuple[Floats, Floats]:
        """Of each snippet, the mean of its `NEIGHBOURS` highest values, and the highest: float32[snippets] each."""
        highest = -np.sort(-self._by_snippet(per_row), axis=1)[:, :NEIGHBOURS]
        return (highest * self._shares).sum(axis=1), highest[:, 0]

    def nearest(self, per_row: Floats) -> tuple[NDArray[np.int64], Floats]:
        """Of each snippet, the row with the highest value, and that value."""
        values = self._by_snippet(per_row)
        column = values.argmax(axis=1)
        snippets = np.arange(len(values))
        return self._places[snippets, column], values[snippets, column]

    def _by_snippet(self, per_row: Floats) -> Floats:
        """float32[snippets, most rows of any snippet]; -1, less than any true similarity, where there is none."""
        return np.where(self._places >= 0, per_row[self._places], np.float32(-1))


def _owners(content: bytes, examples: int) -> NDArray[np.uint16]:
    """Whose each row is: the examples' rows first, the titles' after them."""
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


def _places(example_class: NDArray[np.uint16], classes: int) -> NDArray[np.int64]:
    """int64[classes, most rows of any class]: each class's rows by their place, -1 where there are fewer."""
    counts = np.bincount(example_class, minlength=classes)
    if len(counts) > classes or not counts.all():
        raise RefusedError(
            "island's head has a snippet without examples, expected at least one for each",
            reason=Reason.METADATA_INVALID,
        )
    order = np.argsort(example_class, kind="stable")
    places = np.full((classes, max(NEIGHBOURS, counts.max())), -1, np.int64)
    column = np.arange(len(order)) - np.repeat(np.cumsum(counts) - counts, counts)
    places[example_class[order], column] = order
    return places


def _unambiguous(normal: Sequence[str], owners: Sequence[int]) -> dict[str, tuple[int, int]]:
    """Snippet and example by normal form, without those that two snippets claim."""
    found: dict[str, tuple[int, int]] = {}
    claimed_twice = set()
    for example, (text, snippet) in enumerate(zip(normal, owners, strict=True)):
        if found.setdefault(text, (snippet, example))[0] != snippet:
            claimed_twice.add(text)
    return {text: place for text, place in found.items() if text and text not in claimed_twice}


def _array(content: bytes, kind: str, shape: tuple[int, ...], name: str) -> NDArray[Any]:
    """`content` as an array of `shape`; raises `RefusedError` when it is another size."""
    try:
        return np.frombuffer(content, kind).reshape(shape)
    except ValueError:
        raise RefusedError(
            f"island's head has {len(content)} bytes of {name}, expected {kind} in the shape {shape}",
            reason=Reason.METADATA_INVALID,
        ) from None
