"""The overlay of a stream: the answer that was approved last is there for ten seconds, verified, on nothing else."""

import pytest
from playwright.async_api import Page, Route, expect

from tests.browser.widget.shop import Shop, Viewer
from tests.pen import DROP

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

LIST = "**/answers?**"


async def come(viewer: Viewer) -> Page:
    """Open the page of the PoP, with a clock that the test moves."""
    await viewer.page.clock.install()
    await viewer.page.goto(f"{viewer.shop.pop}/overlay/{DROP}")
    return viewer.page


async def test_last_answer_is_shown_for_ten_seconds(viewer: Viewer) -> None:
    """Once: the same list again shows nothing. The page around it is transparent."""
    page = await come(viewer)
    await expect(viewer.part("answer")).to_be_visible()
    await expect(viewer.part("approved")).to_contain_text("Approved by Dana Ortiz")
    seen = await page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
    await page.clock.run_for(10_000)
    await expect(viewer.part("overlay")).to_have_count(0)
    async with page.expect_response(LIST) as response:
        await page.clock.run_for(10_000)
    await (await response.value).finished()

    await expect(viewer.part("overlay")).to_have_count(0)
    assert "rgba(0, 0, 0, 0)" == seen
    assert [] == viewer.errors


async def test_answer_that_is_approved_later_follows(viewer: Viewer) -> None:
    """The PoP first lists one answer, and then two."""
    shown = 1

    async def shorten(route: Route) -> None:
        response = await route.fetch()
        document = await response.json()
        document["answers"] = document["answers"][:shown]
        await route.fulfill(response=response, json=document)

    await viewer.page.route(LIST, shorten)
    page = await come(viewer)
    await expect(viewer.part("question")).to_have_text("when does the drop start")
    shown = 2
    await page.clock.run_for(20_000)

    await expect(viewer.part("question")).not_to_have_text("when does the drop start")
    await expect(viewer.part("overlay")).to_have_count(1)


async def test_answer_that_is_not_the_tenants_is_not_shown(viewer: Viewer) -> None:
    """A proxy swaps the signatures of all answers."""

    async def swap(route: Route) -> None:
        response = await route.fetch()
        document = await response.json()
        signatures = [one["signed"]["signature"] for one in document["answers"]]
        for one, signature in zip(document["answers"], signatures[::-1], strict=True):
            one["signed"]["signature"] = signature
        await route.fulfill(response=response, json=document)

    await viewer.page.route(LIST, swap)
    async with viewer.page.expect_response(LIST) as response:
        page = await come(viewer)
    await (await response.value).finished()
    async with page.expect_response(LIST):
        await page.clock.run_for(20_000)

    await expect(viewer.part("overlay")).to_have_count(0)


async def test_page_of_an_island_that_is_not_known(viewer: Viewer) -> None:
    """It is a problem document; a language that is none is English."""
    unknown = await viewer.page.request.get(f"{viewer.shop.pop}/overlay/no/body")
    page = await viewer.page.request.get(f"{viewer.shop.pop}/overlay/{DROP}?locale=%22%3E%3Cscript%3E")

    assert (404, "island_unknown") == (unknown.status, (await unknown.json())["reason"])
    assert '<html lang="en">' in await page.text()
    assert "script-src 'self'" in page.headers["content-security-policy"]


async def test_overlay_of_a_page_with_its_own_key(viewer: Viewer, shop: Shop) -> None:
    """The author's own file, with the key that it names."""
    shop.attributes = {"mode": "overlay"}
    await viewer.come()

    await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")
