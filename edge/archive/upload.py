"""The files of a log on its way into an archive, and those of one that is there. Blocking.

    <archive>/POP/TENANT/EVENT.new/   on its way: bundles of entries, and what is signed
    <archive>/POP/TENANT/EVENT.gone/  what is being deleted of a log that was on its way
    <archive>/POP/TENANT/EVENT/       verified: as a PoP's own archive (C2SP tlog-tiles), and `key`

A folder gets its name without `.new` last, after every file in it was synced and verified. Each file is whole or
absent. Every method raises `StorageError` if the disk fails.
"""

import re
import shutil
from pathlib import Path

from edge.errors import Reason, RefusedError
from edge.host import clear_unfinished, replace_file, storage_errors, sync_folder
from edge.ledger import TILE_WIDTH, NoteKey, Tile
from edge.records import NAME_PATTERN
from edge.records.archive import ClosedLog
from edge.store.ledger import COSIGNED_FILE

CHECKPOINT_FILE = "checkpoint"
KEY_FILE = "key"
"""The verifier key by which the log was verified here. A reader compares it with one from elsewhere."""

NEW, GONE = ".new", ".gone"
"""What the folder of a log on its way, and of one that is being deleted, have at their ends. No name has a dot."""

_BUNDLES = -1
# `_` stands for what is not known: the event, or tenant and event of a reply to a ticket that the PoP forgot.
_LOG = rf"(?:_/_|{NAME_PATTERN}/(?:_|{NAME_PATTERN}))"
_ORIGIN = re.compile(rf"{NAME_PATTERN}/{_LOG}(?:~[1-9][0-9]{{0,8}})?")


def is_origin(text: str) -> bool:
    """True if `text` is `POP/TENANT/EVENT`, each a name: it becomes a folder's."""
    return _ORIGIN.fullmatch(text) is not None


def bundle(number: int, size: int) -> Tile:
    """The bundle of this number in a log of `size` entries."""
    return Tile(_BUNDLES, number, min(TILE_WIDTH, size - number * TILE_WIDTH))


def bundles_of(size: int) -> int:
    """How many bundles a log of `size` entries has."""
    return -(-size // TILE_WIDTH)


class LogFolder:
    """The folder of the log `origin`, `POP/TENANT/EVENT`, whose parts have been checked to be names."""

    def __init__(self, archive: Path, origin: str) -> None:
        self._folder = archive / origin
        self._new = self._folder.with_name(f"{self._folder.name}{NEW}")
        self._gone = self._folder.with_name(f"{self._folder.name}{GONE}")

    def kept(self) -> str | None:
        """The checkpoint of the log that is in the archive; None if there is none."""
        return _text(self._folder / CHECKPOINT_FILE)

    def begun(self) -> tuple[str, str] | None:
        """Checkpoint and key of the log that is on its way; None if none is."""
        checkpoint, key = _text(self._new / CHECKPOINT_FILE), _text(self._new / KEY_FILE)
        return None if checkpoint is None or key is None else (checkpoint, key.strip())

    def begin(self, closed: ClosedLog, key: NoteKey) -> None:
        """Keep what is signed of a log. Bundles that are here stay."""
        with storage_errors(self._new):
            self._new.mkdir(parents=True, exist_ok=True)
        clear_unfinished(self._new)
        files = {KEY_FILE: f"{key.text}\n", COSIGNED_FILE: closed.cosigned, CHECKPOINT_FILE: closed.checkpoint}
        for name, text in files.items():
            if text:
                replace_file(self._new / name, text.encode())
            else:
                # What came with an earlier request was not compared with the log.
                _delete(self._new / name)

    def discard(self) -> None:
        """Delete what is on its way, and what was left of an earlier deletion. Idempotent."""
        self.delete_gone()
        with storage_errors(self._new):
            if not self._new.exists():
                return
            # If the process dies after this line, nothing is on its way, and the rest is deleted later.
            self._new.rename(self._gone)
        self.delete_gone()

    def delete_gone(self) -> None:
        """Delete what is left of an earlier deletion. Idempotent."""
        with storage_errors(self._gone):
            if self._gone.exists():
                shutil.rmtree(self._gone)

    def bundles(self, size: int) -> int:
        """How many bundles are here, from the first on."""
        number = 0
        while number < bundles_of(size) and (self._new / bundle(number, size).path).is_file():
            number += 1
        return number

    def write(self, tile: Tile, content: bytes) -> None:
        """Write a file of the log that is on its way. It is whole or absent; its name is durable with `finish`."""
        file = self._new / tile.path
        with storage_errors(file):
            file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, content)

    def read(self, tile: Tile) -> bytes:
        """The bytes of a file of the log that is on its way. Raises `RefusedError` if there is none."""
        file = self._new / tile.path
        with storage_errors(file):
            try:
                return file.read_bytes()
            except FileNotFoundError:
                raise RefusedError(f"{tile.path} is missing here", reason=Reason.NOT_FOUND) from None

    def finish(self) -> None:
        """Give the folder its name. Durable on return."""
        with storage_errors(self._new):
            folders = [path for path in self._new.rglob("*") if path.is_dir()]
        for folder in folders:
            clear_unfinished(folder)
        for folder in (*folders, self._new):
            sync_folder(folder)
        with storage_errors(self._folder):
            # If the process dies on this line, the next request finds all bundles, and verifies them again.
            self._new.rename(self._folder)
        # The folders of tenant and PoP may be new, too.
        for parent in self._folder.parents[:3]:
            sync_folder(parent)


def _delete(file: Path) -> None:
    with storage_errors(file):
        file.unlink(missing_ok=True)


def _text(file: Path) -> str | None:
    with storage_errors(file):
        try:
            return file.read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return None
