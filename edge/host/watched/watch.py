"""Looks at a process's files every few seconds, and at once when somebody asks.

Many programs read their files again only when told: nginx and HAProxy by a signal. Others, such as Prometheus, look at
each use. Here both are done: nobody has to tell a process, and somebody who does hears what became of each file.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from edge.host.log import error_location, get_logger
from edge.host.time import is_set_within
from edge.host.watched.file import WatchedFile
from edge.host.watched.look import FileLook
from edge.host.watched.report import FileReport, FileState

LOOK_S = 2.0
"""Time between two looks. A look at twenty files takes 0.1 ms in a thread."""

MAX_LOOK_S = 10.0
"""Time for one look. A file that takes longer keeps its old value, and others are looked at without it."""


class FileWatch:
    """The files of one process. Belongs to the event loop; the disk is touched in a thread.

    A file without a path, for a setting that is empty, is left out.
    """

    def __init__(
        self,
        files: Iterable[WatchedFile[Any]],
        *,
        requested: asyncio.Event | None = None,
        interval_s: float = LOOK_S,
        max_look_s: float = MAX_LOOK_S,
    ) -> None:
        """To set `requested`, as a signal handler does, is to ask for a look at all files."""
        self._files = [file for file in files if file.paths]
        self._interval_s, self._max_look_s = interval_s, max_look_s
        self._requested = requested or asyncio.Event()
        # A reading that began earlier must not be put in force after a later one.
        self._looking = asyncio.Lock()
        self._stuck: set[WatchedFile[Any]] = set()

    async def keep(self) -> None:
        """Look at the files until cancelled. Raises nothing else."""
        while True:
            is_requested = await is_set_within(self._requested, self._interval_s)
            self._requested.clear()
            try:
                await (self.look_at_all() if is_requested else self._look(self._files, _has_changed))
            except Exception as error:  # noqa: BLE001 - files are looked at for as long as the process runs
                get_logger().error("files cannot be looked at", error=type(error).__name__, where=error_location(error))

    async def look_at_all(self) -> list[FileReport]:
        """Read every file again, whether it looks changed or not, and say what became of each."""
        for file in self._files:
            file.note_request()
        found = await self._look(self._files, _every)
        why = f"it cannot be read within {self._max_look_s:g} s, expected a disk that answers; look at it with: df"
        reports = [found.get(file) or file.not_read(f"{why} {file.paths[0]}") for file in self._files]
        count = [report.state for report in reports].count
        get_logger().info(
            "files were read again on request",
            files=len(reports),
            took_effect=count(FileState.TOOK_EFFECT),
            not_taken=count(FileState.NOT_TAKEN),
        )
        return reports

    async def look_at(self, *files: WatchedFile[Any]) -> None:
        """Look at these files now, for a user who is about to need them, or go on with the old ones."""
        await self._look([file for file in files if file.paths], _has_changed)

    async def _look(
        self, files: Sequence[WatchedFile[Any]], wanted: Callable[[WatchedFile[Any]], bool]
    ) -> dict[WatchedFile[Any], FileReport]:
        """What became of the files that were read in time."""
        async with self._looking:
            look = FileLook([file for file in files if file not in self._stuck], wanted)
            if not await look.has_ended_within(self._max_look_s):
                self._note_stuck(look)
            return {file: file.take(reading) for file, reading in look.found.copy()}

    def _note_stuck(self, look: FileLook) -> None:
        if (file := look.at) is None:
            return
        self._stuck.add(file)
        look.when_ended(lambda: self._stuck.discard(file))
        get_logger().error(
            "file cannot be read in time, the old one stays in force",
            name=file.name,
            paths=[str(path) for path in file.paths],
            after_s=self._max_look_s,
        )


def _has_changed(file: WatchedFile[Any]) -> bool:
    return file.has_changed()


def _every(_file: WatchedFile[Any]) -> bool:
    return True
