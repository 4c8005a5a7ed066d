"""Figures of peers, computed from their answers."""

import pytest

from benchmarks.peers import line, row_of
from models.simulated_islands import Question, SimulatedIsland

ISLAND = SimulatedIsland(
    source="clinc150",
    examples={"a": ("a1", "a2"), "b": ("b1", "b2")},
    questions=(
        Question("asks a", "a", "own"),
        Question("asks b", "b", "own"),
        Question("asks c", "", "near"),
        Question("asks nothing", "", "noise"),
    ),
)


def test_row_of_answers() -> None:
    """For an out-of-scope question no answer is right, not even an empty one. Scores above 1 count as 1."""
    answers = [["a", 1.7], ["a", 0.4], ["b", 0.3], ["", 0.0]]
    row = row_of([ISLAND], [{"answers": answers, "train_s": 3.0, "ask_s": 0.4}])

    assert (0.25, 0.5, 0.25) == (row.figures.answered_at_95, row.figures.best_right, row.figures.right_on_top)
    assert row.figures.ece == pytest.approx((0 + 0.4 + 0.3 + 0) / 4)
    assert "| peer | 25.0% | 25.0% | 50.0% | 0.175 | 3.0 s | 100.0 ms |\n" == line("peer", row)
