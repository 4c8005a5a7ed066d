"""Figures are compared with values computed by hand and by scikit-learn."""

from random import Random

import numpy as np
import pytest
from sklearn.metrics import matthews_corrcoef

from edge.publish.evaluate import calibration_error, measure, risk_curve
from edge.publish.evaluate.evaluate import Judged
from edge.publish.evaluate.metrics import matthews

FIVE = [
    Judged("a1", "a", "a", 0.95, "answer", "confident"),
    Judged("a2", "a", "b", 0.92, "answer", "confident"),
    Judged("b1", "b", "b", 0.60, "clarify", "ambiguous"),
    Judged("x1", "oos", "a", 0.40, "escalate", "low_confidence"),
    Judged("x2", "new", "a", 0.05, "escalate", "out_of_scope"),
]


def test_figures_by_hand() -> None:
    """Three questions in scope, one labelled out of scope, one with a label that training lacks."""
    figures = measure(FIVE, unknown={"new"}, target_precision=0.9)

    assert (5, 3, 2) == (figures.questions, figures.in_scope, figures.out_of_scope)
    assert figures.in_scope_accuracy == pytest.approx(2 / 3)
    assert figures.in_scope_answered_right == pytest.approx(1 / 3)
    assert (1.0, 0.5) == (figures.out_of_scope_recall, figures.out_of_scope_named)
    assert (0.4, 0.5, 0.2) == (figures.answered, figures.answered_precision, figures.clarified)
    assert [0.2, 0.2, 0.2] == [point.coverage for point in figures.coverage]
    assert figures.ece == pytest.approx((2 * abs(0.935 - 0.5) + 0.4 + 0.4 + 0.05) / 5)


def test_nothing_out_of_scope() -> None:
    """A share of no questions is None, not 0 or 1."""
    figures = measure(FIVE[:3], target_precision=0.9)

    assert (None, None) == (figures.out_of_scope_recall, figures.out_of_scope_named)


def test_matthews_agrees_with_scikit_learn() -> None:
    """Compared on many labels and random predictions."""
    rng = Random(3)
    truth, predicted = rng.choices("abcdefg", k=300), rng.choices("abcdefgh", k=300)

    assert matthews(truth, predicted) == pytest.approx(matthews_corrcoef(truth, predicted))
    assert matthews(truth, truth) == pytest.approx(1.0)
    assert matthews(["a", "a"], ["a", "a"]) == 0.0


def test_questions_of_equal_confidence_share_a_point() -> None:
    """A threshold cannot separate them, so their order in the file does not change the curve."""
    right = np.array([True, False, False, True])
    points = risk_curve(np.array([0.9, 0.9, 0.9, 0.2]), right)

    assert [(0.75, 0.9), (1.0, 0.2)] == [(point.coverage, point.confidence) for point in points]
    assert [2 / 3, 0.5] == pytest.approx([point.risk for point in points])


def test_aurc_weighs_a_point_by_its_questions() -> None:
    """A point that adds three quarters of the questions weighs three quarters."""
    same = [FIVE[0]._replace(confidence=1.0)] * 3 + [FIVE[3]]

    assert measure(same, target_precision=0.9).aurc == pytest.approx(0.25 * 0.25)
    assert measure([*FIVE[:3]], target_precision=0.9).aurc == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_calibrated_confidences_have_no_error() -> None:
    """Seven of ten questions with confidence 0.7 are right; a confidence of 1 is in the last bin."""
    confidence = np.array([0.7] * 10 + [1.0] * 2)
    right = np.array([True] * 7 + [False] * 3 + [True] * 2)

    assert calibration_error(confidence, right) == pytest.approx(0.0, abs=1e-12)
