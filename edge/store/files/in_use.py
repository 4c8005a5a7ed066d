"""A mark that a SQLite file is in use, in the same folder, so that the next start knows what its log must have.

    <state>/outbox/in-use     the number of the machine's start (`boot_id`), while a process has the file open

While the mark is there, the log has at least one frame. It is taken away before the log is emptied, and put back after
the log has a frame again. So a log that is empty or missing while the mark is there has lost what was stored last, and
one with frames is checked frame by frame. Without the mark nothing is checked: the file was closed, or a process died
between two of these steps, or an older release wrote the files.

SQLite itself deletes the log together with its index when the file is closed. That is no damage, even if the mark is
left, as it is when somebody looks into the file of a dead PoP with `sqlite3`.
"""

import os
import shlex
import sqlite3
from pathlib import Path

from edge.errors import StorageError
from edge.host import replace_private, storage_errors, sync_folder
from edge.store.files.faults import DamagedError
from edge.store.files.home import Home
from edge.store.files.log_frames import log_damage
from edge.store.files.sqlite_file import log_of

_MARK = "in-use"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_BOOT_ID_VARIABLE = "SKERRY_BOOT_ID"


class InUseMark:
    """The mark of `file`, a database in the folder of `home`."""

    def __init__(self, home: Home, file: Path) -> None:
        self._home, self._file, self._mark = home, file, home.folder / _MARK

    def check(self) -> None:
        """Raise `DamagedError` if the log is not what its last user left. Then take the mark away.

        Call it before SQLite opens the file: SQLite drops what it cannot read. The damaged files are copied first.
        """
        with storage_errors(self._mark):
            if not self._mark.exists():
                return
            problem = self._problem()
            if problem is not None:
                raise DamagedError(
                    f"{log_of(self._file)} is damaged: {problem}; {self._copied()}; to start with what can be read,"
                    f" run: rm {shlex.quote(str(self._mark))}"
                )
        self.clear()

    def set(self, connection: sqlite3.Connection) -> None:
        """Give the log a frame, and set the mark. Durable, unless the disk is full: then there is no mark."""
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        try:
            # The cheapest statement that writes a frame.
            connection.execute(f"PRAGMA user_version = {version}")
            replace_private(self._mark, _boot_id())
        except (sqlite3.OperationalError, StorageError):
            # Without the mark, damage is not noticed. Without the file, nothing is stored.
            self.clear()

    def clear(self) -> None:
        """Take the mark away, before the log is emptied or deleted. Durable. Raises `StorageError`."""
        with storage_errors(self._mark):
            if self._mark.exists():
                self._mark.unlink()
                sync_folder(self._mark.parent)

    def empty_log(self, connection: sqlite3.Connection) -> bool:
        """Bring what is in the log into the database, and cut it down to one frame without a row. Durable.

        False: another program reads the file now. It is not waited for.
        """
        self.clear()
        (wait_ms,) = connection.execute("PRAGMA busy_timeout").fetchone()
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            is_busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout = {wait_ms}")
        self.set(connection)
        return not is_busy

    def _copied(self) -> str:
        try:
            return f"a copy is in {self._home.copy_aside()}"
        except StorageError as error:
            return f"no copy could be made, so make one first: {error.text}"

    def _problem(self) -> str | None:
        log, index = log_of(self._file), self._file.with_name(f"{self._file.name}-shm")
        if not log.exists():
            return "it is missing, expected what was stored last" if index.exists() else None
        is_same_start = self._mark.read_bytes() == (_boot_id() or None)
        return log_damage(log, index if is_same_start else None)


def _boot_id() -> bytes:
    """A number that is another one after each start of the machine. Empty: nobody tells it."""
    try:
        return _BOOT_ID.read_bytes()
    except OSError:
        # A sandbox hides it (`ProcSubset=pid`). The shipped unit gives it to the process.
        return os.environ.get(_BOOT_ID_VARIABLE, "").encode()
