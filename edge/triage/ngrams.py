"""Similarity of spelling: cosine over hashed character n-grams, weighted by how rare they are in the island.

It finds what the encoder's word pieces miss: typos, product names, codes. The island carries no weights for it. The
index is built from the examples when an island is loaded. All steps work on arrays, so 450 examples take about 1 ms.
"""

import math
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

_SIZES = (3, 4)
"""Lengths of the n-grams. With 2 and 5 the right snippet is first no more often, and a search takes a third longer."""
_BUCKETS = 1 << 16
"""numpy sorts 16-bit numbers in linear time. An island has some ten thousand different n-grams, so few collide."""
_LAST = np.array([_BUCKETS - 1], np.uint16)
_MULTIPLIER = np.uint32(0x9E3779B1)
"""2**32 divided by the golden ratio (Knuth, TAOCP 6.4). It spreads neighbouring values over the high bits."""
_MARK_BYTES = 4
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

    def __init__(self, *, buckets: NDArray[np.uint16], starts: NDArray[np.intp], members: NDArray[np.uint16],
                 rarity: NDArray[np.float32], lengths: NDArray[np.float32]) -> None:  # fmt: skip
        """`buckets` that have entries, ascending. Those of each begin in `members` at one of `starts`.

        One more of both ends them: the last bucket and the end of `members`. `rarity`: of a bucket with 0, 1, 2 …
        entries, as many as a bucket can have; float32.
        """
        places = np.uint16 if len(members) < _BUCKETS else np.int32
        # The one that ends them has no entries. If the last bucket has some, it is found before.
        self._buckets = buckets
        self._starts: NDArray[Any] = starts.astype(places)
        self._counts: NDArray[Any] = np.zeros(len(starts), places)
        self._counts[:-1] = starts[1:] - starts[:-1]
        self._members = members
        self._squared_rarity = rarity * rarity
        self._lengths = lengths

    @classmethod
    def build(cls, texts: Sequence[str]) -> Self:
        """The index of `texts`, each in normal form."""
        buckets, owners = _hashed(texts)
        order = np.argsort(buckets, kind="stable")
        buckets, owners = buckets[order], owners[order]
        is_new = _is_first(buckets)
        is_entry = is_new | _is_first(owners)
        buckets, owners, is_new = buckets[is_entry], owners[is_entry], is_new[is_entry]
        first = is_new.nonzero()[0]
        starts = np.concatenate((first, [len(buckets)]))
        counts = starts[1:] - starts[:-1]
        # An example is in a bucket twice if n-grams of both lengths fall into it.
        possible = np.arange(len(_SIZES) * len(texts) + 1)
        rarity = (np.log((1 + len(texts)) / (1 + possible)) + 1).astype(np.float32)
        weights = (rarity[counts] ** 2).repeat(counts)
        lengths = np.sqrt(np.bincount(owners, weights=weights, minlength=len(texts))).astype(np.float32)
        used = np.concatenate((buckets[first], _LAST))
        return cls(buckets=used, starts=starts, members=owners, rarity=rarity, lengths=np.maximum(lengths, 1e-6))

    def similarities(self, text: str) -> NDArray[np.float32]:
        """Cosine of `text` (in normal form) and each example: float32[examples], from 0 to 1."""
        buckets = _buckets_of(text)
        buckets.sort()
        at = buckets[_is_first(buckets)].astype(np.uint16)
        places = self._buckets.searchsorted(at)
        counts = self._counts.take(places)
        counts *= self._buckets.take(places) == at
        weights = self._squared_rarity.take(counts)
        length = math.sqrt(_SUM(weights)) or 1.0
        # Positions of all postings of all the text's n-grams, without a Python loop.
        behind: NDArray[np.intp] = np.add.accumulate(counts, dtype=np.intp)
        positions = np.arange(behind[-1] if len(behind) else 0)
        behind -= counts
        behind -= self._starts.take(places)
        positions -= behind.repeat(counts)
        owners = self._members.take(positions)
        shared = np.bincount(owners, weights=weights.repeat(counts), minlength=len(self._lengths))
        return (shared / (self._lengths * length)).astype(np.float32)


def _is_first(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """True for each value that is not the one before."""
    is_first = np.empty(len(ordered), bool)
    is_first[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=is_first[1:])
    return is_first


def _buckets_of(text: str) -> NDArray[np.uint32]:
    """Bucket of every n-gram of a text and a space on either side: those of three characters, then those of four."""
    # Behind the mark of its order, which this encoding begins with. Python looks for "utf-32-le" in a table of codecs.
    characters = np.frombuffer(f" {text} ".encode("utf-32", "replace"), np.uint32, offset=_MARK_BYTES)
    two = _longer(characters * _MULTIPLIER, characters[1:])
    three = _longer(two, characters[2:])
    buckets = np.concatenate((three, _longer(three, characters[3:])))
    buckets *= _MULTIPLIER
    buckets >>= _UPPER
    return buckets


def _hashed(texts: Sequence[str]) -> tuple[NDArray[np.uint16], NDArray[np.uint16]]:
    """Bucket of every n-gram of every text, as `_buckets_of` has them, and the index of its text."""
    buckets = _buckets_of("  ".join(texts))
    owners = np.arange(len(texts), dtype=np.uint16).repeat([len(text) + 2 for text in texts])
    # A window that begins in one text and ends in the next belongs to neither.
    inside = np.concatenate([owners[: 1 - size] == owners[size - 1 :] for size in _SIZES])
    begins = np.concatenate([owners[: 1 - size] for size in _SIZES])
    return buckets[inside].astype(np.uint16), begins[inside]
