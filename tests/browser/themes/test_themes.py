"""The page on which an author tries themes: with her island, by keyboard, and with warnings that are right."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.browser.desk.faces import FACES, installed
from tests.browser.widget.shop import INTEGRITY
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

THEME = FACES / "themes" / "model" / "theme.ts"
AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] })
    return violations.map(one => `${one.id} at ${one.nodes[0].target}, ${one.nodes[0].failureSummary}`)
}"""
CSS = """skerry-chat {
    --skerry-round: 3px;
}
@media (prefers-color-scheme: light) {
    skerry-chat:not([theme="dark"]) {
        --skerry-accent: #0b6b6f;
    }
}
skerry-chat[theme="light"] {
    --skerry-accent: #0b6b6f;
}
@media (prefers-color-scheme: dark) {
    skerry-chat:not([theme="light"]) {
        --skerry-accent: rgb(127 214 210);
    }
}
skerry-chat[theme="dark"] {
    --skerry-accent: rgb(127 214 210);
}
skerry-chat::part(send) { text-transform: uppercase; }
"""
SEEN = """([theme, part, name]) => getComputedStyle(
    document.querySelector(`skerry-chat[theme=${theme}]`).shadowRoot.querySelector(`[part~="${part}"]`))[name]"""


@pytest_asyncio.fixture(loop_scope="module")
async def page(browser: Browser, pop: RunningPop) -> AsyncIterator[Page]:
    """The page, with both chats loaded. In the end it may not have complained."""
    context = await browser.new_context(viewport={"width": 1_280, "height": 900})
    opened = await context.new_page()
    complaints: list[str] = []
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    opened.on("console", lambda one: complaints.append(one.text) if one.type == "error" else None)
    await come(opened, pop)
    yield opened
    await context.close()
    assert [] == complaints


async def come(page: Page, pop: RunningPop, query: str = f"?island={DROP}") -> None:
    """Open the page, and wait until contrasts are there."""
    await page.goto(f"{pop.url}/widget/themes.html{query}")
    await expect(page.get_by_text("All contrasts are enough.")).to_be_visible()


def css(page: Page) -> Locator:
    """The field with the CSS."""
    return page.get_by_label("CSS for your page", exact=True)


def rules(page: Page) -> Locator:
    """The field with the rules for parts."""
    return page.get_by_role("textbox", name="Rules for parts")


async def test_real_chats_with_the_island(page: Page, pop: RunningPop, pen: Pen, keys: dict[str, str]) -> None:
    """Light and dark, each answers and verifies; the line for the page is right."""
    await page.get_by_label("Ask your island a question").fill(pen.example)
    await page.get_by_role("button", name="Ask", exact=True).click()
    approved = page.locator("skerry-chat [part~=approved]")
    await expect(approved).to_have_count(2)
    line = await page.get_by_label("The line for your page", exact=True).input_value()

    assert f'integrity="{INTEGRITY}"' in line
    assert f'island="{DROP}" pop="{pop.url}" key="{keys[DROP.tenant]}"' in line
    assert "/* Nothing is changed. */" == await css(page).input_value()
    await expect(page.get_by_text("All contrasts are enough.")).to_be_visible()


async def test_colours_are_seen_and_copied(page: Page) -> None:
    """A colour for each scheme, sizes and a part: both chats show them, and the CSS says them."""
    await page.get_by_label("Send, links, the button, light", exact=True).fill("#0b6b6f")
    await page.get_by_label("Send, links, the button, dark", exact=True).fill("rgb(127 214 210)")
    await page.get_by_label("Corners of panel and entries").fill("3px")
    await rules(page).fill("skerry-chat::part(send) { text-transform: uppercase }")
    shown = [await page.evaluate(SEEN, [theme, "send", "backgroundColor"]) for theme in ("light", "dark")]

    assert ["rgb(11, 107, 111)", "rgb(127, 214, 210)"] == shown
    assert "3px" == await page.evaluate(SEEN, ["dark", "panel", "borderTopLeftRadius"])
    assert "uppercase" == await page.evaluate(SEEN, ["light", "send", "textTransform"])
    assert await css(page).input_value() == CSS


async def test_copied_css_works_on_a_page_of_its_own(page: Page, browser: Browser, pop: RunningPop) -> None:
    """Pasted into a shop's page whose viewers have it dark, it gives the colour of the preview."""
    await page.get_by_role("button", name="Plum").click()
    wanted = await page.evaluate(SEEN, ["dark", "panel", "backgroundColor"])
    pasted, line = [await css(page).input_value(), await page.get_by_label("The line for your page").input_value()]
    context = await browser.new_context(color_scheme="dark")
    shop = await context.new_page()
    html = f"<!doctype html><html lang=en><title>A shop</title><style>{pasted}</style>{line}</html>"
    await shop.route("**/shop", lambda route: route.fulfill(body=html, content_type="text/html"))
    await shop.goto(f"{pop.url}/shop")
    await shop.locator("skerry-chat [part=button]").click()
    await expect(shop.locator("skerry-chat [part=panel]")).to_have_css("background-color", wanted)
    await context.close()

    assert "rgb(29, 20, 32)" == wanted


@pytest.mark.parametrize(
    ("text", "shown"),
    [("#767676", "4.5:1 enough"), ("#777777", "4.4:1 too low"), ("#00000080", "4.0:1 too low")],
)
async def test_contrast_is_that_of_wcag(page: Page, text: str, shown: str) -> None:
    """#767676 on white is the lightest grey that is enough; one that lets the ground through is taken as it is seen."""
    await page.get_by_label("Quiet words, light", exact=True).fill(text)
    row = page.get_by_role("row", name="Quiet words in the panel")

    await expect(row.get_by_role("cell").first).to_have_text(shown)
    await expect(row.get_by_role("cell").nth(1)).to_contain_text("enough")
    await expect(page.get_by_text("too low.")).to_have_count(1)


async def test_part_that_cannot_be_read(page: Page) -> None:
    """A rule for a part makes words that nobody can read: the row names the part."""
    await rules(page).fill("skerry-chat::part(title) { color: #999; background: #aaa }")

    await expect(page.get_by_text("2 contrasts are too low.")).to_be_visible()
    await expect(page.get_by_role("row", name="::part(title)")).to_contain_text("1.2:1 too low")


async def test_what_is_no_value_is_left_out(page: Page) -> None:
    """A value that would end the rule, a colour that is none, and rules for the page itself are not in the CSS."""
    await page.get_by_label("Words, light", exact=True).fill("red; } body { display: none")
    await page.get_by_label("Typeface").fill("url(https://evil.example)")
    await rules(page).fill("@import 'https://evil.example'; body { display: none } {{{ </a>")

    await expect(page.get_by_label("Words, light", exact=True)).to_have_attribute("aria-invalid", "true")
    await expect(page.get_by_text("One rule is left out: it selects no part.")).to_be_visible()
    assert "/* Nothing is changed. */" == await css(page).input_value()


async def test_css_is_copied(page: Page) -> None:
    """To the clipboard, or, where that is forbidden, it is selected."""
    await page.get_by_role("button", name="Print").click()
    await page.evaluate("() => { navigator.clipboard.writeText = async text => { window.copied = text } }")
    await page.get_by_role("button", name="Copy: CSS for your page").click()
    await expect(page.get_by_text("Copied.")).to_be_visible()
    copied = await page.evaluate("window.copied")
    await page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject('forbidden') }")
    await page.get_by_role("button", name="Copy: CSS for your page").click()
    await expect(page.get_by_text("Selected: press Ctrl+C.")).to_be_visible()

    assert copied == await css(page).input_value()
    assert copied == await page.evaluate("getSelection().toString()")


async def test_keyboard_alone(page: Page) -> None:
    """Every control is reached by Tab, has a name, and shows the focus."""
    names: list[str] = []
    await page.evaluate("document.body.focus()")
    for _ in range(90):
        await page.keyboard.press("Tab")
        found: list[Any] = await page.evaluate(
            """() => {
                const one = document.activeElement
                const name = one.ariaLabel || one.labels?.[0]?.innerText || one.textContent
                return [name.trim(), one.matches("skerry-chat") || getComputedStyle(one).outlineStyle !== "none"]
            }"""
        )
        names.append(found[0])
        assert found[1], found[0]
        if found[0].startswith("Copy: The line"):
            break

    assert names[-1].startswith("Copy: The line")
    assert {"Plum", "The tick, dark", "Pick: The tick, dark", "Layer (z-index)", "Ask"} <= set(names)


@pytest.mark.requires("npm")
@pytest.mark.parametrize(
    ("width", "scheme"), [(1_280, "light"), (1_280, "dark"), (320, "light"), (320, "dark")], ids=str
)
async def test_axe_finds_nothing(page: Page, pop: RunningPop, pen: Pen, width: int, scheme: Any) -> None:
    """Wide and at 400 %, light and dark, as it opens and with a theme and an answer; nothing scrolls to the side."""
    await page.set_viewport_size({"width": width, "height": 900})
    await page.emulate_media(color_scheme=scheme)
    await come(page, pop)
    await page.evaluate((installed() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    before = await page.evaluate(AXE)
    await page.get_by_role("button", name="Sea").click()
    await page.get_by_label("Words, light", exact=True).fill("no colour")
    await page.get_by_label("Ask your island a question").fill(pen.example)
    await page.get_by_role("button", name="Ask", exact=True).click()
    await expect(page.locator("skerry-chat [part~=approved]")).to_have_count(2)
    if folder := os.environ.get("PICTURES"):
        await page.screenshot(path=str(Path(folder) / f"themes-{width}-{scheme}.png"), full_page=True)

    assert [] == before
    assert [] == await page.evaluate(AXE)
    assert width >= await page.evaluate("document.documentElement.scrollWidth")


async def test_themes_to_begin_with_can_be_read(page: Page) -> None:
    """Each has contrasts that are enough, light and dark."""
    for name in ("Sea", "Plum", "Print", "The default"):
        await page.get_by_role("button", name=name).click()

        await expect(page.get_by_text("All contrasts are enough.")).to_be_visible()
        await expect(page.locator("td.low")).to_have_count(0)


async def test_colours_are_those_of_the_widget() -> None:
    """What the page takes for a colour that nobody set is what the widget has then, and no property is forgotten."""
    styles = "".join(path.read_text(encoding="utf-8") for path in (FACES / "widget" / "chat").glob("*.css"))
    named = re.findall(r'name: "([\w-]+)", what: .*initial: "(.*)" }', THEME.read_text(encoding="utf-8"))

    assert {name for name, _ in named} == set(re.findall(r"var\(--skerry-([\w-]+)", styles))
    assert [] == [name for name, initial in named if f"var(--skerry-{name}, {initial})" not in styles]


async def test_another_island_is_chosen(page: Page) -> None:
    """The chats, and the line, are those of the other island."""
    await page.get_by_label("Island", exact=True).select_option("rival/hoodie-drop")

    await expect(page.locator("skerry-chat").first).to_have_attribute("island", "rival/hoodie-drop")
    await expect(page.get_by_label("The line for your page")).to_have_value(re.compile("rival/hoodie-drop"))


@pytest.mark.parametrize(
    ("answer", "told"),
    [({"islands": []}, "This PoP serves no island."), (None, "The PoP gave no list of islands.")],
    ids=["none", "unreachable"],
)
async def test_pop_without_islands(browser: Browser, pop: RunningPop, answer: Any, told: str) -> None:
    """It says what to do."""

    async def reply(route: Route) -> None:
        if answer is None:
            await route.abort()
        else:
            await route.fulfill(json=answer)

    context = await browser.new_context()
    page = await context.new_page()
    await page.route("**/v1/islands", reply)
    await page.goto(f"{pop.url}/widget/themes.html")

    await expect(page.get_by_text(told)).to_be_visible()
    await context.close()


async def test_chats_in_another_language(page: Page) -> None:
    """Both, with its direction; the CSS stays as it is."""
    before = await css(page).input_value()
    await page.get_by_label("Language").select_option(label="العربية")
    fields = page.locator("skerry-chat [part=field]")
    await expect(page.locator("skerry-chat [part=panel][lang=ar][dir=rtl]")).to_have_count(2)
    await expect(fields.first).to_have_attribute("placeholder", "سؤالك")
    shown = await page.get_by_label("Language").locator("option").all_inner_texts()
    await page.get_by_label("Language").select_option("en")

    await expect(page.locator("skerry-chat [part=panel][lang=en]")).to_have_count(2)
    assert before == await css(page).input_value()
    assert {"Deutsch", "español", "français", "português", "日本語", "עברית", "English", "العربية"} == set(shown)
