"""Measure triage on questions whose labels are known.

A question is *right* if its best candidate has its label. An out-of-scope question is never right.

* In-scope accuracy: the share of in-scope questions that are right, answered or not.
* Out-of-scope recall: the share of out-of-scope questions that are not answered (escalated, clarified or ignored).
* MCC: Matthews correlation coefficient for several labels (Gorodkin 2004). A question without an answer counts as
  predicted `oos`.
* Coverage at a precision: answer the most confident questions first; this is the largest share of all questions that
  can be answered before fewer of the answers than that are right.
* ECE, expected calibration error: mean difference between confidence and share right, over ten bins of equal width
  (Guo et al. 2017), weighted by questions.
* Risk at a coverage: the share of wrong answers when that share of questions is answered. AURC, the area under the
  risk-coverage curve, is its mean.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet

import msgspec
import numpy as np
from numpy.typing import NDArray

from edge.errors import Reason
from edge.publish.evaluate.evaluate import OUT_OF_SCOPE, Judged
from edge.records import Outcome

PRECISIONS = (0.80, 0.90, 0.95)
"""Precisions at which coverage is given."""

BINS = 10
"""Bins of the ECE and of the reliability diagram."""

STEPS = tuple(step / 10 for step in range(1, 11))
"""Coverages at which risk is given."""

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """Coverage at a precision. Optimistic: the threshold was chosen on the same questions."""

    precision: float
    coverage: float
    confidence: float | None
    """The threshold; None if no threshold reaches the precision."""


class RiskPoint(msgspec.Struct, frozen=True, kw_only=True):
    """Precision and risk if all questions from `confidence` upward are answered, which are a share of `coverage`."""

    coverage: float
    confidence: float
    precision: float
    risk: float


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Questions with a confidence of at least `above`, and below the next bin's `above`."""

    above: float
    questions: int
    confidence: float
    """Mean confidence."""
    right: float
    """Share that is right."""


class TriageFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All figures; shares are from 0 to 1, and None where there is nothing to measure."""

    questions: int
    in_scope: int
    out_of_scope: int
    target_precision: float
    in_scope_accuracy: float | None
    in_scope_answered_right: float | None
    """Of in-scope questions: the share that is right and answered."""
    out_of_scope_recall: float | None
    out_of_scope_named: float | None
    """Of out-of-scope questions: the share with the reason `out_of_scope`."""
    mcc: float
    answered: float
    """Of all questions."""
    answered_precision: float | None
    """Of answered questions: the share that is right."""
    clarified: float
    """Of all questions."""
    coverage: tuple[Coverage, ...]
    ece: float
    aurc: float
    risk_coverage: tuple[RiskPoint, ...]
    reliability: tuple[Bin, ...]


def measure(
    judged: Sequence[Judged], *, unknown: AbstractSet[str] = frozenset(), target_precision: float
) -> TriageFigures:
    """The figures of `judged`, which has at least one row. Labels in `unknown` count as out of scope, as `oos` does."""
    truth = [OUT_OF_SCOPE if row.label in unknown else row.label for row in judged]
    out_of_scope = np.array([label == OUT_OF_SCOPE for label in truth])
    confidence, right = outcomes(judged)
    answered = np.array([row.outcome == Outcome.ANSWER for row in judged])
    predicted = [row.predicted if row.outcome == Outcome.ANSWER else OUT_OF_SCOPE for row in judged]
    curve = risk_curve(confidence, right)
    return TriageFigures(
        questions=len(judged),
        in_scope=int((~out_of_scope).sum()),
        out_of_scope=int(out_of_scope.sum()),
        target_precision=target_precision,
        in_scope_accuracy=_share(right, ~out_of_scope),
        in_scope_answered_right=_share(right & answered, ~out_of_scope),
        out_of_scope_recall=_share(~answered, out_of_scope),
        out_of_scope_named=_share(np.array([row.reason == Reason.OUT_OF_SCOPE for row in judged]), out_of_scope),
        mcc=matthews(truth, predicted),
        answered=float(answered.mean()),
        answered_precision=_share(right, answered),
        clarified=float(np.mean([row.outcome == Outcome.CLARIFY for row in judged])),
        coverage=tuple(coverage_at(precision, curve) for precision in PRECISIONS),
        ece=calibration_error(confidence, right),
        aurc=_mean_risk(curve),
        risk_coverage=_steps(curve),
        reliability=reliability(confidence, right),
    )


def outcomes(judged: Sequence[Judged]) -> tuple[Floats, Flags]:
    """Confidences, and flags that say which questions are right; one of each a question, in the order of `judged`."""
    right = [row.predicted == row.label for row in judged]
    return np.array([row.confidence for row in judged]), np.array(right)


def risk_curve(confidence: Floats, right: Flags) -> tuple[RiskPoint, ...]:
    """The risk-coverage curve: one point for each threshold, the highest first.

    A threshold cannot separate questions of equal confidence, so these share a point.
    """
    order = np.argsort(-confidence, kind="stable")
    descending, hits = confidence[order], right[order].cumsum()
    ends = np.flatnonzero(np.diff(descending, append=-1.0))
    return tuple(
        RiskPoint(
            coverage=float((end + 1) / len(order)),
            confidence=float(descending[end]),
            precision=float(hits[end] / (end + 1)),
            risk=float(1 - hits[end] / (end + 1)),
        )
        for end in ends
    )


def calibration_error(confidence: Floats, right: Flags) -> float:
    """ECE: mean difference between confidence and share right over the bins, weighted by their questions."""
    bins = reliability(confidence, right)
    return float(sum(abs(bin_.confidence - bin_.right) * bin_.questions for bin_ in bins) / len(confidence))


def reliability(confidence: Floats, right: Flags) -> tuple[Bin, ...]:
    """`BINS` bins of equal width. A confidence of 1 is in the last. An empty bin has confidence 0 and share 0."""
    numbers = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for number in range(BINS):
        inside = numbers == number
        bins.append(
            Bin(
                above=number / BINS,
                questions=int(inside.sum()),
                confidence=float(confidence[inside].mean()) if inside.any() else 0.0,
                right=float(right[inside].mean()) if inside.any() else 0.0,
            )
        )
    return tuple(bins)


def matthews(truth: Sequence[str], predicted: Sequence[str]) -> float:
    """Matthews correlation coefficient for any number of labels, -1 to 1; 0 if either side has only one label."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys((*truth, *predicted)))}
    true, given = np.array([numbers[label] for label in truth]), np.array([numbers[label] for label in predicted])
    true_counts = np.bincount(true, minlength=len(numbers)).astype(float)
    given_counts = np.bincount(given, minlength=len(numbers)).astype(float)
    total, correct = float(len(true)), float((true == given).sum())
    spread = (total**2 - (given_counts**2).sum()) * (total**2 - (true_counts**2).sum())
    return float((correct * total - given_counts @ true_counts) / np.sqrt(spread)) if spread else 0.0


def coverage_at(precision: float, curve: Sequence[RiskPoint]) -> Coverage:
    """The point of `curve` with the largest coverage whose precision is at least `precision`."""
    reaching = [point for point in curve if point.precision >= precision]
    if not reaching:
        return Coverage(precision=precision, coverage=0.0, confidence=None)
    return Coverage(precision=precision, coverage=reaching[-1].coverage, confidence=reaching[-1].confidence)


def _mean_risk(curve: Sequence[RiskPoint]) -> float:
    """AURC: mean over all questions of the risk at the coverage from which the question is answered."""
    newly_covered = np.diff([point.coverage for point in curve], prepend=0.0)
    return float(newly_covered @ np.array([point.risk for point in curve]))


def _steps(curve: Sequence[RiskPoint]) -> tuple[RiskPoint, ...]:
    """The first point that reaches each of `STEPS`; one point may reach several, and is listed once."""
    points = (next(point for point in curve if point.coverage >= step - 1e-9) for step in STEPS)
    return tuple(dict.fromkeys(points))


def _share(flags: Flags, among: Flags) -> float | None:
    return float(flags[among].mean()) if among.any() else None
