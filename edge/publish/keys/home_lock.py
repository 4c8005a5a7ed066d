"""The lock of a publisher's home: one process at a time changes the repository, and sees if the last one finished.

`home/lock` is locked during a change. Its content is then zeros. After a change that finished, it is the boot id of the
machine. So half-written files are only searched for after a writer has died: with a hundred tenants and ten thousand
islands the search takes longer than a change.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from edge.errors import ConfigError, StorageError
from edge.host import clear_unfinished, storage_errors

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""A file whose content is new at every start of the machine (Linux, `man 5 proc`)."""


@contextmanager
def lock_home(home: Path, *, keys: Path) -> Iterator[None]:
    """Lock the home for the block, after removing the half-written files of a writer that died. Waits for the lock.

    Raises `ConfigError` when the lock cannot be opened, `StorageError` when it cannot be used.
    """
    with _open_lock(home) as lock:
        boot, last = _boot_id(), _wait_for(lock, home)
        if not boot or last != boot:
            for folder in (home, keys, home / "repository" / "metadata", *_folders(home / "repository" / "targets")):
                clear_unfinished(folder)
        _write(lock, bytes(len(boot)))
        yield
        # No `finally`: after any error the zeros stay, and the next writer searches.
        # No sync: if power fails before this is durable, the next boot has another id, and the next writer searches.
        _write(lock, boot)


@contextmanager
def locked_keys(folder: Path) -> Iterator[None]:
    """Lock a folder of keys for the block, after removing half-written files in it. Raises as `lock_home`.

    The keys of a publisher are under its home's lock. A holder's folder has one user, and is not locked.
    """
    home = folder.parent
    is_publishers = folder.name == "keys" and (home / "repository").is_dir()
    with lock_home(home, keys=folder) if is_publishers else nullcontext():
        clear_unfinished(folder)
        yield


def _open_lock(home: Path) -> BinaryIO:
    path = home / "lock"
    try:
        # Mode 0600, because any process that can open a lock can also keep it.
        path.touch(mode=0o600)
        return path.open("r+b")
    except OSError as error:
        text = f"cannot open {path}: {error.strerror}"
        raise ConfigError(f"{text}, make it yours with: sudo chown -R $USER {home}") from error


def _wait_for(lock: BinaryIO, home: Path) -> bytes:
    """Wait for the lock. Returns its content: what the last writer wrote."""
    with storage_errors(home / "lock"):
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock.read()


def _write(lock: BinaryIO, content: bytes) -> None:
    try:
        # The new content has the length of the old one. To truncate the file first would cost a millisecond.
        lock.seek(0)
        lock.write(content)
        lock.flush()
    except OSError as error:
        raise StorageError(f"cannot write the lock: {error.strerror}") from error


def _boot_id() -> bytes:
    """The machine's boot id, empty if the system has none: then every writer searches."""
    try:
        return _BOOT_ID.read_bytes()
    except OSError:
        return b""


def _folders(folder: Path) -> list[Path]:
    with storage_errors(folder):
        return list(folder.iterdir()) if folder.is_dir() else []
