"""A closed log in a folder, as tiles and checkpoint (C2SP tlog-tiles), and the proof that all of it is there.

Any reader of such logs can take it from there. The folder gets its name last, after every file in it was synced.
"""

import os
import shutil
from collections import defaultdict
from pathlib import Path

from edge.errors import Reason, RefusedError
from edge.host import storage_errors, sync_folder
from edge.ledger import (
    TILE_HEIGHT,
    TILE_WIDTH,
    GrowingTree,
    NoteKey,
    Tile,
    from_bundle,
    leaf_hash,
    open_checkpoint,
)


class LogArchive:
    """The archive of one log in `folder/ORIGIN`. Blocking. Every method raises `StorageError` if the disk fails."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder / origin
        self._new = self._folder.with_name(f"{self._folder.name}.new")

    def begin(self) -> None:
        """Make an empty folder for it. What a crash left of an earlier attempt is deleted."""
        with storage_errors(self._new):
            shutil.rmtree(self._new, ignore_errors=True)
            self._new.mkdir(parents=True)

    def write(self, path: str, content: bytes) -> None:
        """Write one file; durable with `finish`."""
        file = self._new / path
        with storage_errors(file):
            file.parent.mkdir(parents=True, exist_ok=True)
            with file.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())

    def finish(self) -> None:
        """Give the folder its name, in place of an archive of the same log from before a crash. Durable on return.

        Raises `RefusedError` if it is the archive of another log of this name, as after a ledger was set aside.
        """
        if self._checkpoint(self._folder) not in (None, self._checkpoint(self._new)):
            raise _refused(f"{self._folder} is the archive of another log of this name; move it, so that both are kept")
        for folder in (*self._new.rglob("*/"), self._new):
            sync_folder(folder)
        with storage_errors(self._folder):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._new.rename(self._folder)
        sync_folder(self._folder.parent)

    def check(self, key: NoteKey) -> int:
        """Read all of it again: every leaf, every hash, the root and the signature. Returns how many leaves it has.

        Raises `RefusedError` if anything is missing or another.
        """
        checkpoint = open_checkpoint(self._read("checkpoint").decode(errors="replace"), key).checkpoint
        tree, rows = GrowingTree(), defaultdict[int, list[bytes]](list)
        numbers = defaultdict[int, int](int)
        while tree.size < checkpoint.size:
            bundle = Tile(-1, numbers[-1], min(TILE_WIDTH, checkpoint.size - tree.size))
            numbers[-1] += 1
            for entry in from_bundle(self._read(bundle.path), bundle.width):
                for level, _, digest in tree.append(leaf_hash(entry)):
                    if level % TILE_HEIGHT == 0:
                        self._compare(level // TILE_HEIGHT, rows, numbers, digest)
        for level, row in rows.items():
            if row:
                self._check_tile(Tile(level, numbers[level], len(row)), row)
        if tree.root != checkpoint.root:
            raise _refused(f"archive {self._folder} of {checkpoint.size} leaves has another root than its checkpoint")
        return checkpoint.size

    @staticmethod
    def _checkpoint(folder: Path) -> bytes | None:
        """The checkpoint in an archive; None if there is none: it was being deleted."""
        file = folder / "checkpoint"
        with storage_errors(file):
            try:
                return file.read_bytes()
            except FileNotFoundError:
                return None

    def _compare(self, level: int, rows: dict[int, list[bytes]], numbers: dict[int, int], digest: bytes) -> None:
        """Note a hash of a tile's level, and compare the tile once all of its hashes are known."""
        row = rows[level]
        row.append(digest)
        if len(row) == TILE_WIDTH:
            self._check_tile(Tile(level, numbers[level], TILE_WIDTH), row)
            numbers[level] += 1
            row.clear()

    def _check_tile(self, tile: Tile, row: list[bytes]) -> None:
        if self._read(tile.path) != b"".join(row):
            raise _refused(f"{self._folder / tile.path} has other hashes than its leaves")

    def _read(self, path: str) -> bytes:
        file = self._folder / path
        with storage_errors(file):
            try:
                return file.read_bytes()
            except FileNotFoundError:
                raise _refused(f"{file} is missing, expected it in the archive") from None


def _refused(text: str) -> RefusedError:
    return RefusedError(text, reason=Reason.HASH_MISMATCH)
