"""Word vectors in four bits: the file stays on the disk, and the rows that a text needs are read and decoded.

It is not mapped: a mapped file that somebody shortens ends the process (SIGBUS).

A row has blocks of 32 weights: a float16 scale and 16 bytes, whose low halves are the first 16 weights plus 8 and whose
high halves are the others.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

BLOCK = 32
"""Weights that share a scale."""
BLOCK_BYTES = 18
_ZERO = 8
"""A half byte that stands for zero."""


class WordBytes(Protocol):
    """The bytes of all rows, one after another."""

    @property
    def size(self) -> int:
        """How many there are."""

    def read(self, start: int, count: int) -> bytes:
        """So many from there. Thread-safe. Raises `OSError`, also if the file has become shorter."""


class WordRows:
    """The vectors of a vocabulary, in rows of `row_bytes`. Thread-safe."""

    def __init__(self, content: WordBytes, row_bytes: int) -> None:
        self._content, self._row_bytes = content, row_bytes
        self._count = content.size // row_bytes

    def __len__(self) -> int:
        return self._count

    def vectors(self, ids: list[int]) -> NDArray[np.float32]:
        """float32[ids, dimensions]. `ids`: at least one. Raises `IndexError`, and `OSError` as `WordBytes.read`."""
        if not 0 <= min(ids) <= max(ids) < self._count:
            raise IndexError(f"found a piece outside of the {self._count} rows")
        size = self._row_bytes
        rows = b"".join([self._content.read(one * size, size) for one in ids])
        blocks = np.frombuffer(rows, np.uint8).reshape(len(ids), -1, BLOCK_BYTES)
        scales = np.ascontiguousarray(blocks[:, :, :2]).view("<f2").astype(np.float32)
        halves = blocks[:, :, 2:]
        steps = np.concatenate((halves & 15, halves >> 4), axis=2).astype(np.float32) - _ZERO
        return (steps * scales).reshape(len(ids), -1)
