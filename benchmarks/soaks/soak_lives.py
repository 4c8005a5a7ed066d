"""The lives that `soak_pop` forks, seen from outside: each gets an order, and ends in one of three ways."""

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
    """One process that forks the others; one of them at a time."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None  # noqa: S101 - it is a pipe
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        self._in, self._out = process.stdin, process.stdout

    @classmethod
    @contextlib.asynccontextmanager
    async def started(cls) -> AsyncIterator[Self]:
        """Until the block ends."""
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
        """Killed so long after it began, perhaps before it had opened anything; what it acknowledged."""
        pid = await self._begin(order)
        return await self._kill(pid, after_s)

    async def killed(self, order: Order, after_s: float) -> set[str]:
        """Killed so long after it had opened the outbox; what it acknowledged."""
        pid = await self._begin(order)
        opened = await self._line()
        if opened != "open":
            raise click.ClickException(f"a hand-off did not open what the last one left, it said {opened!r}")
        return await self._kill(pid, after_s)

    async def whole(self, order: Order) -> None:
        """Lives until nothing waits any more."""
        await self._begin(order)
        lines = await self._until_ended()
        if lines[-1] != "ended 0":
            raise click.ClickException(f"the last hand-off failed, it said {lines[-1]!r}")

    async def _begin(self, order: Order) -> int:
        self._in.write(msgspec.json.encode(order) + b"\n")
        word, _, number = (await self._line()).partition(" ")
        if word != "pid":
            raise click.ClickException(f"a hand-off did not begin, it said {word!r}")
        return int(number)

    async def _kill(self, pid: int, after_s: float) -> set[str]:
        """SIGKILL; the ids that it had said until then."""
        reading = asyncio.create_task(self._until_ended())
        await asyncio.wait({reading}, timeout=after_s)
        with contextlib.suppress(ProcessLookupError):  # one that had nothing left to do has ended by itself
            os.kill(pid, signal.SIGKILL)
        *said, ended = await reading
        if ended not in {"ended -9", "ended 0"}:
            raise click.ClickException(f"a hand-off failed before it was killed: {ended!r}")
        return set(said) - {"open", "empty"}

    async def _until_ended(self) -> list[str]:
        lines = [await self._line()]
        while not lines[-1].startswith("ended "):
            lines.append(await self._line())
        return lines

    async def _line(self) -> str:
        async with asyncio.timeout(PATIENCE_S):
            return (await self._out.readline()).decode().strip()
