"""Something breaks in the middle of a drop: everybody asks the same, people take it, one command tells viewers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.cli.demo import SKERRY
from edge.cli.demo.origin import DemoOrigin
from edge.host import utc_now
from edge.records import Automation
from tests.daemon.conftest import RunningPop, pop_config, running_pop, running_publisher
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = pytest.mark.journey

USUAL_S = 6 * 60
"""PoPs learn for five minutes what is usual."""

TOLD = "Payments are failing since 20:10. Your size is kept until it works again."


class Clock:
    """The wall clock, put forward by the test, for publisher and PoP alike."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        """Now."""
        return utc_now() + self.ahead


class Drop:
    """A publisher and a PoP on its drop, and what viewers ask of it."""

    def __init__(self, pop: RunningPop, pen: Pen, clock: Clock, home: Path) -> None:
        self.pop, self.home, self._clock, self._viewers = pop, home, clock, 0
        snippets = [one for one in pen.prepared.source.snippets if one.automation is Automation.ANSWER]
        self.questions = {one.id: one.examples for one in snippets}

    async def ask(self, intent: str, number: int = 0, *, after_s: float = 0.0, session: str = "") -> dict[str, Any]:
        """One of the author's own questions about it, a little later, from another viewer."""
        self._clock.ahead += timedelta(seconds=after_s)
        texts = self.questions[intent]
        self._viewers += 1
        question = {
            "island": str(DROP),
            "text": texts[number % len(texts)],
            "session": session or f"viewer-{self._viewers}",
        }
        return (await self.pop.post(question))[1]

    async def publish_answer(self, intent: str) -> str:
        """What the author types, while it burns."""
        answer = self.home.parent / "answer.md"
        await asyncio.to_thread(answer.write_text, TOLD)
        process = await asyncio.create_subprocess_exec(
            *SKERRY, "incident", str(DROP), "--snippet", intent, "--answer", str(answer), "--home", str(self.home),
            stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        out, _ = await process.communicate()
        assert 0 == process.returncode
        return out.decode()


@pytest.fixture
async def drop(pen: Pen, tmp_path: Path) -> AsyncIterator[Drop]:
    """In force, and quiet for so long that the PoP knows what is usual."""
    home = await asyncio.to_thread(pen.copy_home, tmp_path / "home")
    clock, origin = Clock(), DemoOrigin(0)
    await origin.start()
    async with AsyncExitStack() as stack:
        stack.push_async_callback(origin.stop)
        url = await stack.enter_async_context(running_publisher(home, now=clock))
        config = pop_config(tmp_path, publisher_url=url, origin_url=origin.url)
        pop = await stack.enter_async_context(running_pop(config, origin, now=clock))
        await pop.until_served()
        drop = Drop(pop, pen, clock, home)
        intents = list(drop.questions)
        for number in range(USUAL_S // 10):
            found = await drop.ask(intents[number % len(intents)], number, after_s=10)
            assert "answer" == found["outcome"]
        yield drop


async def test_incident_from_the_first_question_to_the_answer(drop: Drop) -> None:
    """Answered as ever, then to people with every ticket at origin, then the new answer; nothing else is touched."""
    broken, other = list(drop.questions)[:2]
    greedy = [await drop.ask(broken, number, after_s=1, session="greedy") for number in range(40)]
    found = [await drop.ask(broken, number, after_s=1) for number in range(60)]
    elsewhere = await drop.ask(other)
    tickets = {one["ticket"] for one in found if one["ticket"]}
    await drop.pop.until_at_origin(tickets)
    said = await drop.publish_answer(broken)

    async def is_told() -> bool:
        return bool((await drop.ask(broken))["answer"] == TOLD)

    await until(is_told, "the incident's answer in force")
    told = [await drop.ask(broken, number, after_s=1) for number in range(30)]
    calm = await drop.ask(other)

    assert "incident" not in {one["reason"] for one in greedy}
    reasons = [one["reason"] for one in found]
    began = reasons.index("incident")
    assert 12 <= began <= 40
    assert ["exact"] * began + ["incident"] * (60 - began) == reasons
    assert {"incident"} == {drop.pop.origin.tickets[one]["reason"] for one in tickets}
    assert 60 - began == len(tickets)
    assert said.startswith(f"published {DROP} revision 2 with a new answer to '{broken}', ")
    assert {("answer", 2, TOLD)} == {(one["outcome"], one["revision"], one["answer"]) for one in told}
    assert [("answer", 1), ("answer", 2)] == [(one["outcome"], one["revision"]) for one in (elsewhere, calm)]
    assert elsewhere["answer"] == calm["answer"]
    assert b"skerry_incidents_total 1.0" in (await drop.pop.get("/metrics"))[1]
