"""Control of the processes that `soak_pop` forks. Each gets an order, and ends in one of three ways."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from typing import Self

import click
import msgspec

from benchmarks.soaks.soak_pop import Order

PROGRAM = (sys.executable, "-m", "benchmarks.soaks.soak_pop")
PATIENCE_S = 60.0


class Lives:
    """The process that forks the others. Only one of them runs at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        self._in, self._out = process.stdin, process.stdout

    @classmethod
    @contextlib.asynccontextmanager
    async def started(cls) -> AsyncIterator[Self]:
        """The process, running until the block ends."""
        process = await asyncio.create_subprocess_exec(
            *PROGRAM, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        lives = cls(process)
        try:
            yield lives
        finally:
            lives._in.close()
            await process.wait()

    async def cut_short(self, order: Order, after_s: float) -> set[str]:
        """Start a process and kill it after `after_s`, perhaps before the outbox is open. The ids it acknowledged."""
        pid = await self._begin(order)
        return await self._kill(pid, after_s)

    async def killed(self, order: Order, after_s: float) -> set[str]:
        """Start a process and kill it `after_s` after it has opened the outbox. The ids it acknowledged."""
        pid = await self._begin(order)
        opened = await self._line()
        if opened != "open":
            raise click.ClickException(f"a hand-off did not open the outbox: printed {opened!r}, expected 'open'")
        return await self._kill(pid, after_s)

    async def whole(self, order: Order) -> None:
        """Run a process until no ticket waits."""
        await self._begin(order)
        lines = await self._until_ended()
        if lines[-1] != "ended 0":
            raise click.ClickException(f"the last hand-off failed: printed {lines[-1]!r}, expected 'ended 0'")

    async def _begin(self, order: Order) -> int:
        self._in.write(msgspec.json.encode(order) + b"\n")
        word, _, number = (await self._line()).partition(" ")
        if word != "pid":
            raise click.ClickException(f"a hand-off did not start: printed {word!r}, expected 'pid'")
        return int(number)

    async def _kill(self, pid: int, after_s: float) -> set[str]:
        """Kill the process with SIGKILL. Returns the ids that it had printed."""
        reading = asyncio.create_task(self._until_ended())
        await asyncio.wait({reading}, timeout=after_s)
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself
            os.kill(pid, signal.SIGKILL)
        *printed, ended = await reading
        if ended not in {"ended -9", "ended 0"}:
            raise click.ClickException(f"a hand-off failed before it was killed: {ended!r}")
        return set(printed) - {"open", "empty"}

    async def _until_ended(self) -> list[str]:
        lines = [await self._line()]
        while not lines[-1].startswith("ended "):
            lines.append(await self._line())
        return lines

    async def _line(self) -> str:
        async with asyncio.timeout(PATIENCE_S):
            return (await self._out.readline()).decode().strip()
