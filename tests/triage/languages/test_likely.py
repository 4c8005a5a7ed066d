"""Likely snippets by embeddings: ranks, and probabilities that leave room for none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.triage import ExampleRow, LikelyCard, LikelySnippets, packed_row

CARD = LikelyCard(spread=0.03, none=0.27)
Vector = NDArray[np.float32]


def towards(place: int, *, lean: float = 0.0) -> Vector:
    """A unit vector along an axis, that leans a little to the next one."""
    vector = np.zeros(8, np.float32)
    vector[place], vector[(place + 1) % 8] = 1.0, lean
    return vector / np.linalg.norm(vector)


def rows(snippets: int, examples: int = 4) -> list[ExampleRow]:
    """Snippets whose examples lie around an axis each."""
    return [
        ExampleRow(f"s{snippet}", f"example {number} of s{snippet}", packed_row(towards(snippet, lean=number / 20)))
        for snippet in range(snippets)
        for number in range(examples)
    ]


@pytest.mark.parametrize("right", range(5))
def test_nearest_snippet_is_first(right: int) -> None:
    """With its nearest example; three at most."""
    found = LikelySnippets(rows(5), CARD).candidates(towards(right))

    assert (f"s{right}", f"example 0 of s{right}", 3) == (found[0].snippet, found[0].nearest_example, len(found))
    assert found[0].confidence > 0.9


def test_question_about_something_else_is_likely_nothing() -> None:
    """What is as far from all of them leaves its share to none."""
    found = LikelySnippets(rows(4), CARD).candidates(towards(6))

    assert sum(one.confidence for one in found) < 0.1


@given(values=st.lists(st.floats(-1, 1, width=32), min_size=8, max_size=8), snippets=st.integers(1, 6))
def test_confidences_are_shares(values: list[float], snippets: int) -> None:
    """Of any embedding, also of one without a length, and of an island of a single example."""
    found = LikelySnippets(rows(snippets, examples=1 + snippets % 3), CARD).candidates(np.array(values, np.float32))

    assert all(0 <= one.confidence <= 1 for one in found)
    assert sum(one.confidence for one in found) <= 1 + 1e-6
    assert sorted((one.confidence for one in found), reverse=True) == [one.confidence for one in found]


def test_packed_rows_rank_as_embeddings_do() -> None:
    """A quarter of the bytes keeps a cosine to a hundredth."""
    rng = np.random.default_rng(7)
    for _ in range(200):
        one, other = rng.normal(size=(2, 384)).astype(np.float32)
        packed = packed_row(one).astype(np.float32)
        cosine = one @ other / np.linalg.norm(one) / np.linalg.norm(other)

        assert abs(packed @ other / np.linalg.norm(packed) / np.linalg.norm(other) - cosine) < 0.01
