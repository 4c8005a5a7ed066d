import numpy as np
import pytest

from edge.triage import FEATURES, Evidence, kinds_of
from edge.triage.acceptor import Forest
from edge.triage.evidence import NeighbourhoodStats
from models.asked_islands import Asked
from models.train_acceptor import grow, learn_mixture, learn_trees


def test_exported_trees_judge_as_scikit_learn_does() -> None:
    """Complete arrays give the probabilities of the trees they were made of, early leaves included."""
    rng = np.random.default_rng(5)
    rows = rng.normal(size=(1500, len(FEATURES))).astype(np.float32)
    right = rows[:, 0] + 0.3 * rows[:, 1] ** 2 + rng.normal(0, 0.5, len(rows)) > 0

    forest = Forest(learn_trees(rows, right))

    expected = grow(rows, right).predict_proba(rows[:200])[:, 1]
    assert [forest.probabilities(row)[0] for row in rows[:200]] == pytest.approx(expected, abs=1e-4)


def test_learn_mixture_trusts_the_kind_of_evidence_that_is_right() -> None:
    """Of five kinds of evidence, the one that tells gets the weight."""
    rng = np.random.default_rng(6)
    asked = []
    for _ in range(200):
        noise = rng.normal(0, 0.1, size=(5, 4)).astype(np.float32)
        right = int(rng.integers(4))
        noise[1, right] += 0.3
        asked.append(Asked(evidence(noise), right))

    mixture = learn_mixture(asked)

    assert mixture[1] > 5
    assert abs(np.delete(mixture, 1)).max() < mixture[1] / 2
    assert len(kinds_of(asked[0].evidence)) == len(mixture)


def evidence(kinds: np.ndarray) -> Evidence:
    """Evidence with these kinds: float32[5, snippets]."""
    even = np.ones(kinds.shape[1], np.float32)
    return Evidence(
        kinds=kinds.astype(np.float64),
        cosines=kinds[2],
        words=3,
        neighbourhood=NeighbourhoodStats(own=even, other=even, examples=even, island_own=1.0, island_other=1.0),
    )
