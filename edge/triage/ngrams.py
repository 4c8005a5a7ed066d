"""Similarity of spelling: cosine over hashed character n-grams, weighted by how rare they are in the island.

It finds what the encoder's word pieces miss: typos, product names, codes. The island carries no weights for it. The
index is built from the examples when an island is loaded. All steps work on arrays, so 450 examples take about 5 ms.
"""

import math
from collections.abc import Iterator, Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_SIZES = (3, 4)
"""Lengths of the n-grams. With 2 and 5 the right snippet is first no more often, and a search takes a third longer."""
_BUCKETS = 1 << 16
"""numpy sorts 16-bit numbers in linear time. An island has some ten thousand different n-grams, so few collide."""
_MULTIPLIER = np.uint32(0x9E3779B1)
"""2**32 divided by the golden ratio (Knuth, TAOCP 6.4). It spreads neighbouring values over the high bits."""
_HALF, _UPPER = np.uint32(15), np.uint32(16)


def _longer(rolling: NDArray[np.uint32], following: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Hashes of windows from those of the windows that are a character shorter."""
    before = rolling[:-1]
    longer = before >> _HALF
    longer ^= before
    longer *= _MULTIPLIER
    longer += following
    return longer


_SUM = np.add.reduce
"""What an array's method calls in the end."""


class NgramIndex:
    """Inverted index of the examples' character n-grams. Immutable."""

    def __init__(self, *, starts: NDArray[np.int32], members: NDArray[np.uint16], rarity: NDArray[np.float32],
                 lengths: NDArray[np.float32]) -> None:  # fmt: skip
        """`rarity`: of a bucket with 0, 1, 2 … entries, as many as a bucket can have; float32."""
        self._members = members
        self._squared_rarity = rarity * rarity
        self._lengths = lengths
        # A search looks at some hundred of 65,536 buckets, and finds little of them in the processor's cache. So the
        # table is small.
        self._starts: NDArray[Any] = starts.astype(np.uint16 if len(members) < _BUCKETS else np.int32)

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        """The index of `texts`, each in normal form."""
        buckets, owners = _hashed(texts)
        order = np.argsort(buckets, kind="stable")
        buckets, owners = buckets[order], owners[order]
        first = np.ones(len(buckets), bool)
        first[1:] = (buckets[1:] != buckets[:-1]) | (owners[1:] != owners[:-1])
        buckets, owners = buckets[first], owners[first]
        counts = np.bincount(buckets, minlength=_BUCKETS)
        # An example is in a bucket twice if n-grams of both lengths fall into it.
        possible = np.arange(len(_SIZES) * len(texts) + 1)
        rarity = (np.log((1 + len(texts)) / (1 + possible)) + 1).astype(np.float32)
        weights = rarity[counts[buckets]] ** 2
        lengths = np.sqrt(np.bincount(owners, weights=weights, minlength=len(texts))).astype(np.float32)
        starts = np.concatenate([np.zeros(1, np.int32), np.cumsum(counts, dtype=np.int32)])
        return cls(starts=starts, members=owners.astype(np.uint16), rarity=rarity, lengths=np.maximum(lengths, 1e-6))

    def similarities(self, text: str) -> NDArray[np.float32]:
        """Cosine of `text` (in normal form) and each example: float32[examples], from 0 to 1."""
        buckets = _buckets_of(text)
        buckets.sort()
        is_first = np.empty(len(buckets), bool)
        is_first[:1] = True
        np.not_equal(buckets[1:], buckets[:-1], out=is_first[1:])
        at = buckets[is_first].astype(np.intp)
        starts = self._starts.take(at)
        at += 1
        ends = self._starts.take(at)
        counts: NDArray[Any] = ends - starts
        weights = self._squared_rarity.take(counts)
        length = math.sqrt(_SUM(weights)) or 1.0
        # Positions of all postings of all the text's n-grams, without a Python loop.
        behind: NDArray[np.intp] = np.add.accumulate(counts, dtype=np.intp)
        positions = np.arange(behind[-1] if len(behind) else 0)
        behind -= ends
        positions -= behind.repeat(counts)
        owners = self._members.take(positions)
        shared = np.bincount(owners, weights=weights.repeat(counts), minlength=len(self._lengths))
        return (shared / (self._lengths * length)).astype(np.float32)


def _buckets_of(text: str) -> NDArray[np.uint32]:
    """Bucket of every n-gram of one text, the shorter ones first. Equals what `_windows` gives, in fewer steps."""
    characters = np.frombuffer(f" {text} ".encode("utf-32-le", "replace"), "<u4")
    two = _longer(characters * _MULTIPLIER, characters[1:])
    three = _longer(two, characters[2:])
    buckets = np.concatenate((three, _longer(three, characters[3:])))
    buckets *= _MULTIPLIER
    buckets >>= _UPPER
    return buckets


def _hashed(texts: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Bucket of every n-gram of every text, and the index of its text."""
    owners = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in texts])
    buckets: list[NDArray[np.uint16]] = []
    kept: list[NDArray[np.int64]] = []
    for size, hashed in _windows(texts):
        # A window that begins in one text and ends in the next belongs to neither.
        inside = owners[: len(hashed)] == owners[size - 1 :]
        buckets.append(hashed[inside])
        kept.append(owners[: len(hashed)][inside])
    return np.concatenate(buckets), np.concatenate(kept)


def _windows(texts: Sequence[str]) -> Iterator[tuple[int, NDArray[np.uint16]]]:
    """For each size of n-gram, the bucket of every window of that size. Each text gets a space on either side."""
    joined = "".join(f" {text} " for text in texts)
    characters = np.frombuffer(joined.encode("utf-32-le", "replace"), "<u4")
    rolling = characters * _MULTIPLIER
    for size in range(2, max(_SIZES) + 1):
        # Each round makes the hash of a window from the hash of the one that is a character shorter.
        rolling = _longer(rolling, characters[size - 1 :])
        if size in _SIZES:
            yield size, ((rolling * _MULTIPLIER) >> _UPPER).astype(np.uint16)
