"""From evidence to probabilities: which snippet is first, and how likely is it right?

`models/train_acceptor.py` trains the acceptor on hundreds of simulated islands, with whole intents held out. So its
probabilities also hold for islands that it has never seen. Weights are JSON; inference is plain numpy.
"""

from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.triage.features import FEATURES, feature_row, shares
from edge.triage.head import Evidence
from edge.triage.model_file import model_file

SNIPPETS_LEARNED = 10
"""Snippets of the smallest island that the shipped acceptor was trained on (`models.simulated_islands`)."""

Floats = NDArray[np.float32]


class BoostedTrees(msgspec.Struct, frozen=True, kw_only=True):
    """Boosted trees, all complete and of the same depth.

    The children of node i are 2i+1 (the feature is not above the threshold) and 2i+2 (it is above).
    """

    depth: int
    base: float
    feature: list[list[int]]
    threshold: list[list[float]]
    leaf: list[list[float]]


class AcceptorWeights(msgspec.Struct, frozen=True, kw_only=True):
    """Content of the acceptor's file."""

    name: str
    features: tuple[str, ...]
    mixture: tuple[float, ...]
    """Weights of log_probability, nearest, best, spelling and best_spelling in a snippet's score."""
    first: BoostedTrees
    """Give the log odds that the first snippet is right."""
    listed: BoostedTrees
    """Give the log odds that one of the first `LISTED` snippets is right."""


class Forest:
    """`BoostedTrees` as arrays."""

    def __init__(self, trees: BoostedTrees) -> None:
        self._depth = trees.depth
        self._base = trees.base
        self._feature = np.array(trees.feature, np.int64)
        self._threshold = np.array(trees.threshold, np.float32)
        self._leaf = np.array(trees.leaf, np.float64)
        count, nodes, leaves = len(self._leaf), 2**self._depth - 1, 2**self._depth
        if self._feature.shape != (count, nodes) or self._leaf.shape != (count, leaves):
            raise ValueError(f"trees are not complete at depth {self._depth}")
        roots = np.arange(count) * nodes
        # Where the nodes of all trees stand one after another, node i has its children at 2i + 1 - root of its tree.
        self._roots, self._to_child = roots, 1 - roots
        self._to_leaf = np.arange(count) * leaves - nodes - roots

    def probability(self, features: Floats) -> float:
        """Sigmoid of the sum of the leaves that `features` fall into."""
        # All nodes at once: to look only at those that a question passes takes longer.
        above = (features.take(self._feature) > self._threshold).ravel()
        node = self._roots
        for _ in range(self._depth):
            node = 2 * node + self._to_child + above.take(node)
        total = self._base + float(self._leaf.take(self._to_leaf + node).sum())
        return float(1 / (1 + np.exp(-total)))


class Acceptor:
    """Ranks an island's snippets, and computes how likely the first is right, and one of the listed."""

    def __init__(self, weights: AcceptorWeights, *, fingerprint: str) -> None:
        self.id = fingerprint
        self.name = weights.name
        self._mixture = np.array(weights.mixture, np.float32)
        self.first = Forest(weights.first)
        self.listed = Forest(weights.listed)

    @classmethod
    def load(cls, data: bytes, card: bytes) -> Self:
        """The acceptor in `data`, which `card` describes.

        Raises `RefusedError` (`MODEL_MISMATCH`) if the card describes another file, or if the file was made for other
        features; the operator must install the models of this release.
        """
        with model_file("acceptor/acceptor.json", data, card) as sha256:
            weights = msgspec.json.decode(data, type=AcceptorWeights)
            if weights.features != FEATURES:
                raise ValueError(f"made for the features {', '.join(weights.features)}")
            return cls(weights, fingerprint=sha256)

    def rank(self, evidence: Evidence) -> tuple[NDArray[np.int64], Floats]:
        """Snippets, best first, and each snippet's share of the evidence: int64[snippets] and float32[snippets].

        The shares add up to one, in the island's order of snippets.
        """
        share = shares(evidence, self._mixture)
        return np.argsort(-share, kind="stable"), share

    def confidence(self, evidence: Evidence, share: Floats) -> tuple[float, float]:
        """Probability that the first snippet is right, and that one of the first `LISTED` is right.

        The second is never below the first.
        """
        described = feature_row(evidence, share)
        first = self.first.probability(described)
        return first, max(first, self.listed.probability(described))
