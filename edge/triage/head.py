"""One island's part of triage: the evidence that its author's examples give about a question.

There are three kinds of evidence for each snippet, and none is enough alone: a linear classifier over embeddings
(trained at publish time, signed with the island), the examples nearest in meaning, and the examples nearest in
spelling. In meaning, a snippet's title counts as one more example. It is never shown as an example.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain
from sys import intern
from typing import Any, NamedTuple, Self

import numpy as np
from msgspec import UNSET
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.records import Candidate, HeadWeights, Island
from edge.triage.about import Own
from edge.triage.evidence import KINDS_OF_EVIDENCE, Evidence, RowsBySnippet, neighbourhood_of
from edge.triage.message import question_of
from edge.triage.ngrams import NgramIndex
from edge.triage.spelling import Speller

Floats = NDArray[np.float32]


class Ranked(NamedTuple):
    """One of the likely snippets."""

    snippet: int
    """Its index in the head."""
    example: int
    """Index of its nearest example."""
    confidence: float
    similarity: float
    """Cosine of question and example."""


class Weighed(NamedTuple):
    """What the evidence says of a question."""

    ranked: list[Ranked]
    """Best first, as many as a verdict lists."""
    listed: float
    """Probability that one of them is right."""


class Head:
    """An island's classifier, examples and indexes. Immutable. Made once for each revision."""

    def __init__(
        self,
        weights: HeadWeights,
        examples: Sequence[str],
        *,
        about: Iterable[str] = (),
        not_about: Iterable[str] = (),
        read: Callable[[str], str] = question_of,
        before: Self | None = None,
    ) -> None:
        """`read` gives a text's normal form. A caller that makes many heads of the same examples may remember them.

        `before`: a head of mostly the same examples. What it has of them is used, and the new head is the same as
        without. Nothing else of it is kept.
        """
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
        self._vectors = steps * _array(weights.example_scale, "<f4", (rows, 1), "example_scale")
        self.owners: tuple[int, ...] = tuple(owners[:count].tolist())
        self.layout = weights.example_class, count, classes
        """What `rows` depend on."""
        is_same = before is not None and before.layout == self.layout
        self.rows: RowsBySnippet = before.rows if before and is_same else RowsBySnippet(owners, count, classes)
        """Titles and sentences of answers have a row with a vector, but no text to compare in spelling."""
        self.neighbourhood = neighbourhood_of(_array(weights.typical, "<f4", (classes, 2), "typical"), self.rows.counts)
        self.normal: tuple[str, ...] = _normal_forms(self.examples, read, before)
        self.words = _words_of(self.normal, before)
        """The words of each example's normal form."""
        self._exact = _unambiguous(self.normal, self.owners)
        is_same = before is not None and before.normal == self.normal
        self.ngrams: NgramIndex = before.ngrams if before and is_same else NgramIndex.build(self.normal)
        self.speller: Speller = Speller(chain.from_iterable(self.words), None if before is None else before.speller)
        self.own: Own = Own(self.speller.words, about, not_about, None if before is None else before.own)
        """What the island is about."""
        self.golden: Mapping[str, Floats] = {}
        """Embeddings of its golden questions by their corrected text, once `Triage.check_golden` has judged them."""

    @classmethod
    def load(cls, island: Island, *, read: Callable[[str], str] = question_of, before: Self | None = None) -> Self:
        """The head of `island`. Raises `RefusedError` (`METADATA_INVALID`) if its parts do not fit each other.

        `read` and `before` as in the class.
        """
        examples = [example for snippet in island.snippets for example in snippet.examples]
        about, not_about = (() if names is UNSET else names for names in (island.about, island.not_about))
        return cls(island.head, examples, about=about, not_about=not_about, read=read, before=before)

    def exact(self, normal: str) -> tuple[int, int] | None:
        """Indexes of the snippet and the example that read `normal`; None if no snippet has it, or more than one."""
        return self._exact.get(normal)

    def nearest(self, evidence: Evidence, snippet: int) -> int:
        """The example of a snippet that is nearest to the question of the evidence: its index."""
        return self.rows.nearest(evidence.cosines, snippet)

    def closest(self, normal: str, snippet: int, example: int) -> tuple[str, ...]:
        """A snippet's examples in normal form: first `example` and that with most words in common with `normal`."""
        words, rows = set(normal.split()), self.rows.lists[snippet]
        shared = max(rows, key=lambda row: _overlap(words, self.words[row]))
        return self.normal[example], self.normal[shared], *map(self.normal.__getitem__, rows)

    def spelling(self, normal: str) -> Floats:
        """Similarity in spelling of a question in normal form and each example: float32[examples]."""
        return self.ngrams.similarities(normal)

    def evidence(self, normal: str, embedding: Floats, spelling: Floats | None = None) -> Evidence:
        """The evidence about a question, given in normal form and as its embedding (float32[dimensions]).

        `spelling`: as the method of that name gives it, if it was computed before.
        """
        values, cosines, similarities = self.rows.new_values()
        np.matmul(self._vectors, embedding, out=cosines)
        similarities[:] = self.ngrams.similarities(normal) if spelling is None else spelling
        kinds = np.empty((KINDS_OF_EVIDENCE, len(self.snippets)))
        self.rows.put_highest(values, kinds)
        logits = self._weights @ embedding
        logits += self._bias
        logits -= _MAX(logits)
        np.subtract(logits, np.log(_SUM(np.exp(logits))), out=kinds[0])
        words = normal.count(" ") + 1
        return Evidence(kinds=kinds, cosines=cosines, words=words, neighbourhood=self.neighbourhood)


_MAX, _SUM = np.maximum.reduce, np.add.reduce
"""What an array's methods call in the end."""


def candidates_of(head: Head, weighed: Weighed, share: float = 1.0) -> tuple[Candidate, ...]:
    """The snippets as a verdict lists them, with this share of their confidences."""
    return tuple(
        Candidate(
            snippet=head.snippets[one.snippet],
            confidence=one.confidence * share,
            nearest_example=head.examples[one.example],
            # A cosine, in spite of rounding.
            similarity=min(1.0, max(-1.0, one.similarity)),
        )
        for one in weighed.ranked
    )


def _overlap(words: set[str], others: tuple[str, ...]) -> float:
    """Share of the words that two texts have in common."""
    return len(words.intersection(others)) / (len(words) + len(others))


def _normal_forms(examples: Sequence[str], read: Callable[[str], str], before: Head | None) -> tuple[str, ...]:
    known = {} if before is None else dict(zip(before.examples, before.normal, strict=True))
    return tuple([known.get(example) or read(example) for example in examples])


def _words_of(normal: Sequence[str], before: Head | None) -> tuple[tuple[str, ...], ...]:
    known = {} if before is None else dict(zip(before.normal, before.words, strict=True))
    # Examples share most of their words, also with other islands. Each word is in memory once.
    return tuple([known.get(text) or tuple(map(intern, text.split())) for text in normal])


def _owners(content: bytes, examples: int) -> NDArray[np.uint16]:
    """The snippet of each row: examples, then titles and sentences. Raises `RefusedError` if an example has none."""
    owners: NDArray[np.uint16] = _array(content, "<u2", (-1,), "example_class")
    if len(owners) < examples:
        raise RefusedError(
            f"island's head has classes for {len(owners)} examples, expected {examples}",
            reason=Reason.METADATA_INVALID,
        )
    return owners


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
