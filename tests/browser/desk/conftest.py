"""A desk, Chromium, and people who look at the desk's page."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.desk.desk_page import NewPerson, Person, TestedDesk, chromium_browser, people, served_desk


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, for all tests of a file."""
    async with chromium_browser() as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def staffed(tmp_path: Path) -> AsyncIterator[tuple[TestedDesk, list[str]]]:
    """A running desk, and the tokens of Anna and Ben."""
    async with served_desk(tmp_path / "desk", "anna", "ben") as found:
        yield found


@pytest.fixture
def desk(staffed: tuple[TestedDesk, list[str]]) -> TestedDesk:
    """The running desk."""
    return staffed[0]


@pytest_asyncio.fixture(loop_scope="module")
async def new(browser: Browser, desk: TestedDesk) -> AsyncIterator[NewPerson]:
    """Opens the page for another person."""
    async with people(browser, desk) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="module")
async def anna(staffed: tuple[TestedDesk, list[str]], new: NewPerson) -> Person:
    """Anna, with the page open."""
    return await new(staffed[1][0])


@pytest_asyncio.fixture(loop_scope="module")
async def ben(staffed: tuple[TestedDesk, list[str]], new: NewPerson) -> Person:
    """Ben, with the page open."""
    return await new(staffed[1][1])
