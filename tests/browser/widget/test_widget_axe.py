"""axe-core finds nothing in any state of the widget, light and dark, in either direction. No language is cut."""

import re
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Route, expect

from tests.browser.desk.faces import FACES, installed
from tests.browser.widget.shop import Shop, Viewer, viewer_at
from tests.pen import Pen

pytestmark = [pytest.mark.requires("npm"), pytest.mark.asyncio(loop_scope="module")]

AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] })
    return violations.map(one => `${one.id} at ${one.nodes[0].target}, ${one.nodes[0].failureSummary}`)
}"""
CUT = """() => [...document.querySelector("skerry-chat").shadowRoot.querySelectorAll("section, section *")]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
    .map(one => `${one.tagName} ${one.getAttribute("part")}: ${one.textContent.slice(0, 40)}`)"""
TEXTS = """() => [...document.querySelector("skerry-chat").shadowRoot.querySelectorAll("*")]
    .flatMap(one => [one.ariaLabel, one.placeholder, ...[...one.childNodes].map(node => node.nodeValue)])
    .filter(text => text && text.trim())"""
LOCALES = {path.stem: path.read_text(encoding="utf-8") for path in (FACES / "widget" / "locales").glob("*.ts")}
AMBIGUOUS = "where can this be sent"


def words_of(locale: str) -> dict[str, str]:
    """Every word of the widget in this language."""
    return dict(re.findall(r'^    (\w+): "(.*)",$', LOCALES[locale], re.MULTILINE))


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, at the version of the lock."""
    return (installed() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def states(viewer: Viewer, pen: Pen) -> AsyncIterator[str]:
    """Bring the widget into one state after the other."""
    await viewer.come()
    await expect(viewer.part("button")).to_be_visible()
    yield "closed"
    await viewer.part("button").click()
    await expect(viewer.part("choices").first).to_be_visible()
    yield "open, with trees"
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()
    yield "answered"
    await viewer.ask(AMBIGUOUS)
    await expect(viewer.part("choices")).to_have_count(2)
    yield "offered"
    await viewer.part("choices").first.get_by_role("button").first.click()
    await expect(viewer.part("step")).to_be_visible()
    yield "a step of a tree"
    await viewer.page.route("**/v1/ask", _forget)
    await viewer.ask(pen.example)
    await expect(viewer.part("again")).to_be_visible()
    yield "without a connection"
    await viewer.page.clock.set_fixed_time("2100-01-01")
    await viewer.page.unroute("**/v1/ask")
    await viewer.part("again").click()
    await expect(viewer.part("failed")).to_be_visible()
    yield "not verified"
    await viewer.ask_a_person("do gulls dream of chips")
    await expect(viewer.part("ticket")).to_be_visible()
    yield "with people"


async def _forget(route: Route) -> None:
    await route.abort()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("lang", ["en", "ar"])
async def test_axe_finds_nothing(browser: Browser, shop: Shop, pen: Pen, axe: str, lang: str, scheme: str) -> None:
    """In eight states."""
    shop.lang = lang
    found: dict[str, list[str]] = {}
    async with viewer_at(browser, shop, color_scheme=scheme) as viewer:
        async for state in states(viewer, pen):
            if not await viewer.page.evaluate("'axe' in window"):
                await viewer.page.evaluate(axe)
            found[state] = await viewer.page.evaluate(AXE)

    assert 8 == len(found)
    assert {} == {state: one for state, one in found.items() if one}


@pytest.mark.parametrize("lang", sorted(LOCALES))
async def test_language_is_whole(browser: Browser, shop: Shop, pen: Pen, lang: str) -> None:
    """In a panel of 318 pixels no word of the widget is cut, and none is in English in another language."""
    shop.lang = lang
    shop.style = "html { font-size: 200% }"
    # The sample's author has buttons with "Yes" and "No", too.
    english = {text for text in words_of("en").values() if text not in {*words_of(lang).values(), "Yes", "No"}}
    async with viewer_at(browser, shop, viewport={"width": 318, "height": 500}) as viewer:
        async for state in states(viewer, pen):
            if state == "closed":
                continue
            texts: list[str] = await viewer.page.evaluate(TEXTS)

            assert [] == await viewer.page.evaluate(CUT), state
            assert [] == [text for text in texts if text.strip() in english], state


async def test_catalogues_have_the_same_words() -> None:
    """Every language has every word, with the same places to fill in."""
    english = words_of("en")
    places = {name: set(re.findall(r"\{\w+\}", text)) for name, text in english.items()}

    assert 8 == len(LOCALES)
    for locale in LOCALES:
        found = words_of(locale)
        assert english.keys() == found.keys()
        assert places == {name: set(re.findall(r"\{\w+\}", text)) for name, text in found.items()}


@pytest.mark.parametrize("mode", ["inline", "page", "panel"])
async def test_modes_without_a_button(browser: Browser, shop: Shop, pen: Pen, mode: str) -> None:
    """The chat is there at once, and reflows at 320 by 256 pixels (1,280 by 1,024 at 400 %)."""
    shop.attributes = {"mode": mode}
    async with viewer_at(browser, shop, viewport={"width": 320, "height": 256}) as viewer:
        await viewer.come()
        await viewer.ask(pen.example)
        await expect(viewer.part("answer")).to_be_visible()

        assert [] == await viewer.page.evaluate(CUT)
        assert 320 >= await viewer.page.evaluate("document.documentElement.scrollWidth")
        await expect(viewer.part("button")).to_have_count(0)
