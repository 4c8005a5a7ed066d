"""From evidence to probabilities: which snippet is first, and how likely is it right?

`models/train_acceptor.py` trains the acceptor on hundreds of simulated islands, with whole intents held out. So its
probabilities also hold for islands that it has never seen. Weights are JSON; inference is plain numpy.
"""

from collections.abc import Sequence
from typing import Self

import msgspec
import numpy as np

from edge.triage.evidence import Doubles, Evidence, Floats
from edge.triage.features import FEATURES, best_first, feature_row, shares
from edge.triage.model_file import model_file

SNIPPETS_LEARNED = 10
"""Snippets of the smallest island that the shipped acceptor was trained on (`models.simulated_islands`)."""


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
    """Several `BoostedTrees` of one depth as arrays. All look at a question at once."""

    def __init__(self, *several: BoostedTrees) -> None:
        self._depth = several[0].depth
        nodes, leaves = 2**self._depth - 1, 2**self._depth
        self._groups = tuple((one.base, len(one.leaf)) for one in several)
        feature = np.array([row for one in several for row in one.feature], np.int64)
        leaf = np.array([row for one in several for row in one.leaf], np.float64)
        count = len(leaf)
        if feature.shape != (count, nodes) or leaf.shape != (count, leaves):
            raise ValueError(f"trees are not complete at depth {self._depth}")
        self._feature = feature.ravel()
        self._threshold = np.array([row for one in several for row in one.threshold], np.float32).ravel()
        self._leaf = leaf.ravel()
        # All trees' nodes stand one after another, and all their leaves. A node's left child is at 2i + 1 of its tree;
        # below the last nodes are the leaves.
        tree, node = np.arange(count)[:, None], np.arange(nodes)
        child = 2 * node + 1
        self._left = np.where(child < nodes, tree * nodes + child, tree * leaves + child - nodes).ravel()
        self._roots = np.arange(count) * nodes

    def probabilities(self, features: Floats) -> list[float]:
        """For each of the `BoostedTrees`: sigmoid of the sum of the leaves that `features` fall into."""
        # All nodes at once: to look only at those that a question passes takes longer.
        child = (features.take(self._feature) > self._threshold).astype(np.intp)
        child += self._left
        node = self._roots
        for _ in range(self._depth):
            node = child.take(node)
        leaf, start, found = self._leaf.take(node), 0, list[float]()
        for base, count in self._groups:
            total = base + float(_SUM(leaf[start : start + count]))
            found.append(float(1 / (1 + np.exp(-total))))
            start += count
        return found


_SUM = np.add.reduce
"""What an array's method calls in the end."""


class Acceptor:
    """Ranks an island's snippets, and computes how likely the first is right, and one of the listed."""

    def __init__(self, weights: AcceptorWeights, *, fingerprint: str) -> None:
        self.id = fingerprint
        self.name = weights.name
        self._mixture = np.array(weights.mixture, np.float32).astype(np.float64)
        self.forest = Forest(weights.first, weights.listed)

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

    def rank(self, evidence: Evidence) -> tuple[list[int], Doubles]:
        """Snippets, best first, and each snippet's share of the evidence: float64[snippets].

        The shares add up to one, in the island's order of snippets.
        """
        share = shares(evidence, self._mixture)
        return best_first(share), share

    def confidence(self, evidence: Evidence, order: Sequence[int], share: Doubles) -> tuple[float, float]:
        """Probability that the first snippet is right, and that one of the first `LISTED` is right.

        `order` and `share`: as `rank` gives them. The second probability is never below the first.
        """
        first, listed = self.forest.probabilities(feature_row(evidence, share, order))
        return first, max(first, listed)
