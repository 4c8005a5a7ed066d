"""The face of consent in each of its states: axe finds nothing, every word is translated, and nothing is cut."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from edge.store.consents import ConsentRows
from tests.browser.widget.access.conversation import CUT
from tests.browser.widget.access.pseudo import pattern
from tests.browser.widget.access.test_widget_pseudo import CONSENT, TEXTS, WORDS
from tests.browser.widget.consent.conftest import HELP
from tests.browser.widget.shop import Shop, Viewer, viewer_at
from tests.browser.widget.test_widget_axe import AXE
from tests.pen import Pen

pytestmark = [pytest.mark.requires("npm"), pytest.mark.asyncio(loop_scope="module")]


async def states(viewer: Viewer, pen: Pen) -> AsyncIterator[str]:
    """Bring the face into one state after the other."""
    await viewer.open()
    await expect(viewer.part("without")).to_be_visible()
    yield "asked"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ConsentRows, "has_room", lambda _rows: False)
        await viewer.ask(pen.example)
        await expect(viewer.part("note")).not_to_be_empty()
        yield "not stored"
    await viewer.ask(pen.example)
    await expect(viewer.part("revoke")).to_be_visible()
    await viewer.part("consent").locator("summary").click()
    await expect(viewer.part("agree")).to_be_visible()
    yield "agreed"
    await viewer.page.route("**/v1/consent", lambda route: route.abort())
    await viewer.part("revoke").click()
    await expect(viewer.part("note")).not_to_be_empty()
    yield "not taken back"
    await viewer.page.unroute("**/v1/consent")
    await viewer.part("revoke").click()
    await expect(viewer.part("without")).to_be_visible()
    yield "taken back"
    refusal = {"status": 409, "detail": "no", "reason": "contradictory"}
    headers = {"Access-Control-Allow-Origin": "*"}
    await viewer.page.route("**/v1/fastpath", lambda route: route.fulfill(status=409, json=refusal, headers=headers))
    await viewer.ask(pen.example)
    await expect(viewer.field).to_have_value(pen.example)
    yield "another text is in force"


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("en", "dark"), ("ar", "light"), ("ar", "dark")])
async def test_axe_finds_nothing(browser: Browser, shop: Shop, pen: Pen, axe: str, lang: str, scheme: str) -> None:
    """In six states."""
    shop.lang = lang
    found: dict[str, list[str]] = {}
    async with viewer_at(browser, shop, color_scheme=scheme) as viewer:
        async for state in states(viewer, pen):
            if not await viewer.page.evaluate("'axe' in window"):
                await viewer.page.evaluate(axe)
            found[state] = await viewer.page.evaluate(AXE)

    assert 6 == len(found)
    assert {} == {state: one for state, one in found.items() if one}


async def test_every_word_is_translated_and_whole(browser: Browser, shop: Shop, pen: Pen, pseudo_widget: Path) -> None:
    """In a panel of 318 pixels, from the right."""
    shop.files, shop.loader, shop.lang = pseudo_widget, "/own/skerry.js", "ar"
    seen: list[str] = []
    cut: dict[str, list[str]] = {}
    async with viewer_at(browser, shop, viewport={"width": 318, "height": 500}) as viewer:
        async for state in states(viewer, pen):
            found = await viewer.page.evaluate(TEXTS)
            seen += found["own"] + found["others"]
            cut[state] = await viewer.page.evaluate(CUT)
    everything = "\n".join(seen)

    assert {} == {state: elements for state, elements in cut.items() if elements}
    assert [] == [name for name in CONSENT if pattern(WORDS[name]).search(everything) is None]
    assert HELP in everything
    assert [] == [name for name in CONSENT if re.escape(WORDS[name]) in everything]
