"""`edge.daemon.tally.tally` when something is wrong: a disk that fails, too much at once, too much to remember."""

import asyncio
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from edge.daemon.sync import PopShelf
from edge.daemon.tally import Tally, TallyWriter
from edge.daemon.tally.tally import MAX_QUEUE
from edge.daemon.tally.writer import Event, WriteResult
from edge.daemon.telemetry import TallyMetrics
from edge.daemon.telemetry.tally_metrics import MAX_PAIRS
from edge.errors import Reason, RefusedError, StorageError
from edge.records import AskRequest, Decision, FeedbackRequest, FeedbackTopic, Outcome
from edge.store.tally import TallyBounds, TallyStore
from edge.tally import CounterName, CountKey
from tests.daemon.conftest import pop_config

NOW = datetime(2026, 9, 1, 20, 30, tzinfo=UTC)
KEY = b"k" * 32
ANSWER = Decision(outcome=Outcome.ANSWER, reason=Reason.EXACT, snippet="refund")


class Disk(sqlite3.Connection):
    """Commits nothing while it is full."""

    is_full = False

    def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
        """As ever, but for that."""
        if Disk.is_full and sql == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, *arguments)  # type: ignore[arg-type]


@asynccontextmanager
async def kept(
    folder: Path, *, bounds: TallyBounds | None = None, max_queue: int = MAX_QUEUE
) -> AsyncIterator[tuple[Tally, CollectorRegistry]]:
    """A tally at work, and its metrics."""
    registry, loop = CollectorRegistry(), asyncio.get_running_loop()
    with ThreadPoolExecutor(1) as thread:
        store = await loop.run_in_executor(thread, lambda: TallyStore(folder, bounds=bounds, connection=Disk))
        tally = Tally(
            config=pop_config(folder, publisher_url="http://x", origin_url="http://x"),
            store=store,
            thread=thread,
            token_key=KEY,
            shelf=PopShelf,
            metrics=TallyMetrics(registry),
            now=lambda: NOW,
            max_queue=max_queue,
        )
        keeping = asyncio.create_task(tally.keep())
        try:
            yield tally, registry
        finally:
            keeping.cancel()
            await tally.close()


def decide(tally: Tally, session: str = "") -> str:
    """One answer; its receipt."""
    request = AskRequest(island="acme/drop", text="a question", session=session)
    receipt = tally.decided(request, ANSWER, ranked=(), ticket=None, now=NOW)
    assert receipt is not None
    return receipt


async def answered(tally: Tally) -> int:
    """How many answers are counted."""
    return sum(cell.counts[CounterName.ANSWERED] for cell in (await tally.report(NOW, "*")).cells)


async def test_full_disk_loses_statistics_and_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Feedback is refused, questions go on; once in the log when it begins, once when it ends."""
    async with kept(tmp_path) as (tally, registry):
        receipt = decide(tally)
        await answered(tally)
        Disk.is_full = True
        try:
            for _ in range(2):
                decide(tally)
                with pytest.raises(StorageError, match="database or disk is full"):
                    await tally.feedback(FeedbackRequest(receipt=receipt, helpful=True))
        finally:
            Disk.is_full = False
        decide(tally)
        after = await tally.feedback(FeedbackRequest(receipt=receipt, helpful=True))
        found, lost = await answered(tally), (await tally.report(NOW, "*")).lost
    said = capfd.readouterr().out

    assert (FeedbackTopic.HELPFUL,) == after.counted
    assert (2, 4, 4.0) == (found, lost, registry.get_sample_value("skerry_signals_lost_total"))
    assert (1, 1) == (said.count("statistics cannot be written"), said.count("statistics are written again"))


async def test_counting_that_breaks_ends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The sender of the feedback gets an error and later events count; the error does not quote the exception."""
    write, breaks = TallyWriter.write, [True]

    def breaking(books: TallyWriter, events: Sequence[Event], now: float) -> WriteResult:
        if events and breaks:
            breaks.clear()
            raise ValueError("a viewer's words")
        return write(books, events, now)

    monkeypatch.setattr(TallyWriter, "write", breaking)
    async with kept(tmp_path) as (tally, _):
        receipt = decide(tally)
        with pytest.raises(StorageError, match=r"^counting broke with ValueError at test_tally.py:\d+ breaking$"):
            await tally.feedback(FeedbackRequest(receipt=receipt, helpful=True))
        decide(tally)
        assert await answered(tally) == 1
        assert (await tally.report(NOW, "*")).lost == 2

    assert "words" not in capfd.readouterr().out


async def test_more_than_can_wait(tmp_path: Path) -> None:
    """Nobody who asks waits or is refused for it; feedback is, and counts nothing."""
    async with kept(tmp_path, max_queue=3) as (tally, _):
        receipts = [decide(tally) for _ in range(5)]
        with pytest.raises(RefusedError) as caught:
            await tally.feedback(FeedbackRequest(receipt=receipts[4], helpful=True))
        report = await tally.report(NOW, "*")

    assert (Reason.OVERLOADED, "too much waits to be counted, try again") == (caught.value.reason, caught.value.text)
    assert (3, 3) == (report.cells[0].counts[CounterName.ANSWERED], report.lost)


async def test_more_feedback_than_is_remembered(tmp_path: Path) -> None:
    """Refused: to forget who has said what would let it be said twice."""
    async with kept(tmp_path, bounds=TallyBounds(max_feedback=1)) as (tally, _):
        receipt = decide(tally)
        await tally.feedback(FeedbackRequest(receipt=receipt, helpful=True))
        with pytest.raises(RefusedError) as caught:
            await tally.feedback(FeedbackRequest(receipt=receipt, converted=True))

    assert (Reason.OVERLOADED, "as much feedback is remembered as may be, try again later") == (
        caught.value.reason,
        caught.value.text,
    )


async def test_more_contacts_than_are_remembered(tmp_path: Path) -> None:
    """The oldest count as forgotten, not as resolved."""
    async with kept(tmp_path, bounds=TallyBounds(max_contacts=2)) as (tally, _):
        for session in "abcde":
            decide(tally, session)
        (cell,) = (await tally.report(NOW, "*")).cells

    assert (5, 3, None) == (
        cell.counts[CounterName.ANSWERED],
        cell.counts[CounterName.CONTACT_FORGOTTEN],
        cell.counts.get(CounterName.CONTACT_RESOLVED),
    )


def test_more_names_than_metrics_have() -> None:
    """The rest is counted together."""
    registry = CollectorRegistry()
    metrics = TallyMetrics(registry)
    for _ in range(2):
        metrics.add(
            Counter({CountKey(0, "acme/drop", f"s-{number}", "answered"): 1 for number in range(MAX_PAIRS + 7)})
        )

    labels = {"island": "other", "snippet": "other", "signal": "answered"}
    assert 14.0 == registry.get_sample_value("skerry_signals_total", labels)
