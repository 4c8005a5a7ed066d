"""A PoP, a proxy that lies before it, a shop with the widget on its page, and Chromium."""

from collections.abc import AsyncIterator

import aiohttp
import msgspec
import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.conftest import two_tenants
from tests.browser.desk.desk_page import chromium_browser
from tests.browser.widget.shop import PageProxy, Shop, Viewer, viewer_at
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """Chromium, for all tests of a file."""
    async with chromium_browser() as opened:
        yield opened


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pop(pen: Pen, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningPop]:
    """A running PoP with the drop of two tenants."""
    async with two_tenants(tmp_path_factory.mktemp("widget"), pen) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def keys(pop: RunningPop) -> dict[str, str]:
    """Each tenant's key."""
    named = msgspec.json.decode((await pop.get("/.well-known/skerry-keys"))[1])["tenants"]
    return {one["tenant"]: one["keys"][0]["ed25519"] for one in named}


@pytest_asyncio.fixture(loop_scope="module")
async def shop(pop: RunningPop, keys: dict[str, str]) -> AsyncIterator[Shop]:
    """The shop's page, with the tenant's key."""
    shop = Shop(pop.url, keys[DROP.tenant])
    await shop.start()
    try:
        yield shop
    finally:
        await shop.stop()


@pytest_asyncio.fixture(loop_scope="module")
async def viewer(browser: Browser, shop: Shop) -> AsyncIterator[Viewer]:
    """Somebody who has not opened the page yet."""
    async with viewer_at(browser, shop) as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def proxy(pop: RunningPop) -> AsyncIterator[PageProxy]:
    """A proxy before the PoP."""
    async with aiohttp.ClientSession() as http:
        proxy = PageProxy(pop.url, http)
        await proxy.start()
        try:
            yield proxy
        finally:
            await proxy.stop()
