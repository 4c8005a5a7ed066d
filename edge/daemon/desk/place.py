"""How far a desk's events were taken, in memory and on the disk. The desk is told of what is on the disk alone."""

import asyncio
from concurrent.futures import Executor

from edge.errors import StorageError
from edge.store.feeds import PlacesFile


class DeskPlace:
    """The number of the last event taken from the desk of one origin. `thread` is the only one to use `file`."""

    def __init__(self, file: PlacesFile, thread: Executor, *, origin: str) -> None:
        self._file, self._thread, self._origin = file, thread, origin
        self._is_read = False
        self.number = 0
        """The last event that was taken."""
        self.kept = 0
        """The last one that is known after a restart, too; 0 until it is read."""

    async def read(self) -> None:
        """Read how far it was before the start, once. If the disk fails, the desk begins again."""
        if self._is_read:
            return
        self._is_read = True
        try:
            places = await asyncio.get_running_loop().run_in_executor(self._thread, self._file.read)
        except StorageError:
            return
        self.number = self.kept = places.get(self._origin, 0)

    def reset(self) -> None:
        """Begin again: the desk was restored from an older copy."""
        self.number = self.kept = 0

    async def keep(self) -> None:
        """Write the number if it has changed. While the disk fails, `kept` stays, and the desk keeps what follows."""
        number = self.number
        if number == self.kept:
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._file.write, self._origin, number)
        except StorageError:
            return
        # Unless the desk began again meanwhile.
        if self.number >= number:
            self.kept = number
