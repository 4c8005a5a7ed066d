"""A desk killed with SIGKILL while it relays, as often as a test or a benchmark wants."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.desk.desk import body, tid, token_of
from tests.desk.relay.relayed import TENANT, write_config
from tests.desk.server.test_killed import Killed, Run
from tests.waiting import until
from tests.wire.desks.fake_desks import ChatwootDesk, ZammadDesk

SESSIONS = 8


class Behind:
    """The double, and how its people reply: once to each question, in the conversation in which it is."""

    def __init__(self, desk: ChatwootDesk | ZammadDesk) -> None:
        self.desk = desk
        self.replied: set[str] = set()

    async def called(self, times: int) -> None:
        """Wait until the desk is called this often, and return while the last call is under way."""
        left, is_called = times, asyncio.Event()

        async def count(_request: web.Request) -> None:
            nonlocal left
            left -= 1
            if left == 0:
                is_called.set()

        self.desk.fault = count
        await is_called.wait()
        self.desk.fault = None

    def questions(self) -> dict[str, int]:
        """What viewers wrote, and in which conversation."""
        return dict(self._written())

    def all_questions(self) -> list[str]:
        """What viewers wrote, as often as it is there."""
        return [text for text, _ in self._written()]

    def reply(self) -> None:
        """Reply to the newest question of each conversation that has none yet."""
        newest = {conversation: text for text, conversation in self._written()}
        for conversation, text in newest.items():
            if text not in self.replied and conversation in self._open():
                self.replied.add(text)
                self.desk.say(conversation, f"answer to {text}")

    def _open(self) -> set[int]:
        if isinstance(self.desk, ChatwootDesk):
            return {number for number, chat in self.desk.conversations.items() if chat["status"] == "open"}
        return set(self.desk.tickets)

    def _written(self) -> list[tuple[str, int]]:
        if isinstance(self.desk, ChatwootDesk):
            return [
                (one["content"], number)
                for number, chat in self.desk.conversations.items()
                for one in chat["messages"]
                if one["message_type"] == 0
            ]
        return [(one["body"], one["ticket_id"]) for one in self.desk.articles if one["sender"] == "Customer"]


class Outcome(NamedTuple):
    """What is there in the end."""

    faults: list[str]
    """What is lost, twice, or in another conversation than its viewer's."""
    questions: int
    replies: int


async def relay_kills(
    folder: Path, kind: str, *, kills: int, seed: int, after: Callable[[], None] = lambda: None
) -> Outcome:
    """Kill a desk so often while it hands on to a double of `kind` and looks there. `after` is called after each."""
    chance = random.Random(seed)
    home = folder / "desk-home"
    pop, agent = await token_of(home, "fra-1"), await token_of(home, "anna", tenant=TENANT)
    desk = ChatwootDesk() if kind == "chatwoot" else ZammadDesk()
    behind = Behind(desk)
    connector = aiohttp.TCPConnector(force_close=True)
    async with TestServer(desk.app) as server, aiohttp.ClientSession(connector=connector) as session:
        url = str(server.make_url("")).rstrip("/")
        await asyncio.to_thread(write_config, home, kind, url)
        world = Killed(home, pop, agent, session)
        number = 0
        for _ in range(kills):
            async with world.run() as run:
                for _ in range(chance.randrange(3, 9)):
                    await _post(run, number)
                    number += 1
                behind.reply()
                await run.fetch()
                # The kill comes while the relay speaks with the desk behind.
                await behind.called(chance.randrange(1, 60))
            after()
        async with world.run() as run:

            def replies() -> list[str]:
                return sorted(reply for reply, _ in world.received.values() if reply)

            async def is_all_there() -> bool:
                behind.reply()
                await run.fetch()
                return len(behind.questions()) == number and len(replies()) >= len(behind.replied)

            with contextlib.suppress(AssertionError):
                await until(is_all_there, "all questions and replies are there")
            for _ in range(3):
                await run.fetch()
    asked, answered = Counter(behind.all_questions()), Counter(replies())
    told = {ticket for _, ticket in world.received.values()}
    faults = [f"{text!r} is there {count} times" for text, count in (asked + answered).items() if count > 1]
    faults += [f"question {one} is lost" for one in range(number) if not asked[f"question {one}"]]
    faults += [f"the reply to {text!r} is lost" for text in behind.replied if not answered[f"answer to {text}"]]
    faults += [f"PoP was told of {ticket}, which nobody asked" for ticket in told - {tid(one) for one in range(number)}]
    conversations = len(set(behind.questions().values()))
    if conversations != SESSIONS:
        faults.append(f"{SESSIONS} sessions have {conversations} conversations")
    return Outcome(faults, number, sum(answered.values()))


async def _post(run: Run, number: int) -> None:
    """A ticket of one of a few sessions."""
    ticket = body(number, f"question {number}", session=f"v{number % SESSIONS}")
    status, _ = await run._pop.post("/v1/tickets", ticket)
    assert status in {200, 201}
