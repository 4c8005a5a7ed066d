"""How much room an archive has: for each PoP, and on the disk. Blocking."""

import math
import shutil
import time
from collections.abc import Callable
from pathlib import Path

from edge.errors import DiskFullError, Reason, RefusedError
from edge.host import storage_errors

ARCHIVE_BYTES = 8 * 2**30
"""Of one PoP: eight logs as large as `ledger.max_bytes` allows unless it is set."""

FREE_BYTES = 256 * 2**20
"""What an archive leaves free on its disk, for what else is there: a desk's tickets, a publisher's islands."""

LOOK_S = 60.0
"""Time for which a sum is believed. An operator may have moved logs away meanwhile."""

_BLOCK_BYTES = 4096
"""A file takes whole blocks, so that many small logs count, too."""


class ArchiveRoom:
    """The room in the folder `archive`. `max_bytes` is for each PoP. One thread uses it."""

    def __init__(
        self,
        archive: Path,
        max_bytes: int = ARCHIVE_BYTES,
        *,
        free_bytes: int = FREE_BYTES,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._archive, self._max_bytes, self._free_bytes, self._clock = archive, max_bytes, free_bytes, clock
        self._used = dict[str, tuple[float, int]]()

    def take(self, pop: str, size: int) -> None:
        """Count a file of `size` bytes that is about to be written for a PoP.

        Raises `RefusedError` (`TOO_LARGE`) if the PoP has no room for it, `DiskFullError` if the disk has none.
        """
        free = self._free()
        if free < self._free_bytes + size:
            text = f"{self._archive} has {free} bytes left, expected {self._free_bytes} besides what is archived"
            raise DiskFullError(text)
        at, used = self._used.get(pop, (-math.inf, 0))
        if self._clock() - at >= LOOK_S:
            at, used = self._clock(), self._sum(pop)
        used += _blocks(size)
        if used > self._max_bytes:
            raise RefusedError(
                f"the archive would have {used} bytes of PoP '{pop}', expected at most {self._max_bytes}; its operator"
                " moves older logs away, or sets --archive-bytes",
                reason=Reason.TOO_LARGE,
            )
        self._used[pop] = at, used

    def _sum(self, pop: str) -> int:
        total = 0
        with storage_errors(self._archive):
            for path in (self._archive / pop).rglob("*"):
                try:
                    total += _blocks(path.stat().st_size)
                except FileNotFoundError:
                    # Deleted meanwhile.
                    continue
        return total

    def _free(self) -> int:
        with storage_errors(self._archive):
            return shutil.disk_usage(self._archive).free


def _blocks(size: int) -> int:
    return -(-size // _BLOCK_BYTES) * _BLOCK_BYTES
