"""The last checkpoint of each log that a witness cosigned: one small file a log, next to the ledger.

    <state>/cosigned/<SHA-256 of the log's name>   the note with all signatures

They outlive a ledger that is set aside: then they are the last proof of what it held.
"""

import hashlib
from pathlib import Path

from edge.host import clear_unfinished, make_folder, replace_file, sync_folder
from edge.store.files import database_errors

FOLDER = "cosigned"


class CosignedNotes:
    """The notes of one PoP. Blocking; any thread may use it."""

    def __init__(self, directory: Path) -> None:
        self._folder = directory / FOLDER

    def put(self, origin: str, note: str) -> None:
        """Keep a note in place of an earlier one. Durable on return. Raises `StorageError`."""
        make_folder(self._folder, mode=0o700)
        # One thread writes: what is unfinished here is a dead process's.
        clear_unfinished(self._folder)
        replace_file(self._path(origin), note.encode())
        sync_folder(self._folder)

    def get(self, origin: str) -> str | None:
        """The note of a log; None if there is none. Raises `StorageError`."""
        path = self._path(origin)
        with database_errors(path):
            try:
                return path.read_text(encoding="utf-8")
            except FileNotFoundError:
                return None

    def _path(self, origin: str) -> Path:
        return self._folder / hashlib.sha256(origin.encode()).hexdigest()
