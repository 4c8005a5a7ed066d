"""An operator takes an island off a real PoP under load and puts it back: no question is lost, and none is refused."""

import asyncio
import random
from collections import Counter
from typing import Any

import pytest

from edge.cli.demo import Harness
from edge.records import IslandState
from tests.journeys.steps import ask, status, until_serving
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = pytest.mark.journey

SEED = 12
RATE_S = 60.0
"""Questions a second; more would need the two cores for longer than this test is worth."""


class Viewers:
    """Viewers who ask at random moments, each in a session of its own, until they are stopped."""

    def __init__(self, harness: Harness, pen: Pen) -> None:
        self._harness, self._rng = harness, random.Random(SEED)
        self._texts = [text for texts in pen.prepared.examples.values() for text in texts]
        self.statuses: Counter[int] = Counter()
        self.reasons: Counter[str] = Counter()
        self.tickets: set[str] = set()
        self._stop = asyncio.Event()

    async def ask_until_stopped(self) -> None:
        """An open loop: a slow answer delays no other viewer."""
        loop = asyncio.get_running_loop()
        due, number = loop.time(), 0
        async with asyncio.TaskGroup() as tasks:
            while not self._stop.is_set():
                due, number = due + self._rng.expovariate(RATE_S), number + 1
                await asyncio.sleep(due - loop.time())
                tasks.create_task(self._ask(number))

    async def _ask(self, number: int) -> None:
        body = {"island": str(DROP), "text": self._rng.choice(self._texts), "session": f"viewer-{number}"}
        async with self._harness.http.post(self._harness.pop_url + "/v1/ask", json=body) as reply:
            document: dict[str, Any] = await reply.json(content_type=None)
        self.statuses[reply.status] += 1
        self.reasons[document["reason"]] += 1
        self.tickets |= {document["ticket"]} - {None}

    def stop(self) -> None:
        """Ask no more."""
        self._stop.set()

    async def until_heard(self, reason: str, count: int = 20) -> None:
        """Wait until this many more questions ended for this reason."""
        before = self.reasons[reason]

        async def is_so() -> bool:
            return self.reasons[reason] >= before + count

        await until(is_so, f"{count} questions that ended with {reason}")


async def test_island_is_evicted_and_comes_back_under_load(harness: Harness, pen: Pen) -> None:
    """By `restore`, and by the next revision. Every response is an answer or a ticket, and origin has every ticket."""
    state = ("--state", str(harness.folder / "pop-state"))
    await harness.origin.start()
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    viewers = Viewers(harness, pen)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(viewers.ask_until_stopped())
        await viewers.until_heard("exact")
        told = await harness.skerry("island", "evict", str(DROP), *state)
        await viewers.until_heard("island_evicted")
        back = await harness.skerry("island", "restore", str(DROP), *state)
        await viewers.until_heard("exact")
        await harness.skerry("island", "evict", str(DROP), *state)
        await viewers.until_heard("island_evicted")
        await asyncio.to_thread(pen.publish, harness.home)
        await until_serving(harness, 2)
        await viewers.until_heard("exact")
        viewers.stop()

    async def are_at_origin() -> bool:
        return viewers.tickets <= harness.origin.tickets.keys()

    await until(are_at_origin, "every ticket at origin")
    assert told.startswith(f"evicted   {DROP} since ")
    assert f"restored  {DROP} revision 1 is fresh\n" == back
    assert {200, 202} == viewers.statuses.keys()
    assert viewers.statuses[202] == len(viewers.tickets)
    assert viewers.reasons["island_evicted"] <= viewers.statuses[202]


async def test_eviction_outlives_the_process(harness: Harness, pen: Pen) -> None:
    """A stopped PoP removes its socket; started again it is still without the island, and takes commands."""
    state = ("--state", str(harness.folder / "pop-state"))
    socket = harness.folder / "pop-state" / "admin.sock"
    await harness.start_publisher()
    await harness.start_pop()
    await until_serving(harness, 1)
    await harness.skerry("island", "evict", str(DROP), *state)
    await harness.stop("pop")
    is_left = socket.exists()
    await harness.start_pop()
    evicted = (await status(harness)).state
    answer = await ask(harness, pen.example)
    await harness.skerry("island", "restore", str(DROP), *state)

    assert not is_left
    assert (IslandState.EVICTED, "island_evicted") == (evicted, answer.reason)
    assert "exact" == (await ask(harness, pen.example)).reason
