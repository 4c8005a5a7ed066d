"""Ten thousand rows: few elements, and the chosen one stays in place when others come and go."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from edge.desk.live import OpenDesk
from edge.desk.store import IncomingTicket
from tests.browser.desk.desk_page import Person, TestedDesk, people, sent, served_desk

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="module")]

ROWS = 10_000
MAX_ELEMENTS = 40


def fill(home: Path, rows: int) -> None:
    """Put open tickets into a desk that does not run, each a row of its own."""
    home.mkdir()
    desk = OpenDesk.at(home, time.time, sqlite3.Connection)
    desk.store._connection.execute("PRAGMA synchronous = OFF")
    for number in range(1, rows + 1):
        one = sent(number, f"question number {number}?", in_s=600 + number)
        desk.intake.put(IncomingTicket.parse(msgspec.json.encode(one)))
    desk.store.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def crowded(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[tuple[TestedDesk, str]]:
    """A desk with ten thousand rows."""
    home = tmp_path_factory.mktemp("crowded") / "desk"
    await asyncio.to_thread(fill, home, ROWS)
    async with served_desk(home, "anna") as (desk, [token]):
        yield desk, token


async def test_ten_thousand_rows_scroll(crowded: tuple[TestedDesk, str], browser: Browser) -> None:
    """All can be reached, by keys and by scrolling, and only those that are seen are elements of the page."""
    desk, token = crowded
    async with people(browser, desk) as new:
        anna = await new(token)
        options = anna.page.get_by_role("option")
        await expect(options.first).to_have_attribute("aria-setsize", str(ROWS), timeout=60_000)
        await anna.press("j", "End")
        await expect(anna.row(f"question number {ROWS}?")).to_have_attribute("aria-selected", "true")
        at_end = await options.count()
        await anna.page.locator("skerry-queue .list").evaluate("list => { list.scrollTop = list.scrollHeight / 2 }")
        await expect(anna.row("question number 5000?")).to_be_visible()

        assert at_end <= MAX_ELEMENTS
        assert await options.count() <= MAX_ELEMENTS
        await anna.press("Home")
        await expect(anna.row("question number 1?")).to_have_attribute("aria-posinset", "1")
        await stays_in_place(anna, desk)


async def stays_in_place(anna: Person, desk: TestedDesk) -> None:
    """Rows come in above the chosen one, which keeps its place on the screen and the focus."""
    await anna.page.locator("skerry-queue .list").evaluate("list => { list.scrollTop = 84 * 100 }")
    chosen = anna.row("question number 103?")
    await chosen.click()
    await anna.sees("Suggested answers")
    before = await chosen.bounding_box()
    await desk.take(*(sent(ROWS + one, f"urgent matter {one}!", in_s=30) for one in range(1, 4)))
    await expect(chosen).to_have_attribute("aria-posinset", "106")

    assert before == await chosen.bounding_box()
    assert await anna.page.evaluate("document.activeElement.shadowRoot?.activeElement?.localName") in {
        None,
        "skerry-queue",
    }
