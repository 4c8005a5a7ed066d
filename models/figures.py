"""How good are confidences? Their coverage at a target precision, and how well they are calibrated."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from edge.publish.evaluate import calibration_error, coverage_at, risk_curve


class Figures(NamedTuple):
    """The figures of one run. Shares are of all questions unless the field says otherwise."""

    answered_at_95: float
    answered_at_90: float
    ece: float
    best_right: float
    """Share of the in-scope questions whose right snippet is first."""
    right_on_top: float

    def __str__(self) -> str:
        return (
            f"answered at 95 % {self.answered_at_95:.3f}, at 90 % {self.answered_at_90:.3f}, ECE {self.ece:.4f}, "
            f"best right {self.best_right:.4f} of in-scope, right on top {self.right_on_top:.3f} of all"
        )


def judge(confidence: NDArray[np.float64], right: NDArray[np.bool_], in_scope: NDArray[np.bool_]) -> Figures:
    """The figures for some questions. Each array has one value a question; `right`: the right snippet is first."""
    curve = risk_curve(confidence, right)
    return Figures(
        answered_at_95=coverage_at(0.95, curve).coverage,
        answered_at_90=coverage_at(0.90, curve).coverage,
        ece=calibration_error(confidence, right),
        best_right=float(right[in_scope].mean()),
        right_on_top=float(right.mean()),
    )
