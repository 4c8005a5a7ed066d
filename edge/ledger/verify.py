"""Is a log what its checkpoint says? Every entry is hashed again, and every tile is compared with what follows from it.

The reader of the files is the caller's. A log of a million entries is verified with a few tiles in memory.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from edge.errors import Reason, RefusedError
from edge.ledger.checkpoint import Checkpoint
from edge.ledger.tiles import ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, from_bundle
from edge.ledger.tree import HASH_BYTES, GrowingTree, leaf_hash

ReadTile = Callable[[Tile], bytes]
"""Gives the bytes of a file of the log. What it raises, the verification raises."""


def verify_log(
    checkpoint: Checkpoint, read: ReadTile, *, since: Checkpoint | None = None, also: Iterable[Tile] = ()
) -> None:
    """Raise `RefusedError` unless entries and tiles are those of the checkpoint. The caller has verified its signature.

    `since` is an earlier checkpoint: the log must begin with it. `also` are further tiles that were found, such as
    those of earlier states: each that is a part of a verified one is compared, others are not of this log's state.
    """
    if since is not None:
        _check_later(checkpoint, since)
    rows = _Rows(read, checkpoint.size, also)
    tree = GrowingTree()
    for number in range(-(-checkpoint.size // TILE_WIDTH)):
        for entry in rows.entries(number):
            for level, index, digest in tree.append(leaf_hash(entry)):
                rows.add(level, index, digest)
            if since is not None and tree.size == since.size:
                _check_root(tree, since, "the earlier checkpoint")
    rows.finish()
    _check_root(tree, checkpoint, "the checkpoint")


class _Rows:
    """The tiles of a log as they follow from its entries: one open row of hashes for each level."""

    def __init__(self, read: ReadTile, size: int, also: Iterable[Tile]) -> None:
        self._read, self._size = read, size
        self._rows = defaultdict[int, bytearray](bytearray)
        self._numbers = defaultdict[int, int](int)
        self._also = defaultdict[tuple[int, int], set[int]](set)
        for level, number, width in also:
            self._also[level, number].add(width)

    def entries(self, number: int) -> list[bytes]:
        """The entries of one bundle."""
        tile = Tile(ENTRIES, number, min(TILE_WIDTH, self._size - number * TILE_WIDTH))
        entries = from_bundle(self._read(tile), tile.width)
        for part in self._parts(tile):
            if from_bundle(self._read(part), part.width) != entries[: part.width]:
                raise _changed(part, "does not hold the entries of the fuller one")
        return entries

    def add(self, level: int, index: int, digest: bytes) -> None:
        """One complete subtree. A tile that is full is compared, and forgotten."""
        if level % TILE_HEIGHT:
            return
        tile_level = level // TILE_HEIGHT
        row = self._rows[tile_level]
        row += digest
        if (index + 1) % TILE_WIDTH == 0:
            self._compare(tile_level)

    def finish(self) -> None:
        """Compare the tiles that are not full."""
        for level, row in list(self._rows.items()):
            if row:
                self._compare(level)

    def _compare(self, level: int) -> None:
        expected = bytes(self._rows[level])
        tile = Tile(level, self._numbers[level], len(expected) // HASH_BYTES)
        for one in (tile, *self._parts(tile)):
            if self._read(one) != expected[: one.width * HASH_BYTES]:
                raise _changed(one, "does not hold the hashes that follow from the entries")
        self._rows[level].clear()
        self._numbers[level] += 1

    def _parts(self, tile: Tile) -> Iterator[Tile]:
        """Tiles of earlier states that are the beginning of this one."""
        widths = self._also[tile.level, tile.number]
        return (Tile(tile.level, tile.number, width) for width in sorted(widths) if width < tile.width)


def _check_later(checkpoint: Checkpoint, since: Checkpoint) -> None:
    if checkpoint.origin != since.origin:
        text = f"the earlier checkpoint is of {since.origin!r}, expected {checkpoint.origin!r}"
        raise RefusedError(text, reason=Reason.CONTRADICTORY)
    if checkpoint.size < since.size:
        text = f"log has {checkpoint.size} entries, expected at least the {since.size} of the earlier checkpoint"
        raise RefusedError(text, reason=Reason.ROLLBACK)
    if since.size == 0:
        _check_root(GrowingTree(), since, "the earlier checkpoint")


def _check_root(tree: GrowingTree, stated: Checkpoint, name: str) -> None:
    if tree.root != stated.root:
        text = f"the first {tree.size} entries have another root than {name} says: the log has two histories"
        raise RefusedError(text, reason=Reason.HASH_MISMATCH)


def _changed(tile: Tile, what: str) -> RefusedError:
    return RefusedError(f"{tile.path} {what}: the file was changed", reason=Reason.HASH_MISMATCH)
