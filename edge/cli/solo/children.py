"""Children of `skerry solo`: started in order, started again when they end, stopped in the opposite order."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import edge
from edge.errors import ConfigError
from edge.host import Backoff, is_set_within

BASE_S, CAP_S = 0.5, 30.0
"""Wait before a child is started again: drawn below a ceiling that doubles from one second to half a minute."""

STEADY_S = 60.0
"""A child that ran this long did start well: its next end counts as the first."""

STOP_S = 20.0
"""As `TimeoutStopSec` of the systemd units; then it is killed."""

START_S = 60.0
"""Longest time until a child is ready. It takes about one second, and a slow machine a few."""

MAX_LINE_BYTES = 16_384
"""A longer line is printed in pieces."""

_READY = b" ready on "

Say = Callable[[str, str], None]
"""Prints a line of somebody: who, and the line."""


class Program(NamedTuple):
    """What one child runs."""

    name: str
    words: tuple[str, ...]
    """The words after `skerry`."""


class Child:
    """One child. `run` is its task; it ends when `stop` is called, and never because the child failed later on."""

    def __init__(self, program: Program, say: Say, *, jitter: Callable[[], float] | None = None) -> None:
        self.program, self._say = program, say
        self.is_ready = asyncio.Event()
        self._stopping = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._backoff = Backoff(base_s=BASE_S, cap_s=CAP_S, **({"jitter": jitter} if jitter else {}))

    async def run(self) -> None:
        """Keep it running until `stop`. Raises `ConfigError` if it ends before it was ever ready."""
        while not self._stopping.is_set():
            began = time.monotonic()
            status = await self._run_once()
            if self._stopping.is_set():
                return
            if not self.is_ready.is_set():
                raise ConfigError(f"the {self.program.name} did not start; its lines above say why")
            if time.monotonic() - began >= STEADY_S:
                self._backoff.succeeded()
            wait_s = self._backoff.failed()
            self._say("solo", f"{self.program.name} has ended {_how(status)}, is started again in {wait_s:.1f} s")
            await is_set_within(self._stopping, wait_s)

    async def stop(self, *, within_s: float = STOP_S) -> None:
        """Send SIGTERM, and SIGKILL after `within_s`. Returns when the process is gone. Idempotent."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        process.terminate()
        try:
            async with asyncio.timeout(within_s):
                await process.wait()
        except TimeoutError:
            self._say("solo", f"{self.program.name} did not stop within {within_s:g} s, it is killed")
            process.kill()
            await process.wait()

    async def _run_once(self) -> int:
        """Start it, print its lines, and return its exit status."""
        # A session of its own: Ctrl-C reaches this process alone, which stops all in order.
        self._process = process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "edge.cli.solo.child", str(os.getpid()), *self.program.words,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
            env=_environment(), start_new_session=True,
        )  # fmt: skip
        if self._stopping.is_set():
            process.terminate()
        async for line in _lines(process.stdout):
            if _READY in line:
                self.is_ready.set()
                self._say("solo", f"{self.program.name} runs as process {process.pid}")
            self._say(self.program.name, line.decode(errors="replace"))
        return await process.wait()


async def start_in_order(children: Sequence[Child], tasks: asyncio.TaskGroup) -> None:
    """Start each child when the one before it is ready. Raises `ConfigError` if one is not ready in time."""
    for child in children:
        tasks.create_task(child.run())
        if not await is_set_within(child.is_ready, START_S):
            raise ConfigError(f"the {child.program.name} was not ready within {START_S:g} s; its lines above say why")


async def stop_in_order(children: Sequence[Child]) -> None:
    """Stop the last one first: the PoP still hands over its tickets while the desk runs."""
    for child in reversed(children):
        await child.stop()


async def _lines(stream: asyncio.StreamReader | None) -> AsyncIterator[bytes]:
    """Lines without their ends; one that is too long in pieces, and the last one also without an end."""
    rest = b""
    while stream is not None and (data := await stream.read(MAX_LINE_BYTES)):
        *whole, rest = (rest + data).split(b"\n")
        for line in whole:
            yield line
        if len(rest) >= MAX_LINE_BYTES:
            yield rest
            rest = b""
    if rest:
        yield rest


def _environment() -> dict[str, str]:
    """The environment of this process, in which a child finds the `edge` that runs here.

    With `-P` it looks for nothing in the folder where the command was typed: islands that came by mail may lie there,
    and a file of Python next to them must not run with the keys at hand.
    """
    here = str(Path(edge.__file__).parents[1])
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH", ""))))}


def _how(status: int) -> str:
    return f"by {signal.Signals(-status).name}" if status < 0 else f"with status {status}"
