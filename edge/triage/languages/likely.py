"""Which of an island's snippets does a question in another language probably mean?

The score of a snippet is the mean cosine of its nearest examples, after the island's mean was taken off: what all of
its examples have in common says nothing. "None of these" is one more candidate with a score that the package's card
says, and the scores become probabilities by a softmax. The two numbers were fitted to few translated questions, so
these probabilities are good for an offer and for nothing else.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.records import Candidate, Harm
from edge.triage.evidence import NEIGHBOURS
from edge.triage.languages.encoder import LikelyCard

_LISTED = 3
"""Candidates that are given back, as by the head."""

_STEPS = 127
_TINY = 1e-9
"""Of an island whose examples are all alike, nothing is divided by zero."""


class Across(NamedTuple):
    """What the second model finds in a question."""

    candidates: tuple[Candidate, ...] = ()
    """Likely snippets, best first; empty if it may say nothing of this question."""
    harm: Harm = Harm()
    """What the question may tell of."""


class ExampleRow(NamedTuple):
    """A snippet's example and its embedding as int8[dimensions]."""

    snippet: str
    example: str
    row: NDArray[np.int8]


def packed_row(embedding: NDArray[np.float32]) -> NDArray[np.int8]:
    """An embedding in a quarter of its bytes. The length is lost."""
    packed: NDArray[np.int8] = np.rint(embedding * (_STEPS / max(float(np.abs(embedding).max()), _TINY))).astype(
        np.int8
    )
    return packed


class LikelySnippets:
    """An island's examples in the space of all languages. Immutable, about 400 bytes an example."""

    def __init__(self, rows: Sequence[ExampleRow], likely: LikelyCard) -> None:
        """`rows`: at least one."""
        self.rows = tuple(rows)
        self.snippets = tuple(dict.fromkeys(row.snippet for row in rows))
        owners = [row.snippet for row in rows]
        self._own = [np.array([at for at, owner in enumerate(owners) if owner == one]) for one in self.snippets]
        self._likely = likely
        self._steps = np.array([row.row for row in rows])
        vectors = _unit(self._steps.astype(np.float32))
        self._middle = vectors.mean(axis=0)
        # Of a row's cosine to a question: what its int8 steps are multiplied by, and what is taken off.
        apart = np.maximum(np.linalg.norm(vectors - self._middle, axis=1), _TINY)
        self._scale = 1 / (np.linalg.norm(self._steps.astype(np.float32), axis=1) * apart)
        self._apart = apart

    def scores(self, embedding: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """float32[snippets]: each snippet's score; int64[snippets]: the row of its nearest example."""
        question = _unit(embedding - self._middle)
        dots = self._steps.astype(np.float32) @ question
        cosines = dots * self._scale - float(self._middle @ question) / self._apart
        scores = np.empty(len(self.snippets), np.float32)
        nearest = np.empty(len(self.snippets), np.int64)
        for snippet, own in enumerate(self._own):
            order = own[np.argsort(-cosines[own], kind="stable")[:NEIGHBOURS]]
            scores[snippet], nearest[snippet] = cosines[order].mean(), order[0]
        return scores, nearest

    def candidates(self, embedding: NDArray[np.float32]) -> tuple[Candidate, ...]:
        """The likely snippets, best first, three at most; their confidences add up to at most 1."""
        scores, nearest = self.scores(embedding)
        lifted = np.exp((np.append(scores, self._likely.none) - scores.max()) / self._likely.spread)
        shares = lifted / lifted.sum()
        return tuple(
            Candidate(
                snippet=self.snippets[at],
                confidence=float(shares[at]),
                nearest_example=self.rows[nearest[at]].example,
                similarity=min(1.0, max(-1.0, float(scores[at]))),
            )
            for at in np.argsort(-scores, kind="stable")[:_LISTED]
        )


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    unit: NDArray[np.float32] = vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), _TINY)
    return unit
