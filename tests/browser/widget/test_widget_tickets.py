"""A widget that leaves its page and comes back: it follows its tickets again, each once."""

import asyncio

import pytest
from playwright.async_api import Route, expect

from tests.browser.widget.shop import Viewer
from tests.waiting import until_true

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

EVENT = (
    "event: {kind}\nid: {id}\n"
    'data: {{"ticket":"x","state":"{state}","since":"2026-11-27T10:00:00Z","reply":"{reply}"}}\n\n'
)
DELIVERED = EVENT.format(kind="delivered", id="3-1795666113000-0", state="delivered", reply="")
REPLIED = EVENT.format(kind="replied", id="5-1795666488000-9f86d081", state="answered", reply="They do.")


class Desk:
    """Answers each request for a ticket's events when the test says so."""

    def __init__(self) -> None:
        self.positions: list[str] = []
        """`Last-Event-ID` of each request."""
        self.told: asyncio.Queue[str] = asyncio.Queue()

    async def answer(self, route: Route) -> None:
        """Wait for what is told, and tell it."""
        if route.request.method == "OPTIONS":
            await route.fallback()
            return
        self.positions.append(route.request.headers.get("last-event-id", ""))
        body = await self.told.get()
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/event-stream"}
        await route.fulfill(body=body, headers=headers)

    async def until_asked(self, times: int) -> None:
        """Wait until so many requests came."""
        await until_true(lambda: len(self.positions) == times, f"{times} requests for events")


async def test_widget_that_is_put_back_follows_its_tickets(viewer: Viewer) -> None:
    """While it is out of the page it asks nothing. Moved within the page, it goes on with the request that waits."""
    desk = Desk()
    await viewer.page.clock.install()
    await viewer.page.route("**/events", desk.answer)
    await viewer.open()
    await viewer.ask_a_person("do gulls dream of chips")
    await desk.until_asked(1)
    await viewer.page.evaluate("document.body.append(document.querySelector('skerry-chat'))")
    await viewer.page.evaluate("window.chat = document.querySelector('skerry-chat'), chat.remove()")
    async with viewer.page.expect_response("**/events") as response:
        desk.told.put_nowait(DELIVERED)
    await (await response.value).finished()
    await viewer.page.clock.run_for(60_000)
    assert [""] == desk.positions
    await viewer.page.evaluate("document.body.append(chat)")
    await desk.until_asked(2)
    desk.told.put_nowait(REPLIED)

    await expect(viewer.part("reply")).to_contain_text("They do.")
    assert "3-1795666113000-0" == desk.positions[1]
    await viewer.page.unroute("**/events")
