"""One look at files, in a thread of its own: a disk may never answer, such as one of a network that is gone."""

import asyncio
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from edge.host.watched.file import FileReading, WatchedFile


class FileLook:
    """Begins at once to read those of `files` that are `wanted`. Belongs to the event loop.

    `found` has what was read so far, `at` is the file that is read now.
    """

    def __init__(self, files: Sequence[WatchedFile[Any]], wanted: Callable[[WatchedFile[Any]], bool]) -> None:
        self.found: list[tuple[WatchedFile[Any], FileReading[Any]]] = []
        self.at: WatchedFile[Any] | None = None
        self._files, self._wanted = files, wanted
        self._is_left, self._fault = False, list[Exception]()
        self._loop = asyncio.get_running_loop()
        self._ended: asyncio.Future[None] = self._loop.create_future()
        # A daemon: a process ends though a disk does not answer. A thread of a pool would be waited for.
        threading.Thread(target=self._read, name="files", daemon=True).start()

    async def has_ended_within(self, seconds: float) -> bool:
        """Wait for the last file; False if it takes longer: then no other file is begun."""
        try:
            ended, _ = await asyncio.wait([self._ended], timeout=seconds)
        finally:
            self._is_left = True
        for fault in self._fault:
            raise fault
        return bool(ended)

    def when_ended(self, call: Callable[[], object]) -> None:
        """Call `call` on the event loop when the file that is read now was read."""
        self._ended.add_done_callback(lambda _ended: call())

    def _read(self) -> None:
        try:
            for file in self._files:
                if self._is_left:
                    break
                self.at = file
                if self._wanted(file):
                    self.found.append((file, file.read_again()))
        except Exception as error:  # noqa: BLE001 - raised again where somebody waits
            self._fault.append(error)
        # The loop may be closed by now.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._end)

    def _end(self) -> None:
        if not self._ended.done():
            self._ended.set_result(None)
