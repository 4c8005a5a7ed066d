"""A reserve of disk space, so that a full disk can be left again.

Deleting a row takes space first: SQLite writes its log. On a disk that is really full, no delivery could be noted, and
the tickets that fill it would never leave. So a PoP keeps a file that is good for nothing, and gives its space up when
a write fails. What may wait (tickets, counts, new revisions) stays away from that space: it is for deliveries.

    <state>/reserve   4 MiB that are really allocated; 0 bytes while they are given up
"""

import os
import shlex
from contextlib import suppress
from pathlib import Path

from edge.errors import DiskFullError, StorageError

RESERVE_BYTES = 4 * 2**20
"""Deleting a thousand tickets of 4 kB writes 3 MB into a log that is used again from then on."""


class Reserve:
    """The reserve of the state folder `directory`. Several stores may use it, each in its own thread."""

    def __init__(self, directory: Path, *, size_bytes: int = RESERVE_BYTES) -> None:
        self._directory, self._size_bytes = directory.absolute(), size_bytes
        self._file = str(self._directory / "reserve")

    def make(self) -> None:
        """Allocate the reserve if there is room for it and as much again. Idempotent."""
        # With less, a ticket that is taken next would need the reserve at once.
        if self._is_held() or self._free_bytes() < 2 * self._size_bytes:
            return
        with suppress(OSError):
            descriptor = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            try:
                os.posix_fallocate(descriptor, 0, self._size_bytes)
            except OSError:
                # A quota, for example. What was allocated is of no use.
                os.ftruncate(descriptor, 0)
            finally:
                os.close(descriptor)

    def give_up(self) -> None:
        """Give the space back to the disk. Idempotent, and needs no space."""
        with suppress(OSError):
            os.truncate(self._file, 0)

    def require_room(self, *, also_bytes: int = 0) -> None:
        """Raise `DiskFullError` while the reserve is given up, or less than its size is free. Takes microseconds.

        `also_bytes` must be free as well.
        Raises `StorageError` if the disk may only be read: a kernel does that to a disk that fails.
        """
        if self._is_given_up():
            self.make()
        free = self._free_bytes()
        if self._is_given_up() or free < self._size_bytes + also_bytes:
            expected = 2 * self._size_bytes + also_bytes
            raise DiskFullError(
                f"{self._directory} has {free // 1024} KiB left, expected at least {expected // 1024} for"
                f" tickets and a reserve; run: df -h {shlex.quote(str(self._directory))}"
            )

    def _is_held(self) -> bool:
        return self._length() >= self._size_bytes

    def _is_given_up(self) -> bool:
        return 0 <= self._length() < self._size_bytes

    def _length(self) -> int:
        try:
            return os.stat(self._file).st_size  # noqa: PTH116 - a path's own `stat` takes twice as long
        except OSError:
            return -1

    def _free_bytes(self) -> int:
        try:
            disk = os.statvfs(self._directory)
        except OSError:
            # The folder is gone. Other checks say that better.
            return 2 * self._size_bytes
        if disk.f_flag & os.ST_RDONLY:
            path = shlex.quote(str(self._directory))
            raise StorageError(f"{path} is on a disk that may only be read; look with: findmnt -T {path}")
        return disk.f_bavail * disk.f_frsize
