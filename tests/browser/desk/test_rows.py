"""Ten thousand rows: few elements, and the chosen one stays in place when others come and go."""

import asyncio
import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.browser.desk.crowd import fill
from tests.browser.desk.desk_page import Person, TestedDesk, people, sent, served_desk

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="module")]

ROWS = 10_000
MAX_ELEMENTS = 40
ROW_PX = 44
TOUCHED_ROW_PX = 56


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

        box = await options.first.bounding_box()
        assert box is not None
        assert ROW_PX == box["height"]
        assert at_end <= MAX_ELEMENTS
        assert await options.count() <= MAX_ELEMENTS
        await anna.press("Home")
        await expect(anna.row("question number 1?")).to_have_attribute("aria-posinset", "1")
        await stays_in_place(anna, desk)


async def stays_in_place(anna: Person, desk: TestedDesk) -> None:
    """Rows come in above the chosen one, which keeps its place on the screen and the focus."""
    await anna.page.locator("skerry-queue .list").evaluate(f"list => {{ list.scrollTop = {ROW_PX} * 100 }}")
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


@pytest.mark.parametrize(("kind", "height"), [("a finger", TOUCHED_ROW_PX), ("larger type", ROW_PX * 1.5)])
async def test_rows_are_as_high_as_they_are_placed(
    crowded: tuple[TestedDesk, str], browser: Browser, kind: str, height: float
) -> None:
    """A finger has room, and a person may set a larger type: the rows follow each other without a gap."""
    desk, token = crowded
    async with people(browser, desk) as new:
        anna = await new(token, has_touch=kind == "a finger", is_mobile=kind == "a finger")
        if kind == "larger type":
            # As a browser's own setting does it, which this cannot set.
            await anna.page.evaluate("document.documentElement.style.fontSize = '24px'")
        options = anna.page.get_by_role("option")
        await expect(options.first).to_have_attribute("aria-setsize", re.compile(r"^100\d\d$"), timeout=60_000)
        await anna.press("j", "End")
        await expect(anna.row(f"question number {ROWS}?")).to_have_attribute("aria-selected", "true")
        last = await anna.row(f"question number {ROWS}?").bounding_box()
        before = await anna.row(f"question number {ROWS - 1}?").bounding_box()
        assert last is not None
        assert before is not None
        end = await anna.page.locator("skerry-queue").evaluate("queue => queue.getBoundingClientRect().bottom")

        assert height == last["height"] == last["y"] - before["y"]
        assert abs(end - last["y"] - last["height"]) <= 1
