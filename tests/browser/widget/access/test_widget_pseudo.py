"""In a pseudo-locale every word of the widget is seen to be translated, in each state, and none is cut."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.browser.desk.faces import FACES
from tests.browser.widget.access.conversation import CUT, KEEP_CARD, states
from tests.browser.widget.access.pseudo import CLOSE, OPEN, is_pseudo, pattern, pseudo
from tests.browser.widget.shop import Shop, viewer_at
from tests.pen import Pen

pytestmark = [pytest.mark.requires("npm"), pytest.mark.asyncio(loop_scope="module")]

LOCALES = {path.stem: path.read_text(encoding="utf-8") for path in (FACES / "widget" / "locales").glob("*.ts")}
WORDS = dict(re.findall(r'^    (\w+): "(.*)",$', LOCALES["en"], re.MULTILINE))
CONSENT = ("agrees", "without", "agreed", "revoke", "revoked", "unrevoked", "renewed", "unstored", "also", "agree")
"""Words that only an island with purposes shows: `consent/test_consent_looks.py` brings up each of them."""

AMOUNTS = {"time", "place", "ago"}
"""What is filled in with its unit, as the browser writes it in the language."""

AUTHORS = {"Yes", "No"}
"""Words of the sample's author, on buttons of a tree."""

TEXTS = r"""() => {
    const found = { own: [], others: [] }
    const add = (text, isOthers) => {
        if (text && /\p{L}/u.test(text)) found[isOthers ? "others" : "own"].push(text.trim())
    }
    for (const one of document.querySelector("skerry-chat").shadowRoot.querySelectorAll("*")) {
        if (!one.checkVisibility()) continue
        // The hint of a value is the author's.
        for (const text of [one.ariaLabel, one.placeholder, one.title]) add(text, one.matches("[part=value]"))
        for (const node of one.childNodes) if (node.nodeType === 3) add(node.data, one.closest("[dir=auto]"))
    }
    return found
}"""
"""All that is seen or read aloud: the widget's own, and words of others, which have a direction of their own."""


@pytest.mark.parametrize("lang", ["de", "ar"])
async def test_every_word_is_translated_and_whole(
    browser: Browser, shop: Shop, pen: Pen, pseudo_widget: Path, lang: str
) -> None:
    """In a panel of 318 pixels, from the left and from the right; each word of the catalogue is seen in some state."""
    shop.files, shop.loader, shop.lang = pseudo_widget, "/own/skerry.js", lang
    seen: list[str] = []
    bare: dict[str, list[str]] = {}
    cut: dict[str, list[str]] = {}
    async with viewer_at(browser, shop, viewport={"width": 318, "height": 500}) as viewer:
        async for state in states(viewer, pen, "bubble"):
            found: dict[str, Any] = await viewer.page.evaluate(TEXTS)
            seen += found["own"] + found["others"]
            bare[state] = [text for text in found["own"] if not is_pseudo(text)]
            cut[state] = await viewer.page.evaluate(CUT)
    everything = "\n".join(seen)

    assert {} == {state: texts for state, texts in bare.items() if texts}
    assert {} == {state: elements for state, elements in cut.items() if elements}
    assert [] == [
        name for name, text in WORDS.items() if name not in CONSENT and pattern(text).search(everything) is None
    ]
    assert set() == set(seen) & set(WORDS.values()) - AUTHORS


async def test_overlay_is_translated_and_whole(browser: Browser, shop: Shop, pseudo_widget: Path) -> None:
    """In a picture of 318 pixels."""
    shop.files, shop.loader, shop.attributes = pseudo_widget, "/own/skerry.js", {"mode": "overlay"}
    async with viewer_at(browser, shop, viewport={"width": 318, "height": 500}) as viewer:
        await viewer.page.add_init_script(KEEP_CARD)
        await viewer.come()
        await expect(viewer.part("overlay")).to_be_visible()
        found: dict[str, Any] = await viewer.page.evaluate(TEXTS)

        assert [] == [text for text in found["own"] if not is_pseudo(text)]
        assert pattern(WORDS["approved"]).search("\n".join(found["own"]))
        assert [] == await viewer.page.evaluate(CUT)


async def test_pseudo_locale_is_longer_and_keeps_places() -> None:
    """Words in brackets, longer by half, with the same places to fill in."""
    text = pseudo(WORDS["approved"])

    assert text.startswith(OPEN)
    assert text.endswith(CLOSE)
    assert len(text) >= 1.5 * len(WORDS["approved"])
    assert {"{who}", "{date}"} == set(re.findall(r"\{\w+\}", text))
    assert is_pseudo(f"{text} {text}")
    assert not is_pseudo(f"{text} Send")


@pytest.mark.parametrize("locale", sorted(LOCALES))
async def test_no_catalogue_needs_plural_forms(locale: str) -> None:
    """An amount comes with its unit in the plural that its language has (`Intl`): no text has a unit of its own."""
    places = set(re.findall(r"\{(\w+)\}", LOCALES[locale]))
    plurals = re.findall(r"\{time\}\s*(?:s\b|seconds?|minutes?|Sekunden?|Minuten?|segundos?|minutos?)", LOCALES[locale])

    assert places <= {"who", "date", "language", *AMOUNTS}
    assert [] == plurals
