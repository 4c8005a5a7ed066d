"""Files that are never read to their end: other files, and who waits for a look, go on."""

import asyncio
import os
import threading
from pathlib import Path

import structlog

from edge.host.watched import FileReport, FileState, FileWatch, WatchedFile
from tests.host.watched.test_watch import watched, write
from tests.waiting import until


async def reports_of(watch: FileWatch) -> list[FileReport]:
    """What is said of each file to somebody who asks; a look that never ends fails the test."""
    async with asyncio.timeout(20):
        return await watch.look_at_all()


async def test_pipe_in_the_place_of_a_file(tmp_path: Path) -> None:
    """It is not opened: nobody may ever write into it."""
    path = tmp_path / "token"
    write(path, "first")
    token = await watched(path)
    await asyncio.to_thread(path.unlink)
    os.mkfifo(path, 0o600)

    (report,) = await reports_of(FileWatch([token]))

    why = f"{path} is a device, a pipe or a socket, expected a file; look at it with: ls -l {path}"
    assert (FileState.NOT_TAKEN, why, "first") == (report.state, report.why, token.value)


async def test_disk_that_does_not_answer(tmp_path: Path) -> None:
    """Its file keeps the old value until the disk answers, and one line says so; the other file is taken."""
    paths = tmp_path / "far", tmp_path / "near"
    for path in paths:
        write(path, "first")
    answers = threading.Event()
    answers.set()

    def read() -> str:
        answers.wait()
        return paths[0].read_text()

    far = await asyncio.to_thread(lambda: WatchedFile("far", paths[0], read=read))
    near = await watched(paths[1])
    watch = FileWatch([far, near], max_look_s=0.05)
    answers.clear()
    for path in paths:
        write(path, "second")
    with structlog.testing.capture_logs() as lines:
        async with asyncio.timeout(20):
            for _ in range(3):
                await watch.look_at(far, near)
        states = [report.state for report in await reports_of(watch)]
        values = far.value, near.value
        answers.set()

        async def is_taken() -> bool:
            await watch.look_at(far)
            return far.value == "second"

        await until(is_taken, "the far file")

    assert (("first", "second"), [FileState.NOT_TAKEN, FileState.UNCHANGED]) == (values, states)
    stuck = [line for line in lines if line["event"] == "file cannot be read in time, the old one stays in force"]
    assert ["far"] == [line["name"] for line in stuck]
