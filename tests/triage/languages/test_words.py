"""Word vectors in four bits: what was packed comes back, of the rows that are asked for alone."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from edge.triage.languages.words import BLOCK, BLOCK_BYTES, WordRows

ZERO, STEPS = 8, 16


class InMemory:
    """The bytes of an array."""

    def __init__(self, rows: NDArray[np.uint8]) -> None:
        self._bytes = rows.tobytes()
        self.size = len(self._bytes)

    def read(self, start: int, count: int) -> bytes:
        """As `WordBytes.read`."""
        return self._bytes[start : start + count]


def rows_of(rows: NDArray[np.uint8]) -> WordRows:
    """uint8[rows, bytes] as a table."""
    return WordRows(InMemory(rows), rows.shape[1])


def packed(scales: NDArray[np.float16], steps: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Rows as the package has them. `scales`: [rows, blocks]. `steps`: [rows, blocks, BLOCK], from 0 to 15."""
    halves = steps[:, :, : BLOCK // 2] | steps[:, :, BLOCK // 2 :] << 4
    blocks = np.concatenate((scales.astype("<f2")[:, :, np.newaxis].view(np.uint8), halves), axis=2)
    return blocks.reshape(len(scales), -1)


def table(rows: int, blocks: int, seed: int = 3) -> tuple[NDArray[np.float16], NDArray[np.uint8]]:
    """Scales and steps of a random table."""
    rng = np.random.default_rng(seed)
    scales = rng.uniform(0.001, 0.1, (rows, blocks)).astype(np.float16)
    return scales, rng.integers(0, STEPS, (rows, blocks, BLOCK)).astype(np.uint8)


@given(
    rows=st.integers(1, 6),
    blocks=st.integers(1, 4),
    seed=st.integers(0, 99),
    asked=st.lists(st.integers(0, 5), min_size=1),
)
def test_rows_come_back(rows: int, blocks: int, seed: int, asked: list[int]) -> None:
    """Each weight is its step from zero, times its block's scale: in any order, and the same row twice."""
    scales, steps = table(rows, blocks, seed)
    words, ids = rows_of(packed(scales, steps)), [one % rows for one in asked]
    expected = (steps.astype(np.float32) - ZERO) * scales.astype(np.float32)[:, :, np.newaxis]

    found = words.vectors(ids)

    assert rows == len(words)
    assert np.float32 == found.dtype
    assert np.array_equal(expected[ids].reshape(len(ids), blocks * BLOCK), found)


def test_row_written_by_hand() -> None:
    """The low halves of the bytes are the first 16 weights, the high halves the other 16."""
    row = np.frombuffer(np.array([0.5], "<f2").tobytes() + bytes([0xF0]) + bytes([0x88]) * 15, np.uint8)
    (vector,) = rows_of(row[np.newaxis]).vectors([0])

    assert BLOCK_BYTES == len(row)
    assert (-4.0, 3.5) == (vector[0], vector[16])
    assert not np.delete(vector, [0, 16]).any()


def test_row_that_is_not_there() -> None:
    """It is an error, and not another word."""
    words = rows_of(packed(*table(3, 1)))

    with pytest.raises(IndexError):
        words.vectors([3])
