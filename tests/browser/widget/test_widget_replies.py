"""A person at Skerry's own desk replies, and the viewer reads it: at once, and again after a reload."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, expect

from edge.cli.demo import Harness
from tests.browser.widget.shop import Shop, viewer_at
from tests.journeys.desk.drop import Drop
from tests.pen import Pen
from tests.waiting import until

pytestmark = [
    pytest.mark.journey,
    pytest.mark.requires("chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]

REPLY = "They do. <b>Of yours</b> in particular."


async def test_reply_reaches_the_viewer(browser: Browser, pen: Pen, tmp_path: Path) -> None:
    """By the ticket's stream; what is kept is gone when the ticket is resolved."""
    async with Harness(tmp_path) as harness:
        await asyncio.to_thread(pen.copy_home, harness.home)
        drop = Drop(harness)
        await drop.begin()
        await drop.start_pop("ams")
        url = drop.pops["ams"]
        async with harness.http.get(f"{url}/.well-known/skerry-keys") as response:
            key = msgspec.json.decode(await response.read())["tenants"][0]["keys"][0]["ed25519"]
        shop = Shop(url, key)
        await shop.start()
        try:
            async with viewer_at(browser, shop) as viewer:
                await viewer.open()
                await viewer.ask_a_person("do gulls dream of chips")
                await expect(viewer.part("ticket")).to_be_visible()
                kept = (await viewer.stored())["session"]
                ticket = json.loads(next(iter(kept.values())))["tickets"][0][0]
                await until(_has(drop, ticket), "the ticket at the desk")
                await drop.agent("POST", f"/v1/tickets/{ticket}/reply", text=REPLY)
                await expect(viewer.part("reply")).to_contain_text(REPLY)
                await viewer.open()
                await expect(viewer.part("reply")).to_contain_text(REPLY)
                await expect(viewer.part("reply")).to_have_count(1)
                await drop.agent("POST", f"/v1/tickets/{ticket}/resolve")
                await expect(viewer.part("ticket")).to_contain_text("Your question is closed.")
                left = (await viewer.stored())["session"]
        finally:
            await shop.stop()

    assert {} == left


def _has(drop: Drop, ticket: str) -> Callable[[], Awaitable[bool]]:
    async def is_there() -> bool:
        return any(ticket in tickets for tickets in (await drop.tickets()).values())

    return is_there
