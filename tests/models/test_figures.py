import numpy as np

from models.figures import judge


def test_judge_tells_shares_of_all_from_shares_of_in_scope() -> None:
    """`best_right` is of questions that have an answer, the other shares are of all."""
    figures = judge(np.array([0.9, 0.2]), np.array([True, False]), np.array([True, False]))

    assert figures.best_right == 1.0
    assert figures.right_on_top == 0.5
    assert figures.answered_at_95 == 0.5
