"""Are the opened files still those that their paths name?

A file whose name was deleted, or given to another file, can be written and synced, and is gone when its process ends.
SQLite does not notice. So every store asks here after each commit, before anybody is told that something is stored.

After the commit, not before it: a name that goes while the commit waits for the disk is noticed too. What was committed
to a file without a name may be present, as after every `StorageError`; a ticket of which the deletion was committed
there is not sent again.
"""

import os
import shlex
from pathlib import Path

from edge.errors import StorageError
from edge.host import storage_errors


class NamedFiles:
    """Files that a store has just opened. `check` takes two microseconds a file. Raises `StorageError`.

    SQLite opens a log when it first reads the file, and keeps it open until it closes the file.
    """

    def __init__(self, *files: Path) -> None:
        # The number of a file is not given to another one while a process has it open.
        with storage_errors(files[0]):
            self._opened = {str(file): _identity(str(file)) for file in files}

    def check(self) -> None:
        """Raise `StorageError` if a path no longer leads to the file that was opened."""
        for file, opened in self._opened.items():
            try:
                named = _identity(file)
            except FileNotFoundError:
                raise StorageError(f"{file} was deleted while it was in use, {_advice(file)}") from None
            if named != opened:
                raise StorageError(f"{file} was replaced while it was in use, {_advice(file)}")


def _identity(file: str) -> tuple[int, int]:
    status = os.stat(file)  # noqa: PTH116 - a path's own `stat` takes twice as long
    return status.st_dev, status.st_ino


def _advice(file: str) -> str:
    folder = shlex.quote(str(Path(file).parent.parent))
    advice = "put the state folder back and restart the process"
    return f"expected the file that was opened; {advice}; look with: ls -li {folder}"
