import numpy as np
import pytest

from models.figures import coverage, expected_calibration_error, judge


def test_coverage_counts_the_surest_questions() -> None:
    """Coverage is the longest run of surest questions that still has the wanted precision."""
    confidence = np.array([0.9, 0.8, 0.7, 0.6])
    right = np.array([True, True, False, True])

    assert coverage(confidence, right, 1.0) == 0.5
    assert coverage(confidence, right, 0.75) == 1.0
    assert coverage(confidence, ~right, 0.9) == 0.0


def test_calibration_error_of_honest_and_boastful_confidence() -> None:
    """Confidence that comes true has no error; confidence that never does has all of it."""
    right = np.array([True, True, True, False] * 5)

    assert expected_calibration_error(np.full(20, 0.75), right) == pytest.approx(0)
    assert expected_calibration_error(np.full(20, 1.0), ~right) == pytest.approx(0.75)


def test_judge_tells_shares_of_all_from_shares_of_in_scope() -> None:
    """`best_right` is of questions that have an answer, the other shares are of all."""
    figures = judge(np.array([0.9, 0.2]), np.array([True, False]), np.array([True, False]))

    assert figures.best_right == 1.0
    assert figures.right_on_top == 0.5
    assert figures.answered_at_95 == 0.5
