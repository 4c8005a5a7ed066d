"""The widget by keyboard alone, at 400 %, in forced colours, without motion, and with targets that a thumb hits."""

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.widget.access.conversation import CUT, FOREIGN, MODES, begin, states
from tests.browser.widget.shop import Shop, Viewer, viewer_at
from tests.pen import Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

ZOOMED = {"width": 320, "height": 256}
"""A window of 1,280 by 1,024 at 400 %."""

LEAST_TARGET_PX = 24
"""WCAG 2.2, 2.5.8."""

LEAST_MAIN_TARGET_PX = 44
"""WCAG 2.2, 2.5.5, for the three that everybody uses."""

TARGETS = """() => [...document.querySelector("skerry-chat").shadowRoot.querySelectorAll("button, input, textarea, a")]
    .filter(one => one.checkVisibility() && getComputedStyle(one).display !== "inline").map(one => {
        const { width, height } = one.getBoundingClientRect()
        return [one.getAttribute("part"), Math.min(width, height)]
    })"""
FOCUSED = """() => {
    const one = document.querySelector("skerry-chat").shadowRoot.activeElement
    if (!one) return null
    const { outlineStyle, outlineWidth } = getComputedStyle(one)
    const box = one.getBoundingClientRect()
    const isSeen = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
    return [one.getAttribute("part"), outlineStyle !== "none" && parseFloat(outlineWidth) >= 2, isSeen]
}"""
MOVING = """() => [...document.querySelector("skerry-chat").shadowRoot.querySelectorAll("*")].filter(one => {
    const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(one)
    return animationName !== "none" || transitionDuration !== "0s" || scrollBehavior !== "auto"
}).map(one => one.getAttribute("part"))"""
PAINTED = """part => {
    const one = document.querySelector("skerry-chat").shadowRoot.querySelector(`[part~="${part}"]`)
    const { color, backgroundColor, borderTopStyle, borderTopWidth } = getComputedStyle(one)
    return [color, backgroundColor, borderTopStyle !== "none" && parseFloat(borderTopWidth) >= 1]
}"""


async def tab_to(viewer: Viewer, part: str, *, most: int = 30) -> None:
    """Press Tab until this part has the focus; each place on the way is marked and seen."""
    for _ in range(most):
        await viewer.page.keyboard.press("Tab")
        focused: list[Any] | None = await viewer.page.evaluate(FOCUSED)
        if focused is None:
            continue
        assert [focused[0], True, True] == focused
        if focused[0] == part:
            return
    pytest.fail(f"{part!r} is not reached by Tab")


@pytest.mark.parametrize("mode", MODES)
async def test_keyboard_alone(browser: Browser, shop: Shop, pen: Pen, mode: str) -> None:
    """A question, an opinion of its answer, a step of a tree and a person, without a mouse; no trap for the focus."""
    shop.attributes = {"mode": mode}
    async with viewer_at(browser, shop) as viewer:
        press = viewer.page.keyboard.press
        await viewer.come()
        await expect(viewer.part("button" if mode == "bubble" else "choice").first).to_be_visible()
        if mode == "bubble":
            await tab_to(viewer, "button")
            await press("Enter")
        else:
            await tab_to(viewer, "field")
        await expect(viewer.field).to_be_focused()
        await viewer.page.keyboard.type(pen.example)
        await press("Enter")
        await expect(viewer.part("answer")).to_be_visible()
        await tab_to(viewer, "rate")
        await press("Space")
        await expect(viewer.part("rating")).to_have_text("Thank you.")
        await expect(viewer.field).to_be_focused()
        await tab_to(viewer, "choice")
        await press("Enter")
        await expect(viewer.part("step")).to_be_visible()
        await expect(viewer.field).to_be_focused()
        await viewer.page.keyboard.type(FOREIGN)
        await tab_to(viewer, "person")
        await press("Enter")
        await expect(viewer.part("ticket")).to_be_visible()
        await tab_to(viewer, "send")
        await press("Shift+Tab")
        await expect(viewer.field).to_be_focused()


@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("mode", MODES)
async def test_four_hundred_percent(browser: Browser, shop: Shop, pen: Pen, mode: str, lang: str) -> None:
    """Nothing scrolls to the side in any state (WCAG 2.2, 1.4.10), and every target is large enough."""
    shop.attributes, shop.lang = {"mode": mode}, lang
    wide: dict[str, Any] = {}
    small: dict[str, Any] = {}
    async with viewer_at(browser, shop, viewport=ZOOMED) as viewer:
        async for state in states(viewer, pen, mode):
            page_px: int = await viewer.page.evaluate("document.documentElement.scrollWidth")
            cut = [] if state == "closed" else await viewer.page.evaluate(CUT)
            wide[state] = [*cut, *(["page"] if page_px > ZOOMED["width"] else [])]
            targets: list[tuple[str, float]] = await viewer.page.evaluate(TARGETS)
            assert targets
            small[state] = [one for one in targets if one[1] < _least_px(one[0])]
        await expect(viewer.part("person")).to_be_enabled()
        await viewer.part("send").last.scroll_into_view_if_needed()
        await expect(viewer.part("send").last).to_be_in_viewport()

    assert {} == {state: found for state, found in wide.items() if found}
    assert {} == {state: found for state, found in small.items() if found}


def _least_px(part: str) -> int:
    return LEAST_MAIN_TARGET_PX if part in {"button", "send", "person", "close"} else LEAST_TARGET_PX


async def test_forced_colours(browser: Browser, shop: Shop, pen: Pen) -> None:
    """The viewer's own colours are taken: each button has a border and the colours of a button, an entry its edge."""
    async with viewer_at(browser, shop, forced_colors="active") as viewer:
        await begin(viewer, "bubble")
        await viewer.ask(pen.example)
        await expect(viewer.part("answer")).to_be_visible()
        found = {part: await viewer.page.evaluate(PAINTED, part) for part in ("send", "person", "choice", "answer")}
        system: list[str] = await viewer.page.evaluate(
            """() => ["ButtonText", "ButtonFace", "CanvasText", "Canvas"].map(name => {
                const one = document.body.appendChild(document.createElement("i"))
                one.style.color = name
                return getComputedStyle(one).color
            })"""
        )

    assert {} == {part: one for part, one in found.items() if one[0] not in system or not one[2]}
    assert {} == {part: one for part, one in found.items() if one[0] == one[1]}


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
async def test_nothing_moves(browser: Browser, shop: Shop, pen: Pen, motion: str) -> None:
    """No animation, transition or smooth scrolling: nobody has to ask for less motion."""
    async with viewer_at(browser, shop, reduced_motion=motion) as viewer:
        await begin(viewer, "bubble")
        await viewer.ask(pen.example)
        await expect(viewer.part("answer")).to_be_visible()

        assert [] == await viewer.page.evaluate(MOVING)
