"""The acceptor's input: one question's evidence as a row of numbers that mean the same on every island."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from edge.triage.head import Evidence

Floats = NDArray[np.float32]

LISTED = 3
"""Candidates in a verdict: as many as a viewer may be offered."""

FEATURES = (
    "share", "lead", "listed_share", "entropy",
    "log_probability", "nearest", "nearest_lead", "best", "best_anywhere", "spelling", "spelling_lead", "best_spelling",
    "classifier_agrees", "nearest_agrees", "spelling_agrees",
    "words", "one_or_two_words", "snippets", "examples", "examples_of_first", "examples_of_second",
    "nearest_above_own", "nearest_above_other", "nearest_above_island", "best_above_island",
)  # fmt: skip
"""Names of the features, in the order of `feature_row`. The acceptor's file names them too; loading compares both."""


def kinds_of(evidence: Evidence) -> tuple[Floats, ...]:
    """The kinds of evidence that a snippet's score is mixed from."""
    return (evidence.log_probability, evidence.nearest, evidence.best, evidence.spelling, evidence.best_spelling)


def shares(evidence: Evidence, mixture: Floats) -> Floats:
    """Softmax over snippets of the weighted kinds of evidence: float32[snippets], adds up to one."""
    score = mixture @ np.array(kinds_of(evidence))
    weight = np.exp(score - score.max())
    share: Floats = weight / weight.sum()
    return share


def feature_row(evidence: Evidence, share: Floats) -> Floats:
    """One question's features: float32[features], in the order of `FEATURES`."""
    order = np.argsort(-share, kind="stable")[:LISTED]
    first, second = int(order[0]), int(order[min(1, len(order) - 1)])
    values: list[Any] = [
        share[first],
        _lead(share, first),
        share[order].sum(),
        -(share * np.log(share + np.float32(1e-9))).sum(),
        *_similarity(evidence, first),
        evidence.words,
        evidence.words <= 2,  # noqa: PLR2004
        *_sizes(evidence, first, second),
        *_against_neighbourhood(evidence, first),
    ]
    return np.array(values, np.float32)


def _similarity(evidence: Evidence, first: int) -> tuple[Any, ...]:
    """How similar the first snippet is to the question, by each kind of evidence, and which kinds rank it first."""
    return (
        evidence.log_probability[first],
        evidence.nearest[first],
        _lead(evidence.nearest, first),
        evidence.best[first],
        evidence.best.max(),
        evidence.spelling[first],
        _lead(evidence.spelling, first),
        evidence.best_spelling[first],
        evidence.log_probability.argmax() == first,
        evidence.nearest.argmax() == first,
        evidence.spelling.argmax() == first,
    )


def _sizes(evidence: Evidence, first: int, second: int) -> tuple[Any, ...]:
    """How large the island is, and its two leading snippets."""
    examples = evidence.neighbourhood.examples
    return len(examples), examples.sum(), examples[first], examples[second]


def _against_neighbourhood(evidence: Evidence, first: int) -> tuple[Any, ...]:
    """The first snippet's similarity minus the usual similarity among the island's own examples."""
    neighbourhood, nearest = evidence.neighbourhood, evidence.nearest[first]
    return (
        nearest - neighbourhood.own[first],
        nearest - neighbourhood.other[first],
        nearest - neighbourhood.island_own,
        evidence.best[first] - neighbourhood.island_own,
    )


def _lead(values: Floats, first: int) -> float:
    """`values[first]` minus the best of the others; `values[first]` itself if there are no others."""
    if len(values) == 1:
        return float(values[0])
    others = values.copy()
    others[first] = -np.inf
    return float(values[first] - others.max())
