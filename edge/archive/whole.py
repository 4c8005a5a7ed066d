"""Is what came the log that its checkpoint says? Every entry is read again from the disk and hashed.

The tiles of hashes are made here from the entries: a PoP sends none, so none can be wrong. A log of a million entries
takes a few tiles in memory.
"""

from collections import defaultdict
from collections.abc import Callable, Collection

from edge.archive.upload import LogFolder, bundle, bundles_of
from edge.errors import Reason, RefusedError
from edge.host import ignore
from edge.ledger import TILE_HEIGHT, TILE_WIDTH, Checkpoint, GrowingTree, Tile, from_bundle, leaf_hash, read_leaf
from edge.records.ledger import LeafKind

_HASH_BYTES = 32


def complete(
    folder: LogFolder,
    checkpoint: Checkpoint,
    *,
    earlier: Collection[Checkpoint] = (),
    on_bundle: Callable[[int], object] = ignore,
) -> None:
    """Write the tiles of hashes of the log in `folder`, and raise `RefusedError` unless it is that of the checkpoint.

    `earlier` are states of it that others have seen: the log must begin with each. Its last entry must close it.
    `on_bundle` is called with the number of each bundle before it is read; what it raises ends this. Can be repeated.
    """
    # Two states of one size may have two roots: each is compared.
    stated = defaultdict[int, list[Checkpoint]](list)
    for one in (*earlier, checkpoint):
        stated[one.size].append(one)
    tree, tiles, last = GrowingTree(), _Tiles(folder), b""
    _compare(tree, stated.get(0, ()))
    for number in range(bundles_of(checkpoint.size)):
        on_bundle(number)
        tile = bundle(number, checkpoint.size)
        for entry in from_bundle(folder.read(tile), tile.width):
            for level, _, digest in tree.append(leaf_hash(entry)):
                tiles.add(level, digest)
            last = entry
            _compare(tree, stated.get(tree.size, ()))
    if read_leaf(last).kind is not LeafKind.CLOSED:
        raise RefusedError(
            f"the last of {checkpoint.size} entries does not close the log, expected all entries of a closed one",
            reason=Reason.CONTRADICTORY,
        )
    tiles.finish()


class _Tiles:
    """One open tile of hashes for each level; full ones are written and forgotten."""

    def __init__(self, folder: LogFolder) -> None:
        self._folder = folder
        self._rows, self._numbers = defaultdict[int, bytearray](bytearray), defaultdict[int, int](int)

    def add(self, level: int, digest: bytes) -> None:
        """Add the hash of one complete subtree, in their order."""
        tile_level, rest = divmod(level, TILE_HEIGHT)
        if rest:
            return
        row = self._rows[tile_level]
        row += digest
        if len(row) == TILE_WIDTH * _HASH_BYTES:
            self._write(tile_level)

    def finish(self) -> None:
        """Write those that are not full."""
        for level, row in self._rows.items():
            if row:
                self._write(level)

    def _write(self, level: int) -> None:
        row = self._rows[level]
        self._folder.write(Tile(level, self._numbers[level], len(row) // _HASH_BYTES), bytes(row))
        row.clear()
        self._numbers[level] += 1


def _compare(tree: GrowingTree, stated: Collection[Checkpoint]) -> None:
    if any(one.root != tree.root for one in stated):
        raise RefusedError(
            f"the first {tree.size} entries have another root than a checkpoint of {tree.size} says: entries were"
            " changed, or the log has two histories",
            reason=Reason.HASH_MISMATCH,
        )
