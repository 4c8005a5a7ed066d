"""How good triage was on questions whose answers are known.

* *right*: the best candidate is the question's label. A question out of scope has no right candidate.
* in-scope accuracy: right, of questions in scope, whether answered or not.
* out-of-scope recall: not answered by the machine (escalated or asked back), of questions out of scope.
* MCC: Matthews' coefficient over all labels (Gorodkin 2004), what is not answered counting as `oos`.
* coverage at a precision: the largest share of all questions, surest first, of which that many are right.
* ECE: mean distance of confidence and outcome over ten equally wide bins (Guo 2017), over all questions.
* risk at a coverage: the share that is wrong of that share of questions, surest first; AURC is its mean.
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
BINS = 10
STEPS = tuple(step / 10 for step in range(1, 11))

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What could be answered at a precision, had the threshold been chosen on these very questions."""

    precision: float
    coverage: float
    confidence: float | None
    """The threshold; None when no threshold reaches the precision."""


class RiskPoint(msgspec.Struct, frozen=True, kw_only=True):
    """What answering the surest `coverage` of questions would risk."""

    coverage: float
    confidence: float
    precision: float
    risk: float


class Bin(msgspec.Struct, frozen=True, kw_only=True):
    """Questions whose confidence is at least `above` and below the next bin's."""

    above: float
    questions: int
    confidence: float
    right: float


class TriageFigures(msgspec.Struct, frozen=True, kw_only=True):
    """All figures; None where there is nothing to measure."""

    questions: int
    in_scope: int
    out_of_scope: int
    target_precision: float
    in_scope_accuracy: float | None
    in_scope_answered_right: float | None
    """Right and answered, of questions in scope."""
    out_of_scope_recall: float | None
    out_of_scope_named: float | None
    """Escalated with the reason `out_of_scope`, of questions out of scope."""
    mcc: float
    answered: float
    """Of all questions."""
    answered_precision: float | None
    clarified: float
    coverage: tuple[Coverage, ...]
    ece: float
    aurc: float
    risk_coverage: tuple[RiskPoint, ...]
    reliability: tuple[Bin, ...]


def measure(
    judged: Sequence[Judged], *, unknown: AbstractSet[str] = frozenset(), target_precision: float
) -> TriageFigures:
    """The figures of at least one question; labels in `unknown` are out of scope, as `oos` is."""
    truth = [OUT_OF_SCOPE if row.label in unknown else row.label for row in judged]
    outside = np.array([label == OUT_OF_SCOPE for label in truth])
    confidence, right = outcomes(judged)
    answered = np.array([row.outcome == Outcome.ANSWER for row in judged])
    said = [row.predicted if row.outcome == Outcome.ANSWER else OUT_OF_SCOPE for row in judged]
    curve = risk_curve(confidence, right)
    return TriageFigures(
        questions=len(judged),
        in_scope=int((~outside).sum()),
        out_of_scope=int(outside.sum()),
        target_precision=target_precision,
        in_scope_accuracy=_share(right, ~outside),
        in_scope_answered_right=_share(right & answered, ~outside),
        out_of_scope_recall=_share(~answered, outside),
        out_of_scope_named=_share(np.array([row.reason == Reason.OUT_OF_SCOPE for row in judged]), outside),
        mcc=matthews(truth, said),
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
    """Confidence of each question, and whether its best candidate is right."""
    right = [row.predicted == row.label for row in judged]
    return np.array([row.confidence for row in judged]), np.array(right)


def risk_curve(confidence: Floats, right: Flags) -> tuple[RiskPoint, ...]:
    """One point for every threshold that parts the questions: equally sure ones are answered together or not at all."""
    order = np.argsort(-confidence, kind="stable")
    sure, hits = confidence[order], right[order].cumsum()
    ends = np.flatnonzero(np.diff(sure, append=-1.0))
    return tuple(
        RiskPoint(
            coverage=float((end + 1) / len(order)),
            confidence=float(sure[end]),
            precision=float(hits[end] / (end + 1)),
            risk=float(1 - hits[end] / (end + 1)),
        )
        for end in ends
    )


def calibration_error(confidence: Floats, right: Flags) -> float:
    """Mean distance of confidence and outcome, weighted by the bins' questions."""
    filled = [bin_ for bin_ in reliability(confidence, right) if bin_.questions]
    return float(sum(abs(one.confidence - one.right) * one.questions for one in filled) / len(confidence))


def reliability(confidence: Floats, right: Flags) -> tuple[Bin, ...]:
    """`BINS` equally wide bins; the last one takes a confidence of 1. Empty ones say 0 and 0."""
    places = np.minimum((confidence * BINS).astype(int), BINS - 1)
    bins = []
    for place in range(BINS):
        inside = places == place
        bins.append(
            Bin(
                above=place / BINS,
                questions=int(inside.sum()),
                confidence=float(confidence[inside].mean()) if inside.any() else 0.0,
                right=float(right[inside].mean()) if inside.any() else 0.0,
            )
        )
    return tuple(bins)


def matthews(truth: Sequence[str], said: Sequence[str]) -> float:
    """Matthews' coefficient for any number of labels, -1 to 1; 0 where either side knows one label only."""
    labels = {label: place for place, label in enumerate(dict.fromkeys((*truth, *said)))}
    true, given = np.array([labels[one] for one in truth]), np.array([labels[one] for one in said])
    true_counts = np.bincount(true, minlength=len(labels)).astype(float)
    given_counts = np.bincount(given, minlength=len(labels)).astype(float)
    total, agreed = float(len(true)), float((true == given).sum())
    spread = (total**2 - (given_counts**2).sum()) * (total**2 - (true_counts**2).sum())
    return float((agreed * total - given_counts @ true_counts) / np.sqrt(spread)) if spread else 0.0


def coverage_at(precision: float, curve: Sequence[RiskPoint]) -> Coverage:
    """The furthest point of `curve` that still has the precision."""
    enough = [point for point in curve if point.precision >= precision]
    if not enough:
        return Coverage(precision=precision, coverage=0.0, confidence=None)
    return Coverage(precision=precision, coverage=enough[-1].coverage, confidence=enough[-1].confidence)


def _mean_risk(curve: Sequence[RiskPoint]) -> float:
    """Over all questions, each at the coverage from which it is answered."""
    newly_covered = np.diff([point.coverage for point in curve], prepend=0.0)
    return float(newly_covered @ np.array([point.risk for point in curve]))


def _steps(curve: Sequence[RiskPoint]) -> tuple[RiskPoint, ...]:
    """For each of `STEPS` the first point that covers it; fewer where equally sure questions jump over some."""
    found = (next(point for point in curve if point.coverage >= step - 1e-9) for step in STEPS)
    return tuple(dict.fromkeys(found))


def _share(what: Flags, of: Flags) -> float | None:
    return float(what[of].mean()) if of.any() else None
