"""`edge.daemon.ask.judge`: askers take turns at triage, and nobody's turn is lost."""

import asyncio
from concurrent.futures import Executor, Future
from typing import Any, cast

import pytest

from edge.config import TriageSection
from edge.daemon.ask import Judge
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Unjudged
from edge.errors import Reason
from edge.records import Verdict
from edge.triage import Triage
from tests.waiting import until_true

VERDICT = Verdict(candidates=(), any_confidence=0.0, model="test")


class Threads(Executor):
    """Threads whose jobs the test ends, one after the other."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, Future[Verdict]]] = []
        self.judged: list[str] = []

    def submit(self, _judge: Any, _head: Any, text: str, /) -> Future[Verdict]:  # type: ignore[override]
        """Take a job."""
        self.jobs.append((text, Future()))
        return self.jobs[-1][1]

    async def end_one(self) -> None:
        """End the first job."""
        text, future = self.jobs.pop(0)
        self.judged.append(text)
        future.set_result(VERDICT)
        for _ in range(5):
            await asyncio.sleep(0)

    async def end_all(self) -> None:
        """End every job, those too that begin meanwhile."""
        while self.jobs:
            await self.end_one()


class NoTriage:
    """Triage that knows no example."""

    def exact(self, _head: Any, _text: str) -> None:
        """As `Triage.exact`."""

    def judge(self, _head: Any, _text: str) -> Verdict:
        """As `Triage.judge`."""
        raise AssertionError("the threads end the jobs")


@pytest.fixture
def entry(make_entry: Any) -> PopEntry:
    """An island that is served."""
    return cast(PopEntry, make_entry())


def judge_with(threads: Threads, *, max_queue: int = 256) -> Judge:
    """A judge with one thread."""
    config = TriageSection(threads=1, max_queue=max_queue)
    return Judge(cast(Triage, NoTriage()), executor=threads, config=config, metrics=Metrics())


async def test_one_who_asks_often_delays_nobody_else(entry: PopEntry) -> None:
    """Of twenty questions of one asker two are on their way; another's comes next but one."""
    threads = Threads()
    judge = judge_with(threads)
    asked = [asyncio.create_task(judge.judge(entry, f"flood {number}", asker="flood")) for number in range(20)]
    await asyncio.sleep(0)
    asked.append(asyncio.create_task(judge.judge(entry, "viewer", asker="viewer")))
    await asyncio.sleep(0)
    await threads.end_all()
    found = await asyncio.gather(*asked)

    assert ["flood 0", "flood 1", "flood 2", "viewer", "flood 3"] == threads.judged[:5]
    assert ([VERDICT] * 21, 0) == (found, judge.waiting)


async def test_viewer_who_leaves_gives_her_turn_back(entry: PopEntry) -> None:
    """While she waits, and in the moment in which she gets it; the threads stay busy."""
    threads = Threads()
    judge = judge_with(threads)
    asked = [asyncio.create_task(judge.judge(entry, f"{number}", asker=number)) for number in range(6)]
    await asyncio.sleep(0)
    asked[2].cancel()
    threads.jobs[0][1].set_result(VERDICT)
    await until_true(lambda: threads.jobs[-1][0] == "3", "the next at the threads")
    asked[4].cancel()
    threads.jobs.pop(0)
    await threads.end_all()
    found = await asyncio.gather(*asked, return_exceptions=True)
    last = asyncio.create_task(judge.judge(entry, "last"))
    await asyncio.sleep(0)
    await threads.end_all()

    assert ["1", "3", "5", "last"] == threads.judged
    assert [VERDICT, VERDICT, VERDICT] == [found[0], found[1], found[3]]
    assert [True, True] == [isinstance(found[gone], asyncio.CancelledError) for gone in (2, 4)]
    assert (VERDICT, 0) == (await last, judge.waiting)


async def test_question_beyond_the_queue_is_not_judged(entry: PopEntry) -> None:
    """Those on their way count, too."""
    threads = Threads()
    judge = judge_with(threads, max_queue=3)
    asked = [asyncio.create_task(judge.judge(entry, f"{number}")) for number in range(3)]
    await asyncio.sleep(0)
    refused = await judge.judge(entry, "one more")
    await threads.end_all()
    await asyncio.gather(*asked)

    assert Unjudged(Reason.OVERLOADED) == refused
