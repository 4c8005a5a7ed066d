"""One life of a process that has a ledger: it acts, says what was acknowledged, and is killed somewhere."""

import asyncio
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import Any, TextIO

import msgspec

import edge
from edge.config import PopConfig
from edge.daemon.ledger import Ledger
from edge.daemon.telemetry import Metrics
from edge.host import utc_now
from edge.records import DeskEvent, TicketState
from edge.records.ledger import LeafKind, LeafPayload
from edge.store.outbox import Outbox, Parcel

POP, EVENT = "pop-1", "acme/drop"
_PAYLOAD = LeafPayload(island=EVENT, question="when does it ship?")


def watched(*rooms: str) -> tuple[str, ...]:
    """Where the code of these rooms is."""
    return tuple(str(Path(edge.__file__).parent / room) for room in rooms)


_WATCHED = watched("daemon/ledger", "store/ledger", "store/leaves")


class DyingAt:
    """Kills the process before the line of the watched code with this number, counted in all threads."""

    def __init__(self, line: int, code: tuple[str, ...] = _WATCHED) -> None:
        self._left, self._code = line, code

    def __call__(self, frame: FrameType, event: str, _argument: object) -> Any:
        """Called by `sys.settrace`."""
        if not frame.f_code.co_filename.startswith(self._code):
            return None
        if event == "line":
            self._left -= 1
            if self._left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def config_in(folder: Path) -> PopConfig:
    """The configuration of a PoP whose state is in this folder."""
    document = {
        "pop": {"name": POP, "state_dir": "state"},
        "publisher": {"url": "http://127.0.0.1:9", "trusted_root": "root.json"},
        "origin": {"url": "http://127.0.0.1:9"},
    }
    return msgspec.structs.replace(msgspec.convert(document, PopConfig), folder=folder)


def live(folder: Path, said: TextIO, *, name: str) -> None:
    """Act until killed, or for a while. Each line of `said` is a leaf or a checkpoint that somebody may rely on."""
    asyncio.run(_Life(folder, said, name).go())


class _Life:
    def __init__(self, folder: Path, said: TextIO, name: str) -> None:
        self._said, self._name = said, name
        self._thread, self._outbox_thread = ThreadPoolExecutor(1), ThreadPoolExecutor(1)
        config = config_in(folder)
        self._outbox = self._outbox_thread.submit(Outbox, config.state_dir).result()
        self._ledger = Ledger(
            config=config,
            thread=self._thread,
            outbox=self._outbox,
            outbox_thread=self._outbox_thread,
            metrics=Metrics().ledger,
            now=utc_now,
        )

    async def go(self) -> None:
        """Act until killed."""
        await self._ledger.writer.begin()
        for number in range(10_000):
            await self._act(number)

    async def _act(self, number: int) -> None:
        at, ledger, ticket = utc_now().timestamp(), self._ledger, f"{self._name}-{number}"
        answers = [ledger.note(EVENT, LeafKind.DECISION, _PAYLOAD, at=at) for _ in range(3)]
        payload = msgspec.structs.replace(_PAYLOAD, ticket=ticket)
        leaf = ledger.durable(EVENT, LeafKind.HAND_OVER, payload, at=at)
        await self._in_outbox(lambda: self._outbox.put_many([Parcel(ticket, b"{}", leaf=leaf)]))
        self._say(f"durable {leaf.id.hex()}")
        event = DeskEvent(id=ticket, ticket=ticket, state=TicketState.ANSWERED, reply="It ships tomorrow.")
        await self._in_outbox(lambda: self._outbox.progress.apply(event, "", at))
        # As a desk does: the outbox must not fill up.
        await self._in_outbox(lambda: self._outbox.delivered([ticket]))
        await ledger.writer.write()
        log = await ledger.log(EVENT)
        if log is not None and log.checkpoint:
            self._say(f"checkpoint {log.checkpoint.encode().hex()}")
        for answer in answers:
            if (await ledger.proof(bytes.fromhex(answer))).state == "proven":
                self._say(f"proven {answer}")

    def _say(self, line: str) -> None:
        # One write to a pipe: it is heard whole, or not at all.
        self._said.write(f"{line}\n")
        self._said.flush()

    async def _in_outbox(self, work: Callable[[], Any]) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._outbox_thread, work)


def one_life(
    folder: Path,
    *,
    name: str,
    die_at: int | None = None,
    heard: int = 0,
    pause_s: float = 0.0,
    act: Callable[..., None] = live,
    code: tuple[str, ...] = _WATCHED,
) -> list[str]:
    """What a process said in its life. It dies at a line of `code`, or is killed `pause_s` after `heard` lines.

    `act` is what it does, as `live`.
    """
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        # Each start says what was lost before it: a thousand lines.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        with suppress(BaseException), os.fdopen(writing, "w") as said:
            if die_at is not None:
                trace = DyingAt(die_at, code)
                threading.settrace(trace)
                sys.settrace(trace)
            act(folder, said, name=name)
        os._exit(1)
    os.close(writing)
    lines = list[str]()
    with os.fdopen(reading) as stream:
        for line in stream:
            lines.append(line.rstrip())
            if die_at is None and len(lines) == heard:
                time.sleep(pause_s)
                os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if os.waitstatus_to_exitcode(status) != -signal.SIGKILL:
        raise RuntimeError(f"a process with a ledger ended with status {status}, expected it to be killed")
    return lines
