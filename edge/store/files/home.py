"""A store's own folder below the state directory: created whole, locked for one process, used by one thread.

    <directory>/verified.lock            held while a process uses the store
    <directory>/verified/                the store; exists only once everything in it was written and synced
    <directory>/verified.new/            a store being created; left by a crash, replaced at the next start
    <directory>/verified.damaged-<when>/ set aside, never deleted by us

The directory itself may be shared, for instance with other stores; only the folder's mode is ours to tighten.
"""

import fcntl
import os
import shlex
import shutil
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from edge.errors import ConfigError
from edge.host import sync_folder
from edge.store.files.faults import database_errors
from edge.store.files.writable import check_owned, make_private, refusal, user_name


class Home:
    """The locked folder `directory/name`. `close` unlocks it; every other method is for the thread that opened it.

    Raises `ConfigError` when the directory cannot be made or written, or when another process uses the folder, and
    `StorageError` when the disk is full.
    """

    def __init__(self, directory: Path, name: str) -> None:
        # What a relative path means must not change while a store is open.
        self.directory = directory.absolute()
        self.folder = self.directory / name
        self._thread = threading.get_ident()
        lock = self.directory / f"{name}.lock"
        paths = f"{shlex.quote(str(self.folder))} {shlex.quote(str(lock))}"
        self._remedy = f"run as root: chown -R {user_name()} {paths}"
        make_private(self.directory)
        self._lock: int | None = self._take(lock)

    def check_thread(self) -> None:
        """Raises `RuntimeError` when called by another thread than the one that opened the store.

        diskcache would quietly open a second connection, and SQLite before 3.51.3 can corrupt its log under several.
        """
        if threading.get_ident() != self._thread:
            raise RuntimeError(f"{self.folder} is used by a second thread, expected the one that opened it")

    def ensure(self, create: Callable[[Path], None]) -> None:
        """The folder exists afterwards, whole: either as it was found, or as `create` filled it."""
        if self.folder.exists():
            check_owned(self.folder, remedy=self._remedy)
            return
        new = self.folder.with_name(f"{self.folder.name}.new")
        with database_errors(new):
            # Crash before the rename: the next start finds `.new`, throws it away and begins again.
            shutil.rmtree(new, ignore_errors=True)
            new.mkdir(mode=0o700)
            create(new)
            for file in new.iterdir():
                # SQLite gives its log and index the mode of the database.
                file.chmod(0o600)
            sync_folder(new)
            new.rename(self.folder)
            # SQLite syncs what is in its file, not that the file has a name.
            sync_folder(self.directory)

    def set_aside(self, now: datetime) -> Path:
        """Where the folder was moved, in one step, so that an empty store can be created in its place."""
        when = f"{now:%Y%m%dT%H%M%SZ}"
        target = self.folder.with_name(f"{self.folder.name}.damaged-{when}")
        number = 1
        while target.exists():
            number += 1
            target = self.folder.with_name(f"{self.folder.name}.damaged-{when}-{number}")
        with database_errors(self.folder):
            self.folder.rename(target)
            sync_folder(self.directory)
        return target

    def close(self) -> None:
        """Lets another process have the folder; doing it twice is fine."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _take(self, file: Path) -> int:
        try:
            lock = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise refusal(file, error, self._remedy) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.ftruncate(lock, 0)
            os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
        except BlockingIOError:
            holder = os.pread(lock, 20, 0).decode("ascii", "replace").strip() or "unknown"
            os.close(lock)
            raise ConfigError(
                f"{self.folder} is in use by process {holder}, expected one process per state directory; stop that one"
                f" or give this one a directory of its own, to see it, run: fuser -v {shlex.quote(str(file))}"
            ) from None
        except OSError as error:
            os.close(lock)
            raise refusal(file, error, self._remedy) from error
        return lock
