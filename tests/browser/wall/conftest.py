"""A running desk, and its wall in Chromium on a screen of 1920 by 1080."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright

from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium
from tests.desk.desk import RunningDesk, running

SILENT = ("net::ERR_", "401", "403", "500")
"""What Chromium itself says of requests that fail, which a test wants."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, for all tests of a file."""
    async with async_playwright() as playwright:
        opened = await playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        try:
            yield opened
        finally:
            await opened.close()


@pytest_asyncio.fixture(loop_scope="module")
async def desk(tmp_path: Path) -> AsyncIterator[RunningDesk]:
    """A desk with PoPs that post."""
    async with running(tmp_path / "desk") as found:
        yield found


@pytest_asyncio.fixture(loop_scope="module")
async def screen(browser: Browser) -> AsyncIterator[Page]:
    """An empty page of 1920 by 1080. In the end it may not have complained."""
    context = await browser.new_context(viewport={"width": 1920, "height": 1080})
    context.set_default_timeout(15_000)
    page = await context.new_page()
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(word in message.text for word in SILENT):
            complaints.append(message.text)

    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", heard)
    yield page
    await context.close()
    assert [] == complaints
