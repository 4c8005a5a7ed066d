"""A PoP that is killed while a viewer's question is on its way: exactly one ticket after its return."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, Route, expect

from edge.cli.demo import Harness
from tests.browser.widget.shop import Shop, viewer_at
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = [
    pytest.mark.journey,
    pytest.mark.requires("chromium"),
    pytest.mark.asyncio(loop_scope="module"),
]


@pytest.mark.parametrize("is_taken", [False, True], ids=["before the ticket", "after the ticket"])
async def test_killed_pop_has_one_ticket(browser: Browser, pen: Pen, tmp_path: Path, is_taken: bool) -> None:
    """The response is lost, and the question is sent again with the same key when the PoP is back."""
    kills = 0

    async def kill(route: Route) -> None:
        nonlocal kills
        kills += 1
        if is_taken:
            await route.fetch()
        await harness.kill("pop")
        await route.abort()

    pen.copy_home(tmp_path / "home")
    async with Harness(tmp_path) as harness:
        await harness.origin.start()
        await harness.start_publisher()
        await harness.start_pop()
        await until(_serves(harness), "the island on the PoP")
        named = msgspec.json.decode(await (await harness.http.get(f"{harness.pop_url}/.well-known/skerry-keys")).read())
        shop = Shop(harness.pop_url, named["tenants"][0]["keys"][0]["ed25519"])
        await shop.start()
        try:
            async with viewer_at(browser, shop) as viewer:
                await viewer.open()
                await viewer.page.route("**/v1/ask", kill, times=1)
                await viewer.ask_a_person("do gulls dream of chips")
                await expect(viewer.part("note")).to_contain_text("no connection")
                await harness.start_pop()
                await viewer.part("again").click()
                await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")
                await until(_arrived(harness), "the ticket at origin")
        finally:
            await shop.stop()

    assert 1 == kills
    assert [str(DROP)] == [ticket["island"] for ticket in harness.origin.tickets.values()]


def _arrived(harness: Harness) -> Callable[[], Awaitable[bool]]:
    async def is_there() -> bool:
        return bool(harness.origin.tickets)

    return is_there


def _serves(harness: Harness) -> Callable[[], Awaitable[bool]]:
    async def is_there() -> bool:
        async with harness.http.get(f"{harness.pop_url}/v1/islands") as response:
            return b'"fresh"' in await response.read()

    return is_there
