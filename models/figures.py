"""How good confidences are: what they let through at a wanted precision, and whether they mean what they say."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 10


class Figures(NamedTuple):
    """One judgement; shares are of all questions unless they say otherwise."""

    answered_at_95: float
    answered_at_90: float
    ece: float
    best_right: float
    """Of questions that have an answer in the island."""
    right_on_top: float

    def __str__(self) -> str:
        return (
            f"answered at 95 % {self.answered_at_95:.3f}, at 90 % {self.answered_at_90:.3f}, ECE {self.ece:.4f}, "
            f"best right {self.best_right:.4f} of in-scope, right on top {self.right_on_top:.3f} of all"
        )


def judge(confidence: NDArray[np.float64], right: NDArray[np.bool_], in_scope: NDArray[np.bool_]) -> Figures:
    """The figures for questions with these confidences, of which the `right` ones have the right snippet first."""
    return Figures(
        answered_at_95=coverage(confidence, right, 0.95),
        answered_at_90=coverage(confidence, right, 0.90),
        ece=expected_calibration_error(confidence, right),
        best_right=float(right[in_scope].mean()),
        right_on_top=float(right.mean()),
    )


def coverage(confidence: NDArray[np.float64], right: NDArray[np.bool_], precision: float) -> float:
    """The largest share of questions, surest first, of which `precision` are right."""
    found = right[np.argsort(-confidence, kind="stable")].cumsum() / np.arange(1, len(right) + 1)
    enough = np.flatnonzero(found >= precision)
    return float((enough[-1] + 1) / len(right)) if len(enough) else 0.0


def expected_calibration_error(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """Mean distance of confidence and outcome over ten equally wide bins, weighted by their questions (Guo 2017)."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [abs(confidence[bins == which].mean() - right[bins == which].mean()) * (bins == which).mean()
            for which in range(BINS) if (bins == which).any()]  # fmt: skip
    return float(sum(gaps))
