"""`edge.daemon.ask.judge`: askers take turns at triage, and nobody's turn is lost."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Semaphore
from typing import Any, cast

import pytest

from edge.config import TriageSection
from edge.daemon.ask import Judge
from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Unjudged
from edge.errors import Reason
from edge.records import Verdict
from edge.triage import Matter, Triage
from tests.waiting import until_true

VERDICT = Verdict(candidates=(), any_confidence=0.0, model="test")


class Panic(BaseException):
    """What a library in Rust raises when it panics."""


class SlowTriage:
    """Triage that knows no example, and ends a judgement when the test says so."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._may_end = Semaphore(0)

    def exact(self, _head: Any, _text: str) -> None:
        """As `Triage.exact`."""

    def judge(self, _head: Any, matter: Matter) -> Verdict:
        """As `Triage.judge`."""
        self.begun.append(matter.question)
        self._may_end.acquire()
        if matter.question == "broken":
            raise ValueError("the model is broken")
        if matter.question == "panic":
            raise Panic
        return VERDICT

    def end(self, count: int = 1) -> None:
        """Let as many judgements end."""
        self._may_end.release(count)


@pytest.fixture
def entry(make_entry: Any) -> PopEntry:
    """An island that is served."""
    return cast(PopEntry, make_entry())


@pytest.fixture
def triage() -> SlowTriage:
    """Triage whose judgements the test ends."""
    return SlowTriage()


@pytest.fixture
def thread(triage: SlowTriage) -> Iterator[ThreadPoolExecutor]:
    """Triage's thread. What it still judges ends with the test."""
    with ThreadPoolExecutor(1) as executor:
        yield executor
        triage.end(1_000)


def judge_with(triage: SlowTriage, thread: ThreadPoolExecutor, *, max_queue: int = 256) -> Judge:
    """A judge with one thread."""
    config = TriageSection(threads=1, max_queue=max_queue)
    return Judge(cast(Triage, triage), executor=thread, config=config, metrics=Metrics())


async def test_one_who_asks_often_delays_nobody_else(
    entry: PopEntry, triage: SlowTriage, thread: ThreadPoolExecutor
) -> None:
    """Of twenty questions of one asker one is being judged; another's comes next."""
    judge = judge_with(triage, thread)
    asked = [asyncio.create_task(judge.judge(entry, Matter(f"flood {number}"), asker="flood")) for number in range(20)]
    await until_true(lambda: triage.begun == ["flood 0"], "the first in triage")
    asked.append(asyncio.create_task(judge.judge(entry, Matter("viewer"), asker="viewer")))
    await asyncio.sleep(0)
    triage.end(21)
    found = await asyncio.gather(*asked)

    assert ["flood 0", "viewer", "flood 1", "flood 2"] == triage.begun[:4]
    assert ([VERDICT] * 21, 0) == (found, judge.waiting)


async def test_viewer_who_leaves_is_not_judged(entry: PopEntry, triage: SlowTriage, thread: ThreadPoolExecutor) -> None:
    """While she waits; and one who leaves while she is judged holds up nobody."""
    judge = judge_with(triage, thread)
    asked = [asyncio.create_task(judge.judge(entry, Matter(f"{number}"), asker=number)) for number in range(5)]
    await until_true(lambda: triage.begun == ["0"], "the first in triage")
    asked[0].cancel()
    asked[2].cancel()
    await asyncio.sleep(0)
    triage.end(5)
    found = await asyncio.gather(*asked, return_exceptions=True)
    last = await judge.judge(entry, Matter("last"))

    assert ["0", "1", "3", "4", "last"] == triage.begun
    assert [VERDICT, VERDICT, VERDICT] == [found[1], found[3], found[4]]
    assert [True, True] == [isinstance(found[gone], asyncio.CancelledError) for gone in (0, 2)]
    assert (VERDICT, 0) == (last, judge.waiting)


async def test_triage_that_fails_fails_for_one_question(
    entry: PopEntry, triage: SlowTriage, thread: ThreadPoolExecutor
) -> None:
    """People take it; the thread goes on."""
    judge = judge_with(triage, thread)
    triage.end(2)
    found = await asyncio.gather(judge.judge(entry, Matter("broken")), judge.judge(entry, Matter("sound")))

    assert [Unjudged(Reason.MODEL_UNAVAILABLE), VERDICT] == list(found)


async def test_panic_of_a_library_fails_for_one_question(
    entry: PopEntry, triage: SlowTriage, thread: ThreadPoolExecutor
) -> None:
    """Tokenizers are in Rust: a panic is no `Exception`, and the viewer must not wait for ever."""
    judge = judge_with(triage, thread)
    triage.end(2)
    asked = asyncio.gather(judge.judge(entry, Matter("panic")), judge.judge(entry, Matter("sound")))

    assert [Unjudged(Reason.MODEL_UNAVAILABLE), VERDICT] == list(await asyncio.wait_for(asked, 10))
    assert 0 == judge.waiting


async def test_question_beyond_the_queue_is_not_judged(
    entry: PopEntry, triage: SlowTriage, thread: ThreadPoolExecutor
) -> None:
    """Those in triage count, too."""
    judge = judge_with(triage, thread, max_queue=3)
    asked = [asyncio.create_task(judge.judge(entry, Matter(f"{number}"))) for number in range(3)]
    await asyncio.sleep(0)
    refused = await judge.judge(entry, Matter("one more"))
    triage.end(3)
    await asyncio.gather(*asked)

    assert Unjudged(Reason.OVERLOADED) == refused
