"""Words of viewers and authors are text and nothing else: no markup, no scripts, no line that is turned around."""

import pytest
from playwright.async_api import expect

from tests.browser.desk.desk_page import Person, TestedDesk, candidate, sent

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="module")]

MARKUP = '<img src=x onerror="window.hit=1"><script>window.hit=1</script><a href="javascript:window.hit=1">x</a>${7*7}'
TURNED = "pay \u202egro.live//:sptth\u202c now \u2066\u200f\u0007\u200b\u2028x"
LONG = "w" * 2_000
STORM = "\U0001f469\u200d\U0001f680" * 300 + "a\u0301\u0323" * 200
WORDS = {"markup": MARKUP, "turned": TURNED, "long": LONG, "storm": STORM}
BROAD = "w" * 10_000


def hostile(number: int, words: str) -> dict[str, object]:
    """A ticket whose every text is hostile."""
    turn = {"at": words[:40], "text": words, "outcome": words[:40], "snippet": words[:40], "reason": "exact"}
    return sent(
        number,
        words,
        reason=words[:60],
        candidates=[candidate(words[:40], words, nearest_example=words, script=words)],
        transcript=[turn],
        path=[{"say": words, "label": words}],
        parts=[{"text": words, "snippet": words[:40]}],
        context={"order_window": words, "claims": {words[:40]: words}},
        risk_flags=[words[:60]],
        channel=words[:60],
    )


@pytest.mark.parametrize("kind", WORDS)
@pytest.mark.parametrize("width", [1280, 320])
async def test_hostile_words(desk: TestedDesk, anna: Person, kind: str, width: int) -> None:
    """They are shown as they are, wrap, and neither run nor hide anything."""
    words = WORDS[kind]
    await anna.page.set_viewport_size({"width": width, "height": 800})
    await desk.take(hostile(1, words))
    await anna.page.get_by_role("option").first.click()
    question = anna.page.locator("skerry-ticket .question")
    await expect(question).to_be_visible()
    await anna.page.get_by_text("About this ticket").click()
    shown = await question.inner_text()

    assert not set(shown) & set("\u202e\u202c\u2066\u200f\u0007\u200b\u2028")
    if kind != "turned":
        assert words.strip() == shown
    assert await anna.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [] == await anna.page.evaluate(OVERFLOWING)
    assert None is await anna.page.evaluate("window.hit ?? null")
    await anna.press("1", "Control+Enter")
    assert "used" == (await desk.until(anna.token, "answered"))["suggestion"]


OVERFLOWING = """() => {
    const ticket = document.querySelector("skerry-desk").shadowRoot.querySelector("skerry-ticket")
    return ticket.scrollWidth > ticket.clientWidth ? [ticket.scrollWidth, ticket.clientWidth] : []
}"""


async def test_words_of_ten_thousand_letters_wrap(desk: TestedDesk, anna: Person) -> None:
    """A word of 10 kB in a ticket makes nothing wider; a reply that is too long cannot be sent, and says so."""
    await desk.take(sent(1, BROAD))
    await anna.page.get_by_role("option").first.click()
    await expect(anna.page.locator("skerry-ticket .question")).to_be_visible()
    await anna.page.locator(anna.reply).fill(BROAD)
    await anna.sees("Too long to send")

    assert [] == await anna.page.evaluate(OVERFLOWING)
    await expect(anna.page.locator("skerry-reply .send")).to_be_disabled()
    await anna.press("Control+Enter")
    assert "" == (await desk.about(anna.token))["reply"]


@pytest.mark.parametrize(
    "fields",
    [
        {"candidates": "none", "transcript": 7, "context": [], "path": {"a": 1}, "harm": None, "parts": [1, None]},
        {"candidates": [None, 3, {"confidence": "high"}], "transcript": [[]], "promised_wait_s": "soon", "kind": 5},
        {
            "reason": "constructor",
            "because": "toString",
            "kind": "__proto__",
            "harm": {"valueOf": 0.9},
            "transcript": [{"text": "x", "outcome": "hasOwnProperty"}],
        },
    ],
    ids=["other kinds", "other members", "names that objects inherit"],
)
async def test_ticket_of_another_release(desk: TestedDesk, anna: Person, fields: dict[str, object]) -> None:
    """Fields of another form are left out, and the question can be answered."""
    await desk.take(sent(1) | fields)
    await anna.sees("when does it ship?")
    await anna.press("j", "e")
    await anna.page.keyboard.type("Tomorrow.")
    await anna.sees("Yours until")
    await anna.press("Control+Enter")
    assert "Tomorrow." == (await desk.until(anna.token, "answered"))["reply"]


async def test_page_refuses_foreign_scripts(anna: Person) -> None:
    """The browser itself refuses what the page's policy does not name: markup from texts, scripts, other hosts."""
    refused = await anna.page.evaluate(
        """async () => {
            const found = []
            addEventListener("securitypolicyviolation", event => found.push(event.effectiveDirective))
            try { document.body.innerHTML = "<b>x</b>" } catch { found.push("trusted types") }
            const inline = document.createElement("script")
            try { inline.textContent = "window.hit = 1" } catch { found.push("script text") }
            document.body.append(inline)
            await fetch("http://127.0.0.1:9/").catch(() => null)
            await new Promise(done => setTimeout(done, 300))
            return [found.includes("connect-src"), found.includes("trusted types"), window.hit ?? null]
        }"""
    )
    anna.complaints.clear()

    assert [True, True, None] == refused
