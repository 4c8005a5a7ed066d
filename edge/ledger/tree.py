"""The hash tree of RFC 6962, section 2.1: roots of a log that only grows.

A *complete subtree* at `level` and `index` holds the 2**level leaves from `index << level` on. Its hash never changes,
so hashes of complete subtrees are all that is stored. `GrowingTree` needs only the largest ones that cover the log:
one for each bit of its size.

>>> tree = GrowingTree()
>>> [(one.level, one.number) for one in tree.append(leaf_hash(b"a")) + tree.append(leaf_hash(b"b"))]
[(0, 0), (0, 1), (1, 0)]
"""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

HASH_BYTES = 32

EMPTY_ROOT = sha256(b"").digest()
"""The root of a tree without leaves."""

MAX_SIZE = 1 << 48
"""Leaves. Other readers of tiles hold sizes in 63 bits; a PoP with a thousand leaves a second needs 9,000 years."""

Hashes = Callable[[int, int], bytes]
"""Gives the hash of the complete subtree at a level and an index."""


class Subtree(NamedTuple):
    """A complete subtree, and its hash."""

    level: int
    number: int
    """Its place among those of its level, from 0."""
    digest: bytes


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node, from the hashes below it."""
    return sha256(b"\x01" + left + right).digest()


class GrowingTree:
    """A tree that leaves are added to, in 32 bytes for each bit of its size. Not thread-safe."""

    def __init__(self, size: int = 0, hashes: Hashes | None = None) -> None:
        """Go on from `size` leaves. `hashes` is asked only for the subtrees that cover them."""
        self._size = size
        self._peaks = list[bytes]()
        """Hashes of the subtrees that cover the leaves, the largest first."""
        if hashes is not None:
            self._peaks = [hashes(level, index) for level, index in covering(0, size)]

    @property
    def size(self) -> int:
        """How many leaves it has."""
        return self._size

    @property
    def root(self) -> bytes:
        """The root hash of all leaves."""
        return _joined(self._peaks)

    def append(self, digest: bytes) -> list[Subtree]:
        """Add a leaf by its hash. Returns the subtrees that are complete now: the leaf's first, then larger ones."""
        level, index, complete = 0, self._size, [Subtree(0, self._size, digest)]
        while index & 1:
            digest = node_hash(self._peaks.pop(), digest)
            level, index = level + 1, index >> 1
            complete.append(Subtree(level, index, digest))
        self._peaks.append(digest)
        self._size += 1
        return complete


def covering(start: int, end: int) -> list[tuple[int, int]]:
    """Level and index of the complete subtrees that cover the leaves from `start` to before `end`, the first first.

    They are the subtrees of RFC 6962 if `start` is a multiple of the largest power of two below the number of leaves.
    """
    found = list[tuple[int, int]]()
    while start < end:
        level = (end - start).bit_length() - 1
        found.append((level, start >> level))
        start += 1 << level
    return found


def range_root(start: int, end: int, hashes: Hashes) -> bytes:
    """The hash of the leaves from `start` to before `end`, as if they were a tree of their own.

    `start` is a multiple of the largest power of two below the number of leaves. So it is wherever a tree is split.
    """
    return _joined([hashes(level, index) for level, index in covering(start, end)])


def _joined(peaks: list[bytes]) -> bytes:
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root
