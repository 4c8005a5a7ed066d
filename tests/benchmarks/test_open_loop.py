"""`benchmarks.strangers.open_loop`: how many questions are asked, what is read, and how capacity is found."""

import itertools
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from benchmarks.strangers.open_loop import OpenLoop, Reply, capacity, distinct_texts


class Answering:
    """A server that answers every question with a ticket."""

    def __init__(self) -> None:
        self.sessions: list[str] = []

    async def ask(self, request: web.Request) -> web.Response:
        """As `POST /v1/ask`; each third connection is cut."""
        self.sessions.append((await request.json())["session"])
        if len(self.sessions) % 3 == 0 and request.transport is not None:
            request.transport.abort()
        return web.json_response({"outcome": "escalate", "reason": "island_evicted", "ticket": "t"}, status=202)


@pytest.fixture
async def server() -> AsyncIterator[tuple[Answering, int]]:
    """The server, and its port."""
    answering = Answering()
    app = web.Application()
    app.router.add_post("/v1/ask", answering.ask)
    async with TestServer(app) as running:
        yield answering, running.port or 0


async def test_every_question_is_asked_once_and_read_whole(server: tuple[Answering, int]) -> None:
    """Each in a session of its own; a lost connection is a response with status 0."""
    answering, port = server
    viewers = OpenLoop(port, "acme/drop", itertools.repeat("when?"))
    replies = await viewers.ask(300.0, 0.1)
    await viewers.close()

    assert 30 == len(replies) == len(set(answering.sessions))
    assert {(202, "island_evicted", "escalate", "t"), (0, "", "", "")} == {
        (reply.status, reply.reason, reply.outcome, reply.ticket) for reply in replies
    }
    assert all(reply.took_s > 0 for reply in replies)


class Steep:
    """Viewers of a PoP whose p99 grows with the rate, more so for a long time."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, float]] = []

    async def ask(self, rate_s: float, seconds: float) -> list[Reply]:
        """Responses that take 0.1 s at 400 a second, and at 330 a second over 30 s."""
        self.asked.append((rate_s, seconds))
        took_s = rate_s / (3_300 if seconds == 30 else 4_000)
        return [Reply(0.0, took_s, 202, "", "", "t")] * 100


async def test_capacity_holds_for_the_whole_time() -> None:
    """Short tries go up, and long ones down again, until p99 is in bounds."""
    steep = Steep()
    found = await capacity(steep, seconds=30)  # type: ignore[arg-type]  # only `ask` is used

    assert 300 < found <= 330
    assert (found, 30) == steep.asked[-1]


def test_texts_are_distinct_and_the_same_in_every_run() -> None:
    """No answer comes from the cache, and two runs ask the same."""
    first, again = (list(itertools.islice(distinct_texts(["when?", "where?"], seed=1), 500)) for _ in range(2))

    assert first == again
    assert len(set(first)) > 450
