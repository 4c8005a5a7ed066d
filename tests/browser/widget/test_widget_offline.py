"""A PoP that is gone: answers that were fetched earlier are read, verified, and the question waits."""

import re
from datetime import UTC, datetime

import aiohttp
import pytest
from playwright.async_api import Route, expect

from tests.browser.widget.shop import PageProxy, Shop, Viewer
from tests.pen import Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

LIST = re.compile(r".*/v1/islands/.*/answers.*")
OF_THE_POP = re.compile(r".*/(?:v1|\.well-known)/.*")


async def is_gone(viewer: Viewer) -> None:
    """No request reaches the PoP any more."""
    await viewer.page.route(OF_THE_POP, _lose)


async def _lose(route: Route) -> None:
    await route.abort()


async def offered(viewer: Viewer, pen: Pen) -> None:
    """The PoP is gone after the chat was opened; a question waits, and the list is opened."""
    async with viewer.page.expect_response(LIST) as response:
        await viewer.open()
    await (await response.value).finished()
    await is_gone(viewer)
    await viewer.ask(pen.example)
    await viewer.part("list").locator("summary").click()


async def test_answers_are_read_while_the_pop_is_gone(viewer: Viewer, pen: Pen) -> None:
    """With their age, verified, and said to be possibly out of date; then the question that waited is answered."""
    await offered(viewer, pen)
    await expect(viewer.part("list").locator("summary")).to_have_text(
        re.compile(r"Answers to read meanwhile \(fetched \d+ seconds? ago\)")
    )
    await viewer.part("list").get_by_role("button", name="when does the drop start").click()
    await expect(viewer.part("answer")).to_contain_text("1 December 2027")
    await expect(viewer.part("answer")).to_contain_text("This answer may be out of date")
    await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")
    await viewer.page.unroute(OF_THE_POP)
    await viewer.part("again").click()

    await expect(viewer.part("answer")).to_have_count(2)
    await expect(viewer.part("list")).to_have_count(0)


async def test_answer_that_has_expired_is_not_read(viewer: Viewer, pen: Pen) -> None:
    """By the viewer's clock, at the time of reading."""
    await offered(viewer, pen)
    await viewer.page.clock.set_fixed_time(datetime(2100, 1, 1, tzinfo=UTC))
    await viewer.part("list").get_by_role("button").first.click()

    await expect(viewer.part("failed")).to_contain_text("No answer")
    await expect(viewer.part("answer")).to_have_count(0)


async def test_list_with_changed_answers_is_not_believed(viewer: Viewer, pen: Pen) -> None:
    """A PoP that swaps two answers of the list: neither is shown."""

    async def swap(route: Route) -> None:
        response = await route.fetch()
        document = await response.json()
        first, second, *_ = document["answers"]
        first["signed"], second["signed"] = second["signed"], first["signed"]
        await route.fulfill(response=response, json=document)

    await viewer.page.route(LIST, swap)
    await offered(viewer, pen)
    await viewer.part("list").get_by_role("button").first.click()

    await expect(viewer.part("failed")).to_contain_text("No answer")
    await expect(viewer.part("answer")).to_have_count(0)


@pytest.mark.parametrize("body", ["5", "{}", '{"at": "never", "answers": [{}]}', '{"at": 1, "answers": 5}'])
async def test_list_that_is_none(viewer: Viewer, pen: Pen, body: str) -> None:
    """The question waits as it would without it, and is answered in the end."""

    async def lie(route: Route) -> None:
        await route.fulfill(body=body, headers={"Access-Control-Allow-Origin": "*"})

    await viewer.page.route(LIST, lie)
    await viewer.open()
    await is_gone(viewer)
    await viewer.ask(pen.example)
    await expect(viewer.part("again")).to_be_visible()
    await expect(viewer.part("list")).to_have_count(0)
    await viewer.page.unroute(OF_THE_POP)
    await viewer.part("again").click()

    await expect(viewer.part("answer")).to_be_visible()
    assert [] == [error for error in viewer.errors if "ERR_FAILED" not in error]


async def test_list_after_a_reload_is_the_browsers_copy(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """The page has its own copy of the widget, and its PoP is gone when it is loaded again."""
    shop.loader = "/own/skerry.js"
    async with aiohttp.ClientSession() as http:
        proxy = PageProxy(shop.pop, http)
        await proxy.start()
        shop.pop = f"{proxy.url}/honest/1"
        async with viewer.page.expect_response(LIST) as response:
            await viewer.open()
        await (await response.value).finished()
        await proxy.stop()
    await viewer.open()
    await viewer.ask(pen.example)
    await viewer.part("list").locator("summary").click()
    await viewer.part("list").get_by_role("button", name="when does the drop start").click()

    await expect(viewer.part("answer")).to_contain_text("1 December 2027")
