"""The lock of a publisher's home: one process changes the repository at a time, and knows if the last one finished.

`home/lock` is held during a change, by one process at a time. Its content is the boot of the machine in which the last
turn ended well, and zeros during a turn. So what a dead writer left behind is looked for only after a death: in a
hundred tenants' folders with ten thousand islands that takes longer than the change itself.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO

from edge.errors import ConfigError, StorageError
from edge.host import clear_unfinished, storage_errors

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
"""Another one at every start of the machine (Linux, `man 5 proc`)."""


@contextmanager
def lock_home(home: Path, *, keys: Path) -> Iterator[None]:
    """Nobody else changes the repository during the block; what a writer who died left half-done is gone.

    Raises `ConfigError` when the lock cannot be opened, `StorageError` when it cannot be used.
    """
    with _open_lock(home) as lock:
        boot, last = _boot(), _last_word(lock, home)
        if not boot or last != boot:
            for folder in (home, keys, home / "repository" / "metadata", *_folders(home / "repository" / "targets")):
                clear_unfinished(folder)
        _write(lock, bytes(len(boot)))
        yield
        # Not synced: if power fails before this lasts, the next boot is another one, and looks.
        _write(lock, boot)


@contextmanager
def locked_keys(folder: Path) -> Iterator[None]:
    """Nobody makes a key in `folder` during the block; what a writer who died left half-done in it is gone.

    A publisher's folder is its repository's to lock; a holder's has one user. Raises as `lock_home`.
    """
    home = folder.parent
    is_publishers = folder.name == "keys" and (home / "repository").is_dir()
    with lock_home(home, keys=folder) if is_publishers else nullcontext():
        clear_unfinished(folder)
        yield


def _open_lock(home: Path) -> BinaryIO:
    path = home / "lock"
    try:
        # Any process that can read a lock can hold it.
        path.touch(mode=0o600)
        return path.open("r+b")
    except OSError as error:
        text = f"cannot open {path}: {error.strerror}"
        raise ConfigError(f"{text}, make it yours with: sudo chown -R $USER {home}") from error


def _last_word(lock: BinaryIO, home: Path) -> bytes:
    """Waits for the lock; then what its last holder wrote."""
    with storage_errors(home / "lock"):
        fcntl.flock(lock, fcntl.LOCK_EX)
        return lock.read()


def _write(lock: BinaryIO, content: bytes) -> None:
    try:
        # Over what is there: to cut the file first costs a millisecond.
        lock.seek(0)
        lock.write(content)
        lock.flush()
    except OSError as error:
        raise StorageError(f"cannot write the lock: {error.strerror}") from error


def _boot() -> bytes:
    """Empty where the system does not say."""
    try:
        return _BOOT_ID.read_bytes()
    except OSError:
        return b""


def _folders(folder: Path) -> list[Path]:
    with storage_errors(folder):
        return list(folder.iterdir()) if folder.is_dir() else []
