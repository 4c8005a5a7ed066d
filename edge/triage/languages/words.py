"""Word vectors in four bits, decoded when a text needs them: the file stays on the disk, and is mapped.

A row has blocks of 32 weights: a float16 scale and 16 bytes, whose low halves are the first 16 weights plus 8 and whose
high halves are the others.
"""

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
"""Weights that share a scale."""
BLOCK_BYTES = 18
_ZERO = 8
"""A half byte that stands for zero."""


class WordRows:
    """The vectors of a vocabulary: uint8[pieces, bytes], in memory or mapped."""

    def __init__(self, rows: NDArray[np.uint8]) -> None:
        self._rows = rows

    def __len__(self) -> int:
        return len(self._rows)

    def vectors(self, ids: list[int]) -> NDArray[np.float32]:
        """float32[ids, dimensions]. `ids`: at least one."""
        blocks = self._rows[ids].reshape(len(ids), -1, BLOCK_BYTES)
        scales = np.ascontiguousarray(blocks[:, :, :2]).view("<f2").astype(np.float32)
        halves = blocks[:, :, 2:]
        steps = np.concatenate((halves & 15, halves >> 4), axis=2).astype(np.float32) - _ZERO
        return (steps * scales).reshape(len(ids), -1)
