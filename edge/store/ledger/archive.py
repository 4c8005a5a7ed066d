"""A closed log in a folder, as tiles and checkpoint (C2SP tlog-tiles), and the proof that all of it is there.

Any reader of such logs can take it from there. With them is the last state that a witness cosigned, if there is one.
The folder gets its name last, after every file in it was synced.
"""

import os
import shutil
from pathlib import Path

from edge.errors import Reason, RefusedError
from edge.host import storage_errors, sync_folder
from edge.ledger import NoteKey, open_checkpoint, verify_log

COSIGNED_FILE = "cosigned"
"""The last state that a witness cosigned, as `GET /v1/ledger/{tenant}/{event}/cosigned` had it."""


class LogArchive:
    """The archive of one log in `folder/ORIGIN`. Blocking. Every method raises `StorageError` if the disk fails."""

    def __init__(self, folder: Path, origin: str) -> None:
        self._folder = folder / origin
        self._new = self._folder.with_name(f"{self._folder.name}.new")

    def begin(self, checkpoint: str) -> None:
        """Make an empty folder for the log of this last checkpoint. What a crash left of an earlier attempt is deleted.

        Raises `RefusedError` if there is the archive of another log of this name, as after a ledger was set aside.
        """
        if self._checkpoint() not in (None, checkpoint.encode()):
            raise _refused(f"{self._folder} is the archive of another log of this name; move it, so that both are kept")
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
        """Give the folder its name, in place of an archive of the same log from before a crash. Durable on return."""
        for folder in (*self._new.rglob("*/"), self._new):
            sync_folder(folder)
        with storage_errors(self._folder):
            shutil.rmtree(self._folder, ignore_errors=True)
            self._new.rename(self._folder)
        sync_folder(self._folder.parent)

    def check(self, key: NoteKey, *, cosigned: str = "") -> int:
        """Read all of it again: every leaf, every hash, the root and the signature. Returns how many leaves it has.

        `cosigned` is what was written as such; empty: nothing.

        Raises `RefusedError` if anything is missing or another.
        """
        checkpoint = open_checkpoint(self._read("checkpoint").decode(errors="replace"), key).checkpoint
        if (self._read_if_there(COSIGNED_FILE) or b"") != cosigned.encode():
            raise _refused(f"{self._folder / COSIGNED_FILE} is not what the witness cosigned")
        verify_log(checkpoint, lambda tile: self._read(tile.path))
        return checkpoint.size

    def _checkpoint(self) -> bytes | None:
        """The checkpoint in the archive; None if there is none: it was being deleted."""
        return self._read_if_there("checkpoint")

    def _read(self, path: str) -> bytes:
        content = self._read_if_there(path)
        if content is None:
            raise _refused(f"{self._folder / path} is missing, expected it in the archive")
        return content

    def _read_if_there(self, path: str) -> bytes | None:
        file = self._folder / path
        with storage_errors(file):
            try:
                return file.read_bytes()
            except FileNotFoundError:
                return None


def _refused(text: str) -> RefusedError:
    return RefusedError(text, reason=Reason.HASH_MISMATCH)
