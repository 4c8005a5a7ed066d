"""Figures against hand-made questions and scikit-learn."""

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
    found = measure(FIVE, unknown={"new"}, target_precision=0.9)

    assert (5, 3, 2) == (found.questions, found.in_scope, found.out_of_scope)
    assert found.in_scope_accuracy == pytest.approx(2 / 3)
    assert found.in_scope_answered_right == pytest.approx(1 / 3)
    assert (1.0, 0.5) == (found.out_of_scope_recall, found.out_of_scope_named)
    assert (0.4, 0.5, 0.2) == (found.answered, found.answered_precision, found.clarified)
    assert [0.2, 0.2, 0.2] == [one.coverage for one in found.coverage]
    assert found.ece == pytest.approx((2 * abs(0.935 - 0.5) + 0.4 + 0.4 + 0.05) / 5)


def test_nothing_out_of_scope() -> None:
    """A figure of nothing is None, not 0 or 1."""
    found = measure(FIVE[:3], target_precision=0.9)

    assert (None, None) == (found.out_of_scope_recall, found.out_of_scope_named)


def test_matthews_is_scikit_learns() -> None:
    """Over many labels and random answers."""
    rng = Random(3)
    truth, said = rng.choices("abcdefg", k=300), rng.choices("abcdefgh", k=300)

    assert matthews(truth, said) == pytest.approx(matthews_corrcoef(truth, said))
    assert matthews(truth, truth) == pytest.approx(1.0)
    assert matthews(["a", "a"], ["a", "a"]) == 0.0


def test_equally_sure_questions_are_answered_together() -> None:
    """No order of the file can make the curve better than a threshold could."""
    right = np.array([True, False, False, True])
    points = risk_curve(np.array([0.9, 0.9, 0.9, 0.2]), right)

    assert [(0.75, 0.9), (1.0, 0.2)] == [(point.coverage, point.confidence) for point in points]
    assert [2 / 3, 0.5] == pytest.approx([point.risk for point in points])


def test_equally_sure_questions_count_one_by_one() -> None:
    """Mean risk over all coverages: a point that jumps over half of the questions weighs half."""
    same = [FIVE[0]._replace(confidence=1.0)] * 3 + [FIVE[3]]

    assert measure(same, target_precision=0.9).aurc == pytest.approx(0.25 * 0.25)
    assert measure([*FIVE[:3]], target_precision=0.9).aurc == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)


def test_calibrated_confidences_have_no_error() -> None:
    """Of questions with confidence 0.7, seven of ten are right; 1 belongs to the last bin."""
    confidence = np.array([0.7] * 10 + [1.0] * 2)
    right = np.array([True] * 7 + [False] * 3 + [True] * 2)

    assert calibration_error(confidence, right) == pytest.approx(0.0, abs=1e-12)
