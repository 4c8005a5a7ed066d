"""From evidence to probabilities: which snippet leads, and how sure may we be of it?

Learned by `models/train_acceptor.py` on hundreds of simulated islands with whole intents held out, so its probabilities
hold for islands it has never seen. Weights are JSON; inference is plain numpy.
"""

import hashlib
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason, RefusedError
from edge.triage.features import FEATURES, feature_row, shares
from edge.triage.head import Evidence

SNIPPETS_LEARNED = 10
"""The smallest island that the shipped acceptor was taught on (`models.simulated_islands`)."""

Floats = NDArray[np.float32]


class AcceptorCard(msgspec.Struct, frozen=True, kw_only=True):
    """What loading needs of the acceptor's card."""

    sha256: str


class BoostedTrees(msgspec.Struct, frozen=True, kw_only=True):
    """Boosted trees, each complete and equally deep: node i's children are 2i+1 (not above) and 2i+2 (above)."""

    depth: int
    base: float
    feature: list[list[int]]
    threshold: list[list[float]]
    leaf: list[list[float]]


class AcceptorWeights(msgspec.Struct, frozen=True, kw_only=True):
    """The acceptor's file."""

    name: str
    features: tuple[str, ...]
    mixture: tuple[float, ...]
    """Weights of log_probability, nearest, best, spelling and best_spelling in a snippet's score."""
    first: BoostedTrees
    """Gives the log odds that the leading snippet is right."""
    listed: BoostedTrees
    """Gives the log odds that one of the first `LISTED` is."""


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
        self._roots, self._first_leaves = np.arange(count) * nodes, np.arange(count) * leaves - nodes

    def probability(self, features: Floats) -> float:
        """Sigmoid of the sum of the leaves that `features` fall into."""
        node = np.zeros(len(self._roots), np.int64)
        for _ in range(self._depth):
            place = self._roots + node
            above = features.take(self._feature.take(place)) > self._threshold.take(place)
            node = 2 * node + 1 + above
        total = self._base + float(self._leaf.take(self._first_leaves + node).sum())
        return float(1 / (1 + np.exp(-total)))


class Acceptor:
    """Ranks an island's snippets and says how probable it is that the first, or one of the listed, is right."""

    def __init__(self, weights: AcceptorWeights, *, fingerprint: str) -> None:
        self.id = fingerprint
        self.name = weights.name
        self._mixture = np.array(weights.mixture, np.float32)
        self.first = Forest(weights.first)
        self.listed = Forest(weights.listed)

    @classmethod
    def load(cls, data: bytes, card: bytes) -> Self:
        """The acceptor in `data`; raises `RefusedError` (`MODEL_MISMATCH`) when its card describes another."""
        found = hashlib.sha256(data).hexdigest()
        try:
            expected = msgspec.toml.decode(card, type=AcceptorCard).sha256
            if found != expected:
                raise ValueError(f"its sha256 is {found}, expected {expected} as its card says")
            weights = msgspec.json.decode(data, type=AcceptorWeights)
            if weights.features != FEATURES:
                raise ValueError(f"made for the features {', '.join(weights.features)}")
            return cls(weights, fingerprint=found)
        except (msgspec.DecodeError, ValueError) as error:
            raise RefusedError(
                f"acceptor/acceptor.json does not fit this program: {error}", reason=Reason.MODEL_MISMATCH
            ) from None

    def rank(self, evidence: Evidence) -> tuple[NDArray[np.int64], Floats]:
        """Snippets best first, and every snippet's share of the evidence (adds up to one)."""
        share = shares(evidence, self._mixture)
        return np.argsort(-share, kind="stable"), share

    def confidence(self, evidence: Evidence, share: Floats) -> tuple[float, float]:
        """Probability that the leading snippet is right, and that one of the first `LISTED` is; never less."""
        described = feature_row(evidence, share)
        first = self.first.probability(described)
        return first, max(first, self.listed.probability(described))
