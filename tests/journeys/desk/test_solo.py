"""One creator, one command: from nothing to a viewer who reads the reply, over kills, until SIGTERM."""

import asyncio
import os
import re
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.waiting import until, until_true

ROOT = Path(__file__).parents[3]
POP, DESK, PUBLISHER = "http://127.0.0.1:8080", "http://127.0.0.1:8070", "http://127.0.0.1:8090"
DROP = "northwind/hoodie-drop"


class Solo:
    """A running `skerry solo`, and what it printed."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process, self.text = process, ""

    async def read(self) -> None:
        """Read all that it prints."""
        assert self.process.stdout is not None
        while data := await self.process.stdout.read(65_536):
            self.text += data.decode()

    def ids(self, name: str) -> list[int]:
        """Process ids of a child, one a start."""
        return [int(found) for found in re.findall(rf"solo      \| {name} runs as process (\d+)", self.text)]

    async def says(self, text: str) -> None:
        """Return once it has printed `text`."""
        await until_true(lambda: text in self.text, f"{text!r} in {self.text[-3000:]}")


async def start(*arguments: str, folder: Path) -> asyncio.subprocess.Process:
    """`skerry` with these arguments in this folder."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    return await asyncio.create_subprocess_exec(
        sys.executable, "-P", "-m", "edge", *arguments,
        cwd=folder, env=environment, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip


@asynccontextmanager
async def solo(*arguments: str, folder: Path) -> AsyncIterator[Solo]:
    """`skerry solo`, once all three are ready."""
    running = Solo(await start("solo", *arguments, folder=folder))
    reading = asyncio.create_task(running.read())
    try:
        await running.says("stop       Ctrl-C")
        yield running
    finally:
        with suppress(ProcessLookupError):
            running.process.terminate()
        await running.process.wait()
        await reading


def is_gone(process_id: int) -> bool:
    """True if there is no such process, or it waits for its parent to notice."""
    try:
        return " Z " in Path(f"/proc/{process_id}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return True


async def read(url: str, token: str = "") -> Any:
    """A document; empty if nobody answers."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    with suppress(aiohttp.ClientError):
        async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as response:
            return await response.json(content_type=None)
    return {}


async def post(url: str, document: Any, token: str = "") -> Any:
    """What is answered to a document."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with aiohttp.ClientSession() as session, session.post(url, json=document, headers=headers) as response:
        return await response.json()


@pytest.mark.default_ports
@pytest.mark.journey
async def test_solo(tmp_path: Path) -> None:
    """Publish, ask, reply; kill each child; stop all in order."""
    # What lies in the folder is no part of the program: an island's author may have sent it along.
    await asyncio.to_thread((tmp_path / "aiohttp.py").write_text, "raise SystemExit(9)")
    async with solo("--tenant", "northwind", folder=tmp_path) as running:
        token = (await asyncio.to_thread((tmp_path / "skerry-home" / "agent-1.token").read_text)).strip()
        publishing = await start(
            "island", "publish", "--no-evaluation", str(ROOT / f"islands/{DROP}.toml"), folder=tmp_path
        )
        assert 0 == await publishing.wait()

        async def is_on_the_board() -> bool:
            board = await read(f"{DESK}/v1/board", token)
            fleet = board.get("fleet") or {"islands": []}
            return [(DROP, [("pop-1", 1)])] == [
                (one["island"], [(pop["pop"], pop["revision"]) for pop in one["pops"]]) for one in fleet["islands"]
            ]

        await until(is_on_the_board, "the island at the PoP, by the publisher")
        asked = await post(f"{POP}/v1/ask", {"island": DROP, "text": "do gulls dream of chips", "session": "mia"})

        async def is_at_the_desk() -> bool:
            page = await read(f"{DESK}/v1/queue", token)
            return [[asked["ticket"]]] == [row["tickets"] for row in page.get("rows", [])]

        await until(is_at_the_desk, "the ticket at the desk")
        for name in ("publisher", "desk", "pop"):
            os.kill(running.ids(name)[-1], signal.SIGKILL)
            await until_true(lambda: len(running.ids(name)) == 2, f"{name} is started again")  # noqa: B023 - at once
            await running.says(f"{name} has ended by SIGKILL, is started again in ")

        await until(is_at_the_desk, "the ticket at the desk after its kill")
        await post(f"{DESK}/v1/tickets/{asked['ticket']}/reply", {"text": "They do."}, token)

        async def has_the_reply() -> bool:
            return bool(
                (await read(f"{POP}/v1/tickets/{asked['ticket']}", asked["ticket_token"]))["reply"] == "They do."
            )

        await until(has_the_reply, "the reply in the viewer's page")
        running.process.send_signal(signal.SIGTERM)
        status = await running.process.wait()

    assert 0 == status
    for name in ("publisher", "desk", "pop"):
        assert all(map(is_gone, running.ids(name))), name
    assert token not in running.text
    assert [] == [line for line in running.text.splitlines() if not re.match(r"(publisher|desk|pop|solo) +\| ", line)]

    async with solo(folder=tmp_path) as again:
        ids = [again.ids(name)[0] for name in ("publisher", "desk", "pop")]
        again.process.kill()
        await until_true(lambda: all(map(is_gone, ids)), "children end with a parent that was killed")
