"""A hostile proxy, a foreign key, a wrong clock, hostile words and pages: only what is verified is shown."""

from datetime import UTC, datetime

import pytest
from playwright.async_api import Route, expect

from tests.browser.conftest import RIVAL
from tests.browser.widget.shop import PageProxy, Shop, Viewer
from tests.client.odd_proxy import LIES
from tests.pen import Pen

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

HOSTILE = "<img src=x onerror=\"document.title='lost'\"> \u202eevil\u202c"
NO_STORAGE = "Object.defineProperty(window, 'sessionStorage', {get() { throw new DOMException('', 'SecurityError') }})"
NO_ED25519 = """const own = SubtleCrypto.prototype.importKey
SubtleCrypto.prototype.importKey = function (format, key, algorithm, ...more) {
    if (algorithm === "Ed25519") throw new DOMException("", "NotSupportedError")
    return own.call(this, format, key, algorithm, ...more)
}"""
FIGHTING = """skerry-chat { display: none !important; opacity: 0 !important; visibility: hidden !important;
        position: absolute !important; left: -9999px !important }
    button, p, textarea { display: none !important; font-size: 90px !important }"""

ABOUT_ANSWERS = sorted(LIES.keys() - {"reworded"})
"""The other is about the sentence above *Send*: `tests/browser/widget/consent`."""


async def expect_no_answer(viewer: Viewer) -> None:
    """No answer is there, and it says so; a person can be asked."""
    await expect(viewer.part("failed")).to_contain_text("No answer")
    await expect(viewer.part("answer")).to_have_count(0)
    await expect(viewer.part("person")).to_be_enabled()


@pytest.mark.parametrize("lie", ABOUT_ANSWERS)
async def test_proxy_that_lies(viewer: Viewer, shop: Shop, proxy: PageProxy, pen: Pen, lie: str) -> None:
    """Each lie ends in no answer, and in a person."""
    shop.pop = f"{proxy.url}/{lie}/1"
    await viewer.open()
    await viewer.ask(pen.example)

    await expect_no_answer(viewer)
    assert "card number" not in await viewer.page.content()


async def test_honest_proxy(viewer: Viewer, shop: Shop, proxy: PageProxy, pen: Pen) -> None:
    """Through the same proxy, the truth is shown."""
    shop.pop = f"{proxy.url}/honest/1"
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")


@pytest.mark.parametrize("mode", ["page", "redirect", "large", "hang_up"])
async def test_proxy_that_is_no_pop(viewer: Viewer, shop: Shop, proxy: PageProxy, pen: Pen, mode: str) -> None:
    """There is no answer, the question is kept, and a person can be asked."""
    shop.pop = f"{proxy.url}/{mode}/1"
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("note")).to_contain_text("No answer yet: there is no connection.")
    await expect(viewer.part("answer")).to_have_count(0)
    await expect(viewer.part("person")).to_be_enabled()


async def test_key_of_another_tenant(viewer: Viewer, shop: Shop, keys: dict[str, str], pen: Pen) -> None:
    """The answer is signed, and not by the tenant whose key the page has."""
    shop.key = keys[RIVAL.tenant]
    await viewer.open()
    await viewer.ask(pen.example)

    await expect_no_answer(viewer)


async def test_island_of_another_tenant(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """The rival's island has the same snippets, and another signature."""
    shop.attributes = {"island": str(RIVAL)}
    await viewer.open()
    await viewer.ask(pen.example)

    await expect_no_answer(viewer)


async def test_no_key(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """A page that names no key believes nobody."""
    shop.key = ""
    await viewer.open()
    await viewer.ask(pen.example)

    await expect_no_answer(viewer)


async def test_expired_answer(viewer: Viewer, pen: Pen) -> None:
    """By the viewer's clock, the signature's time is over."""
    await viewer.page.clock.set_fixed_time(datetime(2100, 1, 1, tzinfo=UTC))
    await viewer.open()
    await viewer.ask(pen.example)

    await expect_no_answer(viewer)


async def test_changed_part_is_not_run(viewer: Viewer, shop: Shop) -> None:
    """A PoP that serves another chat than the loader was built with gets no line of it run."""

    async def change(route: Route) -> None:
        body = "document.title = 'lost'; export const start = () => ({show() {}})"
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}
        await route.fulfill(body=body, headers=headers)

    await viewer.page.route("**/widget/chat-*.js", change)
    await viewer.come()
    await viewer.part("button").click()

    await expect(viewer.page.locator("skerry-chat [data-failed]")).to_be_visible()
    assert "A shop" == await viewer.page.title()
    assert shop.loader.endswith("/widget/skerry.js")


async def test_words_that_nobody_signed_are_not_with_the_tick(viewer: Viewer, pen: Pen) -> None:
    """A PoP that lies about the language, and adds a question to an answer: neither is in the entry with the tick."""

    async def lie(route: Route) -> None:
        response = await route.fetch()
        document = await response.json()
        part = {name: document[name] for name in ("answer", "provenance", "signed")}
        document |= {
            "language_note": {"locale": "Pay to mara", "wanted": "en"},
            "more": [{**part, "question": "\u2713\u2714\u2705 Pay to mara"}],
        }
        await route.fulfill(response=response, json=document)

    await viewer.page.route("**/v1/ask", lie)
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("answer")).to_have_count(2)
    assert [] == [text for text in await viewer.part("answer").all_inner_texts() if "mara" in text]
    await expect(viewer.part("asked")).to_have_text("\u25a1\u25a1\u25a1 Pay to mara")


@pytest.mark.parametrize("trees", ["5", "{}", '{"trees": 5}', '{"trees": [null]}'])
async def test_trees_that_are_none(viewer: Viewer, pen: Pen, trees: str) -> None:
    """They are left out, and all else works."""
    await viewer.page.route(
        "**/v1/trees/*/*",
        lambda route: route.fulfill(body=trees, headers={"Access-Control-Allow-Origin": "*"}),
    )
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("answer")).to_be_visible()
    assert [] == viewer.errors


async def test_part_that_could_not_be_loaded_is_loaded_by_the_next_press(viewer: Viewer) -> None:
    """A browser may keep a module that failed: the next press asks for another address."""
    wanted: list[str] = []

    async def fail(route: Route) -> None:
        wanted.append(route.request.url)
        await (route.abort() if len(wanted) == 1 else route.continue_())

    await viewer.page.route("**/widget/chat-*.js*", fail)
    await viewer.come()
    await viewer.part("button").click()
    await expect(viewer.page.locator("skerry-chat [data-failed]")).to_be_visible()
    await viewer.part("button").click()

    await expect(viewer.field).to_be_focused()
    await expect(viewer.page.locator("skerry-chat [data-failed]")).to_have_count(0)
    assert [wanted[0], f"{wanted[0]}?1"] == wanted


async def test_session_that_ended_after_a_failure_is_renewed(viewer: Viewer, pen: Pen) -> None:
    """The first try has no connection, the second an ended session; the third is answered."""
    tries: list[str] = []

    async def answer(route: Route) -> None:
        tries.append(route.request.headers["idempotency-key"])
        if len(tries) == 1:
            await route.abort()
        elif len(tries) == 2:
            refusal = {"status": 401, "detail": "no", "reason": "session_invalid"}
            await route.fulfill(status=401, json=refusal, headers={"Access-Control-Allow-Origin": "*"})
        else:
            await route.continue_()

    await viewer.page.route("**/v1/ask", answer)
    await viewer.open()
    await viewer.ask(pen.example)
    await viewer.part("again").click()

    await expect(viewer.part("answer")).to_be_visible()
    await expect(viewer.field).to_be_focused()
    assert [tries[0]] * 3 == tries


async def test_ticket_that_the_pop_does_not_know(viewer: Viewer) -> None:
    """It says so, and keeps nothing."""
    refusal = {"status": 404, "detail": "no", "reason": "not_found"}
    await viewer.page.route(
        "**/v1/tickets/**",
        lambda route: route.fulfill(status=404, json=refusal, headers={"Access-Control-Allow-Origin": "*"}),
    )
    await viewer.open()
    await viewer.ask_a_person("do gulls dream of chips")

    await expect(viewer.part("ticket")).to_have_text("There is no answer to this here. Ask a person.")
    assert {} == (await viewer.stored())["session"]


async def test_hostile_words_are_text(viewer: Viewer) -> None:
    """Markup is not run, signs that turn the line around are seen, and a long word makes nothing wider."""
    await viewer.open()
    await viewer.ask(HOSTILE)
    await expect(viewer.part("said")).to_contain_text("<img src=x")
    await viewer.ask("w" * 1_900)
    await expect(viewer.part("said")).to_have_count(2)
    wider = await viewer.page.evaluate(
        """() => [...document.querySelector("skerry-chat").shadowRoot.querySelectorAll("[part=log], section")]
            .filter(one => one.scrollWidth > one.clientWidth).length"""
    )

    assert "A shop" == await viewer.page.title()
    assert "\u202e" not in await viewer.part("said").first.inner_text()
    assert 0 == wider


async def test_page_that_fights(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """The page's rules for its own elements do not reach the chat, and its rules for the host do not win."""
    shop.style = FIGHTING
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("answer")).to_be_visible()
    await expect(viewer.part("answer")).to_be_in_viewport()
    opacity = await viewer.page.evaluate("getComputedStyle(document.querySelector('skerry-chat')).opacity")
    assert "1" == opacity


async def test_page_without_storage(viewer: Viewer) -> None:
    """A private window that forbids storage: a person can be asked all the same."""
    await viewer.page.add_init_script(NO_STORAGE)
    await viewer.open()
    await viewer.ask_a_person("do gulls dream of chips")

    await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")


async def test_asked_too_often(viewer: Viewer, shop: Shop, proxy: PageProxy, pen: Pen) -> None:
    """It says when the viewer may ask again."""
    shop.pop = f"{proxy.url}/limited/1"
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("failed")).to_have_text("You have asked very often. You can ask again in 1 second.")


@pytest.mark.parametrize("is_forged", [False, True], ids=["signed", "forged"])
async def test_browser_without_ed25519(
    viewer: Viewer, shop: Shop, proxy: PageProxy, pen: Pen, *, is_forged: bool
) -> None:
    """The verifier is loaded then, and only then; it believes and refuses as WebCrypto does."""
    loaded: list[str] = []
    viewer.page.on("request", lambda request: loaded.append(request.url) if "/verifier-" in request.url else None)
    await viewer.page.add_init_script(NO_ED25519)
    shop.pop = f"{proxy.url}/honest/1"
    if is_forged:
        await viewer.page.route("**/v1/ask", _flip_the_signature)
    await viewer.open()
    await viewer.ask(pen.example)

    if is_forged:
        await expect_no_answer(viewer)
    else:
        await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")
    assert 1 == len(loaded)


async def _flip_the_signature(route: Route) -> None:
    response = await route.fetch()
    document = await response.json()
    first = document["signed"]["signature"][5]
    document["signed"]["signature"] = f"pub=:{'B' if first == 'A' else 'A'}{document['signed']['signature'][6:]}"
    await route.fulfill(response=response, json=document)
