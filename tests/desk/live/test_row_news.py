"""Rows that change often are shown now and then, and a fault in one of them ends nothing."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

import pytest
from structlog.testing import capture_logs

from edge.desk.access import Agent
from edge.desk.live import News
from edge.desk.live.row_news import RowNews
from edge.desk.store import Scope
from edge.records.desk import QueueRow

ANNA = Agent("anna", "northwind", "")
ONE = {"1": Scope("northwind", "support")}


class Showing:
    """A task that shows, by a clock that the test moves; and what it read."""

    def __init__(self) -> None:
        self.at, self.reads, self.faults = 0.0, list[list[str]](), 0
        self.news = News()
        self.rows = RowNews(self.news, self._read, clock=lambda: self.at)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Show during the block."""
        task = asyncio.create_task(self.rows.keep())
        yield
        task.cancel()
        await asyncio.wait({task})

    async def note(self, rows: dict[str, Scope]) -> None:
        """Rows change, and the task gets its turn."""
        self.rows.note(rows)
        for _ in range(10):
            await asyncio.sleep(0)

    async def _read(self, rows: list[str]) -> dict[str, QueueRow | None]:
        if self.faults:
            self.faults -= 1
            raise ValueError("a row that nobody can read")
        self.reads.append(rows)
        return dict.fromkeys(rows)


@pytest.fixture
def showing() -> Showing:
    """A task that has not begun."""
    return Showing()


async def test_row_that_changes_all_the_time(showing: Showing) -> None:
    """It is read at once, and again after 200 ms; another row waits for nothing."""
    async with showing.running():
        with showing.news.for_agent(ANNA):
            for _ in range(5):
                await showing.note(ONE)
            await showing.note({"2": Scope("northwind", "support")})
            early = list(showing.reads)
            showing.at = 0.2
            await showing.note({"2": Scope("northwind", "support")})

    assert [["1"], ["2"]] == early
    assert [["1", "2"]] == showing.reads[2:]


async def test_no_page_is_open(showing: Showing) -> None:
    """Nothing is read."""
    async with showing.running():
        await showing.note(ONE)

    assert [] == showing.reads


async def test_very_many(showing: Showing) -> None:
    """Pages are told to read the queue again."""
    async with showing.running():
        with showing.news.for_agent(ANNA) as box:
            box.take()
            await showing.note({str(number): Scope("northwind", "support") for number in range(501)})

            assert (True, []) == box.take()
    assert [] == showing.reads


async def test_fault(showing: Showing) -> None:
    """It is logged once, pages read the queue again, and the next row is shown."""
    showing.faults = 2
    async with showing.running():
        with showing.news.for_agent(ANNA) as box, capture_logs() as lines:
            box.take()
            for number in range(3):
                await showing.note({str(number): Scope("northwind", "support")})
            is_stale, rows = box.take()

    assert (True, ["2"]) == (is_stale, [one.row for one in rows])
    assert ["rows cannot be shown, pages read all again"] == [line["event"] for line in lines]
