"""A desk killed with SIGKILL while it works: nothing that it acknowledged is lost, and nothing is there twice."""

import asyncio
import contextlib
import os
import random
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest

from edge.desk.access import read_desk_tokens, tokens_path
from tests.desk.desk import Caller, body, tid, token_of

pytestmark = pytest.mark.journey

KILLS = 10
SEED = 16
REPLY = "Tomorrow, {ticket}."


class Killed:
    """A desk in a process of its own, which is killed and started again; and what its callers know."""

    def __init__(self, home: Path, pop: str, agent: str, session: aiohttp.ClientSession) -> None:
        self._home, self._tokens, self._session = home, (pop, agent), session
        self.posted: set[str] = set()
        self.replied: set[str] = set()
        self.received: dict[str, tuple[str, str]] = {}
        """What the PoP has stored: reply and ticket by the event's id."""
        self.last = 0
        self.next_ticket = 0

    @contextlib.asynccontextmanager
    async def run(self) -> AsyncIterator["Run"]:
        """Start it, and kill it at the end of the block."""
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "edge", "desk", "serve", "--home", str(self._home), "--port", "0",
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment,
        )  # fmt: skip
        assert process.stdout is not None
        line = (await process.stdout.readline()).decode()
        assert line.startswith("desk ready on "), line
        url = line.split()[-1]
        try:
            yield Run(self, *(Caller(url, token, self._session) for token in self._tokens))
        finally:
            process.send_signal(signal.SIGKILL)
            await process.wait()


class Run:
    """The callers of one run. Each step is sent again in the next run if it was not acknowledged."""

    def __init__(self, world: Killed, pop: Caller, agent: Caller) -> None:
        self._world, self._pop, self._agent = world, pop, agent

    async def post(self) -> None:
        """Post a ticket; its number is used up once it is acknowledged."""
        number = self._world.next_ticket
        status, _ = await self._pop.post("/v1/tickets", body(number, f"question {number}"))
        assert status in {200, 201}
        self._world.posted.add(tid(number))
        self._world.next_ticket += 1

    async def reply(self) -> None:
        """Reply to the first ticket that the agent believes to be open."""
        todo = sorted(self._world.posted - self._world.replied)
        if not todo:
            return
        status, _ = await self._agent.post(f"/v1/tickets/{todo[0]}/reply", {"text": REPLY.format(ticket=todo[0])})
        assert 200 == status
        self._world.replied.add(todo[0])

    async def fetch(self) -> None:
        """Fetch events, store them, and confirm them with the next call."""
        events, last = await self._pop.events(self._world.last)
        for event in events:
            assert self._world.received.setdefault(event.id, (event.reply, event.ticket)) == (event.reply, event.ticket)
        self._world.last = last

    async def everything(self) -> None:
        """Finish all that is unfinished."""
        while self._world.posted - self._world.replied:
            await self.reply()
        for _ in range(3):
            await self.fetch()

    async def stored(self) -> list[str]:
        """Ids of all tickets that the desk has, as its people see them."""
        found, after = [], ""
        while after is not None:
            _, page = await self._agent.get(f"/v1/queue?state=answered&after={after}")
            found += [ticket for row in page["rows"] for ticket in row["tickets"]]
            after = page["next"]
        return found


async def _killed_within(step: Callable[[], Awaitable[None]], after_s: float) -> None:
    """Begin a step, and return while it is at work."""
    working = asyncio.ensure_future(step())
    await asyncio.sleep(after_s)
    working.add_done_callback(lambda done: done.cancelled() or done.exception())


async def test_ten_kills(tmp_path: Path) -> None:
    """At random moments of posting, replying and fetching: each ticket once, each reply at its PoP exactly once."""
    chance = random.Random(SEED)
    home = tmp_path / "desk-home"
    pop, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant="northwind")
    connector = aiohttp.TCPConnector(force_close=True)
    async with aiohttp.ClientSession(connector=connector) as session:
        world = Killed(home, pop, agent, session)
        for _ in range(KILLS):
            async with world.run() as run:
                steps = [run.post, run.post, run.reply, run.fetch]
                for _ in range(chance.randrange(3, 12)):
                    await chance.choice(steps)()
                await _killed_within(chance.choice(steps), chance.uniform(0, 0.01))
            await asyncio.sleep(0)
        async with world.run() as run:
            await run.everything()
            stored = await run.stored()

    replies = [reply for reply, _ in world.received.values()]
    assert len(world.posted) > KILLS
    assert world.posted <= set(stored)
    assert len(stored) == len(set(stored))
    assert sorted(REPLY.format(ticket=ticket) for ticket in world.replied) == sorted(replies)
    assert 2 == len(await asyncio.to_thread(read_desk_tokens, tokens_path(home)))
