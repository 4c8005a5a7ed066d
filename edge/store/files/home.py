"""A store's own folder in the state directory: created atomically, locked for one process, used by one thread.

    <directory>/verified.lock            locked while a process uses the store
    <directory>/verified/                the store; exists only after everything in it was written and synced
    <directory>/verified.new/            a store being created; a crash leaves it, and the next start replaces it
    <directory>/verified.damaged-<when>/ a damaged store that was set aside; Skerry never deletes it

Other stores or programs may share the directory, so its mode is not changed. The folder's mode is set to 0700.
"""

import fcntl
import os
import shlex
import shutil
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from edge.errors import ConfigError
from edge.host import is_disk_full, sync_folder
from edge.store.files.faults import database_errors
from edge.store.files.writable import check_owned, make_private, refusal, user_name


class Home:
    """The locked folder `directory/name`. Any thread may close it; its other methods are for the thread that opened it.

    Raises `ConfigError` if the directory cannot be created or written, or if another process has the lock, and
    `DiskFullError` if there is no room for a new directory or lock.
    """

    def __init__(self, directory: Path, name: str) -> None:
        # A relative path would change its meaning if the process changed its working directory.
        self.directory = directory.absolute()
        self.folder = self.directory / name
        self._thread = threading.get_ident()
        lock = self.directory / f"{name}.lock"
        paths = f"{shlex.quote(str(self.folder))} {shlex.quote(str(lock))}"
        self._remedy = f"run as root: chown -R {user_name()} {paths}"
        make_private(self.directory)
        self._lock: int | None = self._acquire(lock)

    def check_thread(self) -> None:
        """Raise `RuntimeError` if called by another thread than the one that opened the store.

        diskcache would silently open a second connection, and SQLite before 3.51.3 can corrupt its log under several.
        """
        if threading.get_ident() != self._thread:
            raise RuntimeError(f"{self.folder} is used by a second thread, expected the one that opened it")

    def ensure(self, create: Callable[[Path], None]) -> None:
        """Make sure that the folder exists and is writable. If it is missing, `create` fills it. Atomic and durable.

        Raises `ConfigError` if the folder or a file in it cannot be written, `StorageError` if the disk fails.
        """
        if self.folder.exists():
            check_owned(self.folder, remedy=self._remedy)
            return
        new = self.folder.with_name(f"{self.folder.name}.new")
        with database_errors(new):
            # Crash before the rename: the next start deletes `.new` and begins again.
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700)
            create(new)
            for file in new.iterdir():
                # SQLite creates its log and index with the mode of the database file.
                file.chmod(0o600)
            sync_folder(new)
            new.rename(self.folder)
            # SQLite syncs the content of its file, but not the folder entry of the file.
            sync_folder(self.directory)

    def copy_aside(self) -> Path:
        """Copy the damaged folder to a name dated by its newest file. Returns the new path. Raises `StorageError`.

        Starts that are tried again and again make one copy.
        """
        with database_errors(self.folder):
            changed = max(file.stat().st_mtime for file in self.folder.iterdir())
            target = self._aside(datetime.fromtimestamp(changed, UTC))
            if not target.exists():
                new = target.with_name(f"{target.name}.new")
                shutil.rmtree(new, ignore_errors=True)
                try:
                    shutil.copytree(self.folder, new)
                except BaseException:
                    # On a full disk it has all the room that there was, and the next start would copy again.
                    shutil.rmtree(new, ignore_errors=True)
                    raise
                new.rename(target)
                sync_folder(self.directory)
        return target

    def set_aside(self, now: datetime) -> Path:
        """Rename the folder to a dated name, so that `ensure` can create an empty one. Returns the new path."""
        first = target = self._aside(now)
        number = 1
        while target.exists():
            number += 1
            target = first.with_name(f"{first.name}-{number}")
        with database_errors(self.folder):
            self.folder.rename(target)
            sync_folder(self.directory)
        return target

    def _aside(self, now: datetime) -> Path:
        return self.folder.with_name(f"{self.folder.name}.damaged-{now:%Y%m%dT%H%M%SZ}")

    def close(self) -> None:
        """Release the lock. Idempotent."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _acquire(self, file: Path) -> int:
        try:
            lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refusal(file, error, self._remedy) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            _write_holder(lock)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(lock)
            raise ConfigError(
                f"{self.folder} is in use by process {holder}, expected one process per state directory; stop that one"
                f" or give this one another directory; to see that process, run: fuser -v {shlex.quote(str(file))}"
            ) from None
        except OSError as error:
            os.close(lock)
            raise refusal(file, error, self._remedy) from error
        return lock


def _write_holder(lock: int) -> None:
    """Write who has the lock, for people. On a full disk the number may be missing; the lock is held all the same."""
    try:
        os.ftruncate(lock, 0)
        os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    except OSError as error:
        if not is_disk_full(error):
            raise
