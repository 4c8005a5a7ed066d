"""A terminal of 80 columns, as a newcomer has one: what a command prints there, escape sequences aside."""

import asyncio
import fcntl
import os
import pty
import struct
import sys
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
COLUMNS, LINES = 80, 24

_KEPT = ("PATH", "HOME", "LANG", "LC_ALL")


class Screen:
    """What one command has printed so far; stdout and stderr are the same terminal."""

    def __init__(self) -> None:
        self.text = ""
        self._changed = asyncio.Event()

    def add(self, data: bytes) -> None:
        """More of it."""
        self.text += data.decode().replace("\r\n", "\n")
        self._changed.set()

    async def until(self, text: str) -> None:
        """Returns once `text` has been printed."""
        async with asyncio.timeout(30):
            while text not in self.text:
                self._changed.clear()
                await self._changed.wait()


@asynccontextmanager
async def typed(*arguments: str, folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, Screen]]:
    """`skerry` with these arguments, running in `folder`; it is stopped afterwards, if it has not ended."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"PYTHONPATH": str(ROOT), "TERM": "dumb", "NO_COLOR": "1"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "edge", *arguments,
        cwd=folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs,
    )  # fmt: skip
    os.close(theirs)
    screen, loop = Screen(), asyncio.get_running_loop()
    ended = asyncio.Event()

    def read() -> None:
        # Linux gives EIO once nobody has the other side open.
        try:
            data = os.read(ours, 65_536)
        except OSError:
            data = b""
        if data:
            screen.add(data)
        else:
            loop.remove_reader(ours)
            ended.set()

    loop.add_reader(ours, read)
    try:
        yield process, screen
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await ended.wait()
        os.close(ours)


async def run(*arguments: str, folder: Path) -> str:
    """Everything that a command prints before it ends, which it must do well."""
    async with typed(*arguments, folder=folder) as (process, screen):
        status = await process.wait()
    assert status == 0, screen.text
    return screen.text
