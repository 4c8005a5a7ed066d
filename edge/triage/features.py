"""The acceptor's input: one question's evidence as a row of numbers that mean the same on every island."""

import math
from collections.abc import Sequence

import numpy as np

from edge.triage.evidence import Doubles, Evidence, Floats

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


def kinds_of(evidence: Evidence) -> Doubles:
    """The kinds of evidence that a snippet's score is mixed from: a row each."""
    return evidence.kinds


def shares(evidence: Evidence, mixture: Floats | Doubles) -> Doubles:
    """Softmax over snippets of the weighted kinds of evidence: float64[snippets], adds up to one."""
    score: Doubles = mixture @ evidence.kinds
    score -= _MAX(score)
    weight = np.exp(score, out=score)
    weight /= _SUM(weight)
    return weight


def best_first(share: Doubles) -> list[int]:
    """Snippets by their shares, the best first; those with equal shares in the island's order."""
    order: list[int] = (-share).argsort(kind="stable").tolist()
    return order


def feature_row(evidence: Evidence, share: Doubles, order: Sequence[int]) -> Floats:
    """One question's features: float32[features], in the order of `FEATURES`. `order`: as `best_first` gives it.

    Single values are Python's numbers: to compute with one of numpy's takes several times as long.
    """
    first, second = order[0], order[min(1, len(order) - 1)]
    listed = [share.item(index) for index in order[:LISTED]]
    kinds = evidence.kinds.copy()
    log_probability, nearest, best, spelling, best_spelling = of_first = kinds[:, first].tolist()
    kinds[:, first] = -math.inf
    of_others: list[float] = _MAX(kinds, axis=1).tolist()
    neighbourhood = evidence.neighbourhood
    values = (
        listed[0],
        _lead(listed[0], listed[1] if len(listed) > 1 else -math.inf),
        listed[0] + sum(listed[1:]),
        -sum([part * math.log(part + _TINY) for part in share.tolist()]),
        log_probability,
        nearest,
        _lead(nearest, of_others[1]),
        best,
        max(best, of_others[2]),
        spelling,
        _lead(spelling, of_others[3]),
        best_spelling,
        *(
            of_first[kind] > of_others[kind] or (of_first[kind] == of_others[kind] and first < kinds[kind].argmax())
            for kind in _WHO_AGREES
        ),
        evidence.words,
        evidence.words <= 2,  # noqa: PLR2004
        len(order),
        neighbourhood.total,
        neighbourhood.examples.item(first),
        neighbourhood.examples.item(second),
        nearest - neighbourhood.own.item(first),
        nearest - neighbourhood.other.item(first),
        nearest - neighbourhood.island_own,
        best - neighbourhood.rounded_own,
    )
    return np.array(values, np.float32)


_MAX, _SUM = np.maximum.reduce, np.add.reduce
"""What an array's methods call in the end."""

_TINY = float(np.float32(1e-9))

_WHO_AGREES = (0, 1, 3)
"""The kinds of evidence of which a feature says whether they rank the first snippet first, too."""


def _lead(value: float, other: float) -> float:
    """`value` minus the best of the others; `value` itself if there are no others."""
    return value - other if other > -math.inf else value
