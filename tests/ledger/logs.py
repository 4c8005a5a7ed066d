"""A log in memory, as its files: what the tests of the ledger read."""

from nacl.signing import SigningKey

from edge.ledger import GrowingTree, Hashes, Tile, hashes_in, leaf_hash, new_tiles, to_bundle
from edge.ledger.tiles import TILE_HEIGHT

PEN = SigningKey(b"\x01" * 32)
"""The key of a log."""


class LogInMemory:
    """A log whose tiles are written after each batch of entries, as a PoP writes them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.entries: list[bytes] = []
        self.tree = GrowingTree()
        self.roots = [self.tree.root]
        """The root of each size, from none on."""
        self._complete: dict[tuple[int, int], bytes] = {}

    def add(self, *entries: bytes) -> None:
        """Append a batch, and write the tiles that are new."""
        before = self.tree.size
        for entry in entries:
            self.entries.append(entry)
            for level, index, digest in self.tree.append(leaf_hash(entry)):
                self._complete[level, index] = digest
            self.roots.append(self.tree.root)
        for tile in new_tiles(before, self.tree.size):
            self.files[tile.path] = self._content(tile)

    @property
    def hashes(self) -> Hashes:
        """The hashes of its complete subtrees, from files."""
        return hashes_in(lambda tile: self.files[tile.path], self.tree.size)

    def _content(self, tile: Tile) -> bytes:
        first = tile.number * 256
        numbers = range(first, first + tile.width)
        if tile.is_entries:
            return to_bundle([self.entries[number] for number in numbers])
        return b"".join(self._complete[TILE_HEIGHT * tile.level, number] for number in numbers)
