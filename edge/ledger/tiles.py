"""Which file holds which hashes of the tree: C2SP tlog-tiles (https://c2sp.org/tlog-tiles).

A tile has up to 256 hashes of complete subtrees. Tiles of level n hold every eighth level of the tree: level 0 the
leaves' hashes, level 1 those of 256 leaves each. A tile that is not full has its width in its name, so a file never
changes. Entry bundles hold the leaves themselves, 256 a file.

>>> Tile(0, 1234067, 256).path
'tile/0/x001/x234/067'
>>> Tile(1, 0, 3).path
'tile/1/000.p/3'
"""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from edge.errors import Reason, RefusedError
from edge.ledger.tree import HASH_BYTES, MAX_SIZE, Hashes, node_hash

TILE_WIDTH = 256
TILE_HEIGHT = 8

MAX_ENTRY_BYTES = 0xFFFF
"""An entry bundle has the length of each entry in two bytes."""

_LENGTH = struct.Struct(">H")
_PATH = re.compile(r"tile/(entries|\d{1,2})/((?:x\d{3}/)*\d{3})(?:\.p/(\d{1,3}))?")
ENTRIES = -1
"""The level of bundles."""


class Tile(NamedTuple):
    """One file of hashes, or of entries."""

    level: int
    """From 0; -1 for a bundle of entries."""
    number: int
    """Its place among those of its level, from 0."""
    width: int
    """How many hashes or entries it holds, 1 to 256."""

    @property
    def path(self) -> str:
        """Where it lies, relative to the log."""
        level = "entries" if self.level == ENTRIES else str(self.level)
        suffix = "" if self.width == TILE_WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_numbered(self.number)}{suffix}"

    @property
    def is_entries(self) -> bool:
        """True for a bundle of entries."""
        return self.level == ENTRIES


def read_path(path: str) -> Tile:
    """The tile that lies there. Raises `RefusedError` for a path that no tile has."""
    found = _PATH.fullmatch(path)
    if found:
        level, numbers, width = found.groups()
        tile = Tile(
            ENTRIES if level == "entries" else int(level),
            int(re.sub(r"[x/]", "", numbers)),
            int(width) if width else TILE_WIDTH,
        )
        # One path for each tile: another spelling of the same is none.
        if tile.path == path and 1 <= tile.width <= TILE_WIDTH and tile.number < MAX_SIZE:
            return tile
    raise RefusedError(f"path {path[:80]!r}, expected one of a tile, like tile/0/x001/234.p/5", reason=Reason.MALFORMED)


def new_tiles(before: int, after: int) -> Iterator[Tile]:
    """The tiles that a log of `after` leaves has and one of `before` had not: entries, then hashes, level by level."""
    for level in (ENTRIES, *range(_levels(after))):
        height = TILE_HEIGHT * max(0, level)
        old, new = before >> height, after >> height
        if old == new:
            return
        for index in range(old // TILE_WIDTH, -(-new // TILE_WIDTH)):
            yield Tile(level, index, min(TILE_WIDTH, new - index * TILE_WIDTH))


def hashes_in(read: Callable[[Tile], bytes], size: int) -> Hashes:
    """The hashes of a log of `size` leaves, from its tiles. `read` gives a tile's bytes, and may keep them.

    The hashes raise `RefusedError` for a tile of the wrong length, and what `read` raises.
    """

    def hashes(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, TILE_HEIGHT)
        first = index << above
        tile_index, position = divmod(first, TILE_WIDTH)
        width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * tile_level)) - tile_index * TILE_WIDTH)
        tile = Tile(tile_level, tile_index, width)
        content = read(tile)
        if len(content) != width * HASH_BYTES:
            text = f"{tile.path} has {len(content)} bytes, expected {width * HASH_BYTES}"
            raise RefusedError(text, reason=Reason.LENGTH_MISMATCH)
        row = [content[at : at + HASH_BYTES] for at in range(position * HASH_BYTES, len(content), HASH_BYTES)]
        row = row[: 1 << above]
        while len(row) > 1:
            row = [node_hash(*pair) for pair in zip(row[::2], row[1::2], strict=True)]
        return row[0]

    return hashes


def to_bundle(entries: Sequence[bytes]) -> bytes:
    """Entries as a bundle holds them: each after its length in two bytes, big-endian.

    Raises `ValueError` for an entry that is too long.
    """
    for entry in entries:
        if len(entry) > MAX_ENTRY_BYTES:
            raise ValueError(f"entry has {len(entry)} bytes, expected at most {MAX_ENTRY_BYTES}")
    return b"".join(_LENGTH.pack(len(entry)) + entry for entry in entries)


def from_bundle(content: bytes, width: int) -> list[bytes]:
    """The `width` entries of a bundle. Raises `RefusedError` if it holds fewer, more, or a part of one."""
    entries, at = list[bytes](), 0
    while at + _LENGTH.size <= len(content) and len(entries) < width:
        (length,) = _LENGTH.unpack_from(content, at)
        at += _LENGTH.size + length
        entries.append(content[at - length : at])
    if at != len(content) or len(entries) != width:
        text = f"bundle of {len(content)} bytes has {len(entries)} entries up to byte {at}, expected {width}"
        raise RefusedError(text, reason=Reason.LENGTH_MISMATCH)
    return entries


def beginning_of(full: bytes, tile: Tile) -> bytes:
    """The bytes of a tile that is not full, from those of the full one in its place. Raises `RefusedError`."""
    if not tile.is_entries:
        return full[: tile.width * HASH_BYTES]
    return to_bundle(from_bundle(full, TILE_WIDTH)[: tile.width])


def _levels(size: int) -> int:
    """How many levels of tiles a log of `size` leaves has."""
    return -(-size.bit_length() // TILE_HEIGHT)


def _numbered(index: int) -> str:
    """A number in threes, all but the last marked: 1234067 is `x001/x234/067`."""
    above, last = divmod(index, 1000)
    text = f"{last:03}"
    while above:
        above, part = divmod(above, 1000)
        text = f"x{part:03}/{text}"
    return text
