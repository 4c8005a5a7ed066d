"""`edge.daemon.tally.tally` when something is wrong: a disk that fails, too many events, too much feedback."""

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
from edge.decide import Conclusion
from edge.errors import Reason, RefusedError, StorageError
from edge.records import AskRequest, Decision, FeedbackRequest, FeedbackResponse, FeedbackTopic, Outcome
from edge.store.tally import TallyBounds, TallyStore
from edge.tally import CounterName, CountKey, figures_of
from tests.daemon.conftest import pop_config

NOW = datetime(2026, 9, 1, 20, 30, tzinfo=UTC)
KEY = b"k" * 32
ANSWER = Decision(outcome=Outcome.ANSWER, reason=Reason.EXACT, snippet="refund")


class Disk(sqlite3.Connection):
    """Commits nothing while it is full."""

    is_full = False

    def execute(self, sql: str, *arguments: object) -> sqlite3.Cursor:
        """As SQLite does, but a commit fails while the disk is full."""
        if Disk.is_full and sql == "COMMIT":
            raise sqlite3.OperationalError("database or disk is full")
        return super().execute(sql, *arguments)  # type: ignore[arg-type]


@asynccontextmanager
async def running_tally(
    folder: Path, *, bounds: TallyBounds | None = None, max_queue: int = MAX_QUEUE
) -> AsyncIterator[tuple[Tally, CollectorRegistry]]:
    """A tally whose task runs, and its metrics."""
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


async def give(tally: Tally, feedback: FeedbackRequest) -> FeedbackResponse:
    """Give feedback, as the route does."""
    return await tally.count_feedback(tally.read_receipt(feedback.receipt), feedback)


def count_answer(tally: Tally, session: str = "") -> str:
    """Count one answer; gives its receipt."""
    request = AskRequest(island="acme/drop", text="a question", session=session)
    conclusion = Conclusion(ANSWER, None, NOW.timestamp(), 0.9)
    receipt = tally.count_decision(request, conclusion, ranked=(), ticket=None, now=NOW)
    assert receipt is not None
    return receipt


async def answered(tally: Tally) -> int:
    """The number of answers in the stats."""
    return sum(cell.counts[CounterName.ANSWERED] for cell in (await tally.stats(NOW, "*")).cells)


async def test_full_disk_loses_statistics(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Feedback is refused and questions go on; one log line when it begins, and one when it ends."""
    async with running_tally(tmp_path) as (tally, registry):
        receipt = count_answer(tally)
        await answered(tally)
        Disk.is_full = True
        try:
            for _ in range(2):
                count_answer(tally)
                with pytest.raises(StorageError, match="database or disk is full"):
                    await give(tally, FeedbackRequest(receipt=receipt, helpful=True))
        finally:
            Disk.is_full = False
        count_answer(tally)
        after = await give(tally, FeedbackRequest(receipt=receipt, helpful=True))
        counted, lost = await answered(tally), (await tally.stats(NOW, "*")).lost
    output = capfd.readouterr().out

    assert (FeedbackTopic.HELPFUL,) == after.counted
    assert (2, 4, 4.0) == (counted, lost, registry.get_sample_value("skerry_signals_lost_total"))
    assert (1, 1) == (output.count("statistics cannot be written"), output.count("statistics are written again"))


async def test_counting_that_fails_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The sender of the feedback gets an error and later events count; the error does not quote the exception."""
    write, failures = TallyWriter.write, [True]

    def failing(writer: TallyWriter, events: Sequence[Event], now: float) -> WriteResult:
        if events and failures:
            failures.clear()
            raise ValueError("a viewer's words")
        return write(writer, events, now)

    monkeypatch.setattr(TallyWriter, "write", failing)
    async with running_tally(tmp_path) as (tally, _):
        receipt = count_answer(tally)
        with pytest.raises(StorageError, match=r"^counting failed with ValueError at test_tally.py:\d+ failing$"):
            await give(tally, FeedbackRequest(receipt=receipt, helpful=True))
        count_answer(tally)
        assert await answered(tally) == 1
        assert (await tally.stats(NOW, "*")).lost == 2

    assert "words" not in capfd.readouterr().out


async def test_full_queue_refuses_feedback_alone(tmp_path: Path) -> None:
    """Questions go on, and only their counts are lost; feedback is refused and counts nothing."""
    async with running_tally(tmp_path, max_queue=3) as (tally, _):
        receipts = [count_answer(tally) for _ in range(5)]
        with pytest.raises(RefusedError) as caught:
            await give(tally, FeedbackRequest(receipt=receipts[4], helpful=True))
        stats = await tally.stats(NOW, "*")

    assert (Reason.OVERLOADED, "too many events wait to be counted, try again") == (
        caught.value.reason,
        caught.value.text,
    )
    assert (3, 3) == (stats.cells[0].counts[CounterName.ANSWERED], stats.lost)


async def test_feedback_beyond_the_limit(tmp_path: Path) -> None:
    """It counts, and the oldest is forgotten: a flood of one client must not end it for everybody."""
    async with running_tally(tmp_path, bounds=TallyBounds(max_feedback=1)) as (tally, _):
        receipts = [count_answer(tally) for _ in range(20)]
        for receipt in receipts:
            await give(tally, FeedbackRequest(receipt=receipt, helpful=False))
        honest = await give(tally, FeedbackRequest(receipt=count_answer(tally), converted=True))

    assert (FeedbackTopic.CONVERTED,) == honest.counted


async def test_session_says_one_thing_about_an_answer(tmp_path: Path) -> None:
    """It asks a hundred times and has a hundred receipts; another session is another voice."""
    async with running_tally(tmp_path) as (tally, _):
        receipts = [count_answer(tally, "greedy") for _ in range(100)] + [count_answer(tally, "honest")]
        found = [await give(tally, FeedbackRequest(receipt=one, helpful=False)) for one in receipts]
        (cell,) = (await tally.stats(NOW, "*")).cells

    helpful = (FeedbackTopic.HELPFUL,)
    assert [helpful] + [()] * 99 + [helpful] == [response.counted for response in found]
    assert [()] + [helpful] * 99 + [()] == [response.repeated for response in found]
    assert 2 == cell.counts["feedback.not_helpful"]


async def test_feedback_without_a_session_counts_apart(tmp_path: Path) -> None:
    """It is in no figure: one client can give any amount of it."""
    async with running_tally(tmp_path) as (tally, _):
        for receipt in [count_answer(tally) for _ in range(100)]:
            await give(tally, FeedbackRequest(receipt=receipt, helpful=False))
        await give(tally, FeedbackRequest(receipt=count_answer(tally, "honest"), helpful=True))
        (cell,) = (await tally.stats(NOW, "*")).cells

    assert (100, 1, None) == (
        cell.counts["feedback.without_session.not_helpful"],
        cell.counts["feedback.helpful"],
        cell.counts.get("feedback.not_helpful"),
    )
    assert (1, 1) == (figures_of(cell.counts).helpful.part, figures_of(cell.counts).helpful.of)


async def test_contacts_beyond_the_limit(tmp_path: Path) -> None:
    """The oldest ones are counted as forgotten, not as resolved."""
    async with running_tally(tmp_path, bounds=TallyBounds(max_contacts=2)) as (tally, _):
        for session in "abcde":
            count_answer(tally, session)
        (cell,) = (await tally.stats(NOW, "*")).cells

    assert (5, 3, None) == (
        cell.counts[CounterName.ANSWERED],
        cell.counts[CounterName.CONTACT_FORGOTTEN],
        cell.counts.get(CounterName.CONTACT_RESOLVED),
    )


def test_names_beyond_the_limit_of_metrics() -> None:
    """They are counted together, as `other`."""
    registry = CollectorRegistry()
    metrics = TallyMetrics(registry)
    for _ in range(2):
        metrics.add(
            Counter({CountKey(0, "acme/drop", f"s-{number}", "answered"): 1 for number in range(MAX_PAIRS + 7)})
        )

    labels = {"island": "other", "snippet": "other", "signal": "answered"}
    assert 14.0 == registry.get_sample_value("skerry_signals_total", labels)


def test_what_filters_touched_is_a_metric_by_island() -> None:
    """Not by snippet: up to ten names for each rule and snippet would be too many series."""
    registry = CollectorRegistry()
    name = "touched.mail.contact.again"
    TallyMetrics(registry).add(Counter({CountKey(0, "acme/drop", snippet, name): 1 for snippet in ("a", "b")}))

    labels = {"island": "acme/drop", "snippet": "", "signal": name}
    assert 2.0 == registry.get_sample_value("skerry_signals_total", labels)
