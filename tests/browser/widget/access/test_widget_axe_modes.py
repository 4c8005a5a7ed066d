"""axe-core finds nothing in any state of the widget: in each mode, direction and theme, and in forced colours."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.widget.access.conversation import KEEP_CARD, MODES, states
from tests.browser.widget.shop import Shop, viewer_at
from tests.pen import Pen

pytestmark = [pytest.mark.requires("npm"), pytest.mark.asyncio(loop_scope="module")]

AXE = """async themes => {
    const host = document.querySelector("skerry-chat")
    const found = []
    for (const theme of themes) {
        host.setAttribute("theme", theme)
        const { violations } = await axe.run(document, { resultTypes: ["violations"] })
        const told = ({ id, nodes: [first] }) => `${theme}: ${id} at ${first.target}, ${first.failureSummary}`
        found.push(...violations.map(told))
    }
    return found
}"""
NUMBER_OF_STATES = 19
"""Of a chat that is always open. That with a button can be closed, too."""

VIEWS: dict[str, tuple[str, str, dict[str, Any]]] = {
    **{f"{mode}, {lang}": (mode, lang, {}) for mode in MODES for lang in ("en", "ar")},
    "bubble, en, forced colours": ("bubble", "en", {"forced_colors": "active"}),
}


@pytest.mark.parametrize("view", VIEWS)
async def test_axe_finds_nothing(browser: Browser, shop: Shop, pen: Pen, axe: str, view: str) -> None:
    """In every state, light and dark."""
    mode, lang, options = VIEWS[view]
    shop.attributes, shop.lang = {"mode": mode}, lang
    found: dict[str, list[str]] = {}
    async with viewer_at(browser, shop, **options) as viewer:
        async for state in states(viewer, pen, mode):
            if not await viewer.page.evaluate("'axe' in window"):
                await viewer.page.evaluate(axe)
            found[state] = await viewer.page.evaluate(AXE, ["light", "dark"])

    assert {} == {state: one for state, one in found.items() if one}
    assert NUMBER_OF_STATES + (mode == "bubble") == len(found)


@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_axe_finds_nothing_on_the_overlay(browser: Browser, shop: Shop, axe: str, lang: str) -> None:
    """While its card is there."""
    shop.attributes, shop.lang = {"mode": "overlay"}, lang
    async with viewer_at(browser, shop) as viewer:
        await viewer.page.add_init_script(KEEP_CARD)
        await viewer.come()
        await expect(viewer.part("overlay")).to_be_visible()
        await viewer.page.evaluate(axe)

        assert [] == await viewer.page.evaluate(AXE, ["light", "dark"])
        await expect(viewer.part("overlay")).to_be_visible()
