"""How many leaves of answers were made for each log: a number that outlives the process, but not the machine.

An answer does not wait for the disk. Its leaf is written within a second, and lost if the process is killed before.
So a number in a file is raised with each answer, and not synced: the kernel has it when the process is gone. What the
file says above what the log has is missing, and the log says so.

    <state>/ledger/given    8 bytes for each log, big-endian, in the order of their slots
"""

import os
import struct
from contextlib import suppress
from pathlib import Path

_NUMBER = struct.Struct(">Q")
_MOST = 1 << 48
"""More leaves than a log may have. A larger number is damage, and counts as none."""


class GivenCounts:
    """The numbers in one file. Any thread may use it. A disk that fails leaves the numbers as they are.

    Raises `OSError` if the file cannot be opened.
    """

    def __init__(self, file: Path) -> None:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        self._descriptor = os.open(file, flags, 0o600)

    def read(self, slot: int) -> int:
        """The number of a slot; 0 if there is none."""
        content = b""
        with suppress(OSError):
            content = os.pread(self._descriptor, _NUMBER.size, slot * _NUMBER.size)
        number = _NUMBER.unpack(content)[0] if len(content) == _NUMBER.size else 0
        return int(number) if number < _MOST else 0

    def write(self, slot: int, number: int) -> None:
        """Set the number of a slot. Takes two microseconds."""
        # Without `suppress`, whose calls take as long as the write: every answer waits for this.
        try:
            os.pwrite(self._descriptor, _NUMBER.pack(number), slot * _NUMBER.size)
        except OSError:
            return

    def take(self, slot: int) -> int:
        """The number of a slot, which is 0 then."""
        number = self.read(slot)
        if number:
            self.write(slot, 0)
        return number

    def take_beyond(self, slot: int) -> int:
        """The sum of all numbers from `slot` on, which are gone then: logs that were never written."""
        try:
            slots = os.fstat(self._descriptor).st_size // _NUMBER.size
            total = sum(self.read(one) for one in range(slot, slots))
            os.ftruncate(self._descriptor, min(slots, slot) * _NUMBER.size)
        except OSError:
            return 0
        return total

    def close(self) -> None:
        """Close the file. Idempotent."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
