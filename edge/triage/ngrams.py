"""How alike two spellings are: cosine over hashed character n-grams, weighted by how rare they are in the island.

Catches what the encoder's word pieces miss: typos, product names, codes. The index is built from the example texts when
an island is loaded (no weights travel), so building is array work throughout: 450 examples take about 5 ms.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import NDArray

_SIZES = (2, 3, 4, 5)
_BUCKETS = 1 << 16
"""Sorting 16-bit numbers is linear in numpy; an island has some ten thousand different n-grams, so few collide."""
_MULTIPLIER = np.uint32(0x9E3779B1)
"""2**32 over the golden ratio (Knuth, TAOCP 6.4): spreads neighbouring values over the high bits."""


class NgramIndex:
    """Inverted index of the examples' character n-grams. Immutable."""

    def __init__(self, *, starts: NDArray[np.int64], members: NDArray[np.int64], rarity: NDArray[np.float32],
                 lengths: NDArray[np.float32]) -> None:  # fmt: skip
        self._starts = starts
        self._members = members
        self._squared_rarity = rarity * rarity
        self._lengths = lengths

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
        rarity = (np.log((1 + len(texts)) / (1 + counts)) + 1).astype(np.float32)
        lengths = np.sqrt(np.bincount(owners, weights=rarity[buckets] ** 2, minlength=len(texts))).astype(np.float32)
        starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(counts)])
        return cls(starts=starts, members=owners, rarity=rarity, lengths=np.maximum(lengths, 1e-6))

    def similarities(self, text: str) -> NDArray[np.float32]:
        """Cosine of `text` (in normal form) and each example: float32[examples], from 0 to 1."""
        buckets = np.unique(_hashed([text])[0])
        weights = self._squared_rarity[buckets]
        length = float(np.sqrt(weights.sum())) or 1.0
        starts, ends = self._starts[buckets], self._starts[buckets.astype(np.int64) + 1]
        counts = ends - starts
        # Positions of all postings of all the text's n-grams, without a Python loop.
        offsets = np.repeat(starts - np.concatenate([[0], np.cumsum(counts)[:-1]]), counts)
        members = self._members[offsets + np.arange(len(offsets))]
        shared = np.bincount(members, weights=np.repeat(weights, counts), minlength=len(self._lengths))
        return (shared / (self._lengths * length)).astype(np.float32)


def _hashed(texts: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.int64]]:
    """Bucket and owning text of every n-gram of every text; a text is read with a space on either side."""
    padded = [f" {text} " for text in texts]
    signs = np.frombuffer("".join(padded).encode("utf-32-le", "replace"), "<u4")
    ends = np.cumsum([len(text) for text in padded])
    owners = np.repeat(np.arange(len(padded)), np.diff(ends, prepend=0))
    buckets: list[NDArray[np.uint16]] = []
    kept: list[NDArray[np.int64]] = []
    rolling = signs.astype(np.uint32) * _MULTIPLIER
    for _, size in pairwise((1, *_SIZES)):
        # One sign more than the round before: hash of the longer window from the hash of the shorter.
        rolling = (rolling[:-1] ^ (rolling[:-1] >> np.uint32(15))) * _MULTIPLIER + signs[size - 1 :]
        inside = owners[: len(rolling)] == owners[size - 1 :]
        buckets.append(((rolling * _MULTIPLIER) >> np.uint32(16)).astype(np.uint16)[inside])
        kept.append(owners[: len(rolling)][inside])
    return np.concatenate(buckets), np.concatenate(kept)
