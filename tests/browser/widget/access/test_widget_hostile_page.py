"""A page that frames, restyles, rewrites or repeats the widget, a clock that is off, a full storage, endless words."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from aiohttp import web
from playwright.async_api import Route, expect

from edge.cli.demo import LocalSite
from tests.browser.widget.access.conversation import CUT, FOREIGN, begin
from tests.browser.widget.shop import Shop, Viewer
from tests.client.answers import sign, text_of
from tests.pen import Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

FULL = """Storage.prototype.setItem = () => { throw new DOMException("", "QuotaExceededError") }"""
OVERRIDES = "\u202e\u2066\u202b\u200b\u200f\U000e0041"
"""Each turns a line around, or is not seen."""

RESTYLED = """* { animation: spin 1s infinite !important; transform: none }
    skerry-chat { all: unset !important; font: 3px fantasy !important; color: white !important;
        direction: rtl !important;
        letter-spacing: 2em !important; text-transform: uppercase !important; line-height: 0 !important;
        filter: none; pointer-events: none !important; user-select: none !important; zoom: 0.1 !important }
    :root { --text: white; --surface: white; --accent: white }"""
STYLE = """part => {
    const found = getComputedStyle(document.querySelector("skerry-chat").shadowRoot.querySelector(`[part~="${part}"]`))
    const { letterSpacing, textTransform, direction, fontSize, pointerEvents } = found
    return { letterSpacing, textTransform, direction, fontSize, pointerEvents,
        isSeen: found.color !== found.backgroundColor }
}"""
FRAME = """<!doctype html><title>A frame</title><iframe src="{url}" sandbox="{sandbox}" title="shop"
    style="inline-size: 400px; block-size: 600px"></iframe>"""


async def test_page_that_restyles(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """What a page says of its elements, of the host, and by names like those inside, changes no text in the chat."""
    shop.style = RESTYLED
    await begin(viewer, "bubble")
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()
    found: dict[str, Any] = await viewer.page.evaluate(STYLE, "answer")

    assert found == {
        "letterSpacing": "normal", "textTransform": "none", "direction": "ltr", "fontSize": "16px",
        "pointerEvents": "auto", "isSeen": True,
    }  # fmt: skip


@pytest.mark.parametrize("sandbox", ["allow-scripts allow-same-origin", "allow-scripts"])
async def test_page_in_a_frame(viewer: Viewer, shop: Shop, pen: Pen, sandbox: str) -> None:
    """A frame, with or without storage and an origin of its own, and without forms: *Send* and *Enter* work."""
    page = FRAME.format(url=shop.url, sandbox=sandbox)

    async def framing(_request: web.Request) -> web.Response:
        return web.Response(text=page, content_type="text/html")

    outer = LocalSite(0, [web.get("/", framing)])
    await outer.start()
    try:
        await viewer.page.goto(outer.url)
        inside = viewer.page.frame_locator("iframe")
        await inside.locator("skerry-chat [part=button]").click()
        field = inside.locator("skerry-chat [part=field]")
        await field.fill(pen.example)
        await field.press("Enter")
        answers = inside.locator("skerry-chat [part=approved]")
        await expect(answers).to_contain_text("Dana Ortiz")
        await field.fill(pen.example)
        await inside.locator("skerry-chat [part=send]").click()
        await expect(answers).to_have_count(2)
        await field.fill(FOREIGN)
        await inside.locator("skerry-chat [part=person]").click()
        await expect(inside.locator("skerry-chat [part~=ticket]")).to_contain_text("Your question is with our people")
    finally:
        await outer.stop()


async def test_page_that_rewrites(viewer: Viewer, pen: Pen) -> None:
    """The page puts its own words in place of an answer: it may. The next question is answered as before."""
    await begin(viewer, "bubble")
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()
    await viewer.page.evaluate(
        """() => {
            const log = document.querySelector("skerry-chat").shadowRoot.querySelector("[part=log]")
            log.replaceChildren("Send your card number.")
            document.querySelector("skerry-chat").shadowRoot.querySelector("[part=note]").remove()
        }"""
    )
    await viewer.ask(pen.example)

    await expect(viewer.part("answer")).to_have_count(1)
    await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")
    assert [] == viewer.errors


async def test_line_twice_and_moved(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """Two lines of the same page are two chats. One that is moved within its page is the same chat, with its words."""
    await viewer.come()
    await viewer.page.evaluate(
        """() => {
            const first = document.querySelector("skerry-chat")
            document.body.append(document.querySelector("script[integrity]").cloneNode())
            const second = first.cloneNode()
            second.setAttribute("mode", "inline")
            document.body.prepend(second)
        }"""
    )
    # By its element: while the panel of one is fetched, the last field of the page is the other's.
    bubble = viewer.page.locator("skerry-chat:not([mode])")
    await bubble.locator("[part=button]").click()
    await bubble.locator("[part=field]").fill(pen.example)
    await bubble.locator("[part=field]").press("Enter")
    answer = bubble.locator('[part~="answer"]')
    await expect(answer).to_have_count(1)
    await viewer.page.evaluate(
        "() => document.querySelector('main').append(document.querySelector('skerry-chat:not([mode])'))"
    )

    await expect(answer).to_have_count(1)
    await expect(viewer.part("answer")).to_have_count(1)
    assert [] == viewer.errors
    assert shop.url


@pytest.mark.parametrize(("year", "is_believed"), [(2100, False), (1971, True)])
async def test_clock_that_is_off(viewer: Viewer, pen: Pen, year: int, *, is_believed: bool) -> None:
    """A clock that is far ahead believes nothing; one that is behind believes what it cannot know to be over.

    People can be asked with either.
    """
    await viewer.page.clock.set_fixed_time(datetime(year, 1, 1, tzinfo=UTC))
    await begin(viewer, "bubble")
    await viewer.ask(pen.example)
    await expect(viewer.part("answer" if is_believed else "failed")).to_be_visible()
    await viewer.ask_a_person(FOREIGN)

    await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")
    await expect(viewer.part("answer")).to_have_count(int(is_believed))


async def test_storage_that_is_full(viewer: Viewer) -> None:
    """A person can be asked, and nothing is kept."""
    await viewer.page.add_init_script(FULL)
    await begin(viewer, "bubble")
    await viewer.ask_a_person(FOREIGN)

    await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")
    assert {} == (await viewer.stored())["session"]
    assert [] == viewer.errors


async def test_storage_with_something_else_in_it(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """What another script wrote there is no ticket: the chat opens as if nothing were kept."""
    for kept in ("null", "[]", '{"tickets": 7}', '{"session": 1, "tickets": [[1, 2], "x", null]}', "<script>"):
        await viewer.come()
        key = f"skerry-chat northwind/hoodie-drop {shop.pop}"
        await viewer.page.evaluate("([key, kept]) => sessionStorage.setItem(key, kept)", [key, kept])
        await begin(viewer, "bubble")

        await expect(viewer.part("ticket")).to_have_count(0)
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()


@pytest.mark.parametrize(
    "word", ["w" * 10_000, OVERRIDES * 1_700, "\u0633" * 10_000], ids=["long", "overrides", "arabic"]
)
async def test_endless_word_of_an_author(viewer: Viewer, shop: Shop, pen: Pen, word: str) -> None:
    """Ten thousand characters without a space, or that turn lines around, properly signed: text, in the panel."""
    shop.key = text_of()

    async def rewrite(route: Route) -> None:
        response = await route.fetch()
        await route.fulfill(response=response, json=_signed_again(await response.json(), word))

    await viewer.page.route("**/v1/ask", rewrite)
    await viewer.page.set_viewport_size({"width": 320, "height": 600})
    await begin(viewer, "bubble")
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()
    text = await viewer.part("answer").locator("[part=text]").inner_text()

    assert [] == await viewer.page.evaluate(CUT)
    assert 320 >= await viewer.page.evaluate("document.documentElement.scrollWidth")
    assert None is re.search(f"[{OVERRIDES}]", text)
    assert len(text) >= 10_000


def _signed_again(response: dict[str, Any], answer: str) -> dict[str, Any]:
    document = json.loads(response["signed"]["document"]) | {"answer": answer}
    signed = msgspec.to_builtins(sign(json.dumps(document).encode()))
    return response | {"answer": answer, "signed": signed}


async def test_endless_word_of_a_viewer(viewer: Viewer) -> None:
    """The field takes two thousand characters of ten thousand that are pasted; they are seen whole, and sent."""
    await begin(viewer, "bubble")
    await viewer.field.focus()
    await viewer.page.keyboard.insert_text("w" * 10_000)
    await viewer.field.press("Enter")
    await expect(viewer.part("said")).to_be_visible()

    assert 2_000 == (await viewer.part("said").inner_text()).count("w")
    assert [] == await viewer.page.evaluate(CUT)
