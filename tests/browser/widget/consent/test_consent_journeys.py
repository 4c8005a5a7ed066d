"""One tap asks and agrees, and another one takes it back: in a conversation, after a reload, at another PoP."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from edge.cli.demo import DemoShop
from edge.store.consents import ConsentRows
from tests.browser.conftest import RIVAL
from tests.browser.desk.desk_page import people
from tests.browser.desk.faces import FACES
from tests.browser.widget.consent.conftest import GERMAN, HELP, ODD, Fleet, Sent, asking, publish
from tests.browser.widget.shop import Shop, Viewer
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

LOCALES = ("ar", "de", "en", "es", "fr", "he", "ja", "pt")
NEW = "I agree that Northwind's team reads all of my questions, and keeps them for a month."


async def agree(viewer: Viewer, question: str) -> None:
    """Open the chat, and ask with the sentence above the button."""
    await viewer.open()
    await expect(viewer.part("without")).to_be_visible()
    await viewer.ask(question)
    await expect(viewer.part("revoke")).to_be_visible()


async def ticket_of(viewer: Viewer) -> str:
    """The id of the viewer's ticket."""
    await expect(viewer.part("ticket").first).to_be_visible()
    kept = (await viewer.stored())["session"]
    found: str = json.loads(next(iter(kept.values())))["tickets"][0][0]
    return found


async def test_one_tap_asks_and_agrees(viewer: Viewer, fleet: Fleet, sent: Sent, pen: Pen) -> None:
    """The sentence is the tenant's; the button names only what a question needs; people get the earlier question."""
    await viewer.open()
    await expect(viewer.part("sentence")).to_have_text([HELP])
    before = (await viewer.stored())["session"]
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()
    await expect(viewer.part("revoke")).to_have_text("Take back")
    await expect(viewer.part("without")).to_have_count(0)
    await viewer.ask(ODD)
    shown = await fleet.at_desk(await ticket_of(viewer))

    taps = sent.to("/v1/fastpath")
    assert [[{"purpose": "help", "version": 1, "locale": "en"}]] == [one["gives"] for one in taps]
    assert [True] == [one["consent"].startswith("skc1.") for one in sent.to("/v1/ask")]
    assert [pen.example] == [turn["text"] for turn in shown["ticket"]["transcript"]]
    assert [("help", True)] == [(one["purpose"], one["in_force"]) for one in shown["consent"]["purposes"]]
    assert {} == before
    assert [] == viewer.errors


async def test_quiet_way_agrees_to_nothing(viewer: Viewer, fleet: Fleet, sent: Sent, pen: Pen) -> None:
    """An answer, or a ticket without what came before it. Other buttons agree to nothing either."""
    await viewer.open()
    await viewer.field.fill(pen.example)
    await viewer.part("without").click()
    await expect(viewer.part("answer")).to_be_visible()
    await expect(viewer.field).to_be_focused()
    await viewer.ask_a_person(ODD)
    shown = await fleet.at_desk(await ticket_of(viewer))

    assert [] == sent.to("/v1/fastpath")
    assert [None, None] == [one.get("consent") for one in sent.to("/v1/ask")]
    assert ([], True) == (shown["ticket"]["transcript"], shown["consent"]["hides_transcript"])
    await expect(viewer.part("without")).to_be_visible()


async def test_take_back_in_the_middle_of_a_conversation(
    browser: Browser, viewer: Viewer, fleet: Fleet, sent: Sent, pen: Pen
) -> None:
    """One tap in the same place. The desk hides at once what it has shown before; the next tap agrees once more."""
    question = f"{ODD} in Antarctica"
    await agree(viewer, pen.example)
    await viewer.ask(question)
    ticket = await ticket_of(viewer)
    before = await fleet.at_desk(ticket)
    async with people(browser, fleet.desk) as new:
        anna = await new(fleet.anna)
        await anna.row(question).click()
        await anna.sees("What the viewer agreed to")
        await anna.sees(pen.example)
        await viewer.part("revoke").click()
        await expect(viewer.part("note")).to_have_text("You took it back.")
        await anna.sees("Her earlier questions are not shown: she does not agree to that.")
        await expect(anna.page.get_by_text(pen.example)).to_have_count(0)
    await expect(viewer.part("sentence")).to_have_text([HELP])
    await expect(viewer.part("without")).to_be_visible()

    async def is_hidden() -> bool:
        shown = await fleet.at_desk(ticket)
        return bool(shown["consent"]["hides_transcript"]) and shown["ticket"]["transcript"] == []

    await until(is_hidden, "the desk hides the transcript")
    await viewer.ask(pen.example)
    await expect(viewer.part("revoke")).to_be_visible()

    assert 1 == len(before["ticket"]["transcript"])
    assert [["help"]] == [one["takes_back"] for one in sent.to("/v1/consent")]
    assert 2 == len(sent.to("/v1/fastpath"))


async def test_reload(viewer: Viewer, sent: Sent, pen: Pen) -> None:
    """Session and token are in this tab, and no word of a question; so it can be taken back after a reload, too."""
    await agree(viewer, pen.example)
    stored = (await viewer.stored())["session"]
    await viewer.open()
    await expect(viewer.part("revoke")).to_be_visible()
    await viewer.part("revoke").click()
    await expect(viewer.part("without")).to_be_visible()
    left = (await viewer.stored())["session"]

    assert {"session", "consent", "tickets"} == json.loads(next(iter(stored.values()))).keys()
    assert pen.example not in str(stored)
    assert 1 == len(sent.to("/v1/fastpath"))
    assert {} == left
    assert [] == viewer.errors


async def test_what_no_question_needs_is_offered_apart(viewer: Viewer, sent: Sent, pen: Pen) -> None:
    """The first screen has one sentence. Later another one has a tap of its own; *Take back* ends both."""
    await agree(viewer, pen.example)
    await viewer.part("consent").locator("summary").click()
    await viewer.part("agree").click()
    await expect(viewer.part("agree")).to_have_count(0)
    await expect(viewer.part("sentence")).to_have_count(2)
    await expect(viewer.field).to_be_focused()
    await viewer.part("revoke").click()
    await expect(viewer.part("sentence")).to_have_text([HELP])

    given, taken_back = sent.to("/v1/consent")
    assert [{"purpose": "improve", "version": 1, "locale": "en"}] == given["gives"]
    assert ["help", "improve"] == taken_back["takes_back"]


async def test_token_is_gone_when_the_ticket_is_resolved(viewer: Viewer, fleet: Fleet) -> None:
    """What was kept for the ticket goes with it."""
    await agree(viewer, ODD)
    ticket = await ticket_of(viewer)
    await fleet.at_desk(ticket)
    headers = {"Authorization": f"Bearer {fleet.anna}"}
    async with fleet.desk.http.post(f"{fleet.desk.url}/v1/tickets/{ticket}/resolve", headers=headers) as reply:
        assert 200 == reply.status
    await expect(viewer.part("ticket")).to_contain_text("Your question is closed.")

    assert {} == (await viewer.stored())["session"]


async def test_another_pop_believes_the_token(viewer: Viewer, fleet: Fleet, pen: Pen) -> None:
    """The page's address leads to another PoP of the fleet, which has heard of nothing; it is taken back there, too."""
    await agree(viewer, pen.example)

    async def elsewhere(route: Route) -> None:
        await route.continue_(url=route.request.url.replace(fleet.here.url, fleet.there.url))

    await viewer.page.route(f"{fleet.here.url}/v1/**", elsewhere)
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_have_count(2)
    await viewer.ask(ODD)
    shown = await fleet.at_desk(await ticket_of(viewer))
    await viewer.part("revoke").click()
    await expect(viewer.part("note")).to_have_text("You took it back.")

    assert "fra" == shown["ticket"]["pop"]
    assert [pen.example] == [turn["text"] for turn in shown["ticket"]["transcript"]]
    assert ["help"] == [one["purpose"] for one in shown["consent"]["purposes"]]


async def test_island_without_consent(viewer: Viewer, shop: Shop, sent: Sent) -> None:
    """It looks as it always did, loads nothing more, and sends nothing of consent."""
    shop.attributes = {"island": str(RIVAL)}
    await viewer.open()
    await viewer.ask(ODD)
    await expect(viewer.part("ticket")).to_be_visible()

    await expect(viewer.part("consent")).to_have_count(0)
    assert [] == [one for one in sent.files if "/consent-" in one]
    assert [None] == [one.get("consent") for one in sent.to("/v1/ask")]
    assert [] == sent.to("/v1/fastpath") + sent.to("/v1/consent")


async def test_full_store(viewer: Viewer, pen: Pen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The question is answered; the page says that nothing was agreed to, and asks again."""
    monkeypatch.setattr(ConsentRows, "has_room", lambda _rows: False)
    await viewer.open()
    await expect(viewer.part("without")).to_be_visible()
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()

    await expect(viewer.part("note")).to_have_text("Your agreement could not be stored. It does not hold.")
    await expect(viewer.part("revoke")).to_have_count(0)
    assert {} == (await viewer.stored())["session"]


async def test_disk_that_refuses_a_withdrawal(viewer: Viewer, pen: Pen) -> None:
    """It says that it was not taken back, and the button stays."""
    await agree(viewer, pen.example)
    refusal = {"status": 503, "detail": "no", "reason": "storage"}
    headers = {"Access-Control-Allow-Origin": "*"}
    await viewer.page.route("**/v1/consent", lambda route: route.fulfill(status=503, json=refusal, headers=headers))
    await viewer.part("revoke").click()

    await expect(viewer.part("note")).to_have_text("This could not be taken back. Try again.")
    await viewer.page.unroute("**/v1/consent")
    await viewer.part("revoke").click()
    await expect(viewer.part("note")).to_have_text("You took it back.")


def refusing(status: int, reason: str) -> Callable[[Route], Awaitable[None]]:
    """A PoP that refuses a request once."""
    left = [{"status": status, "detail": "no", "reason": reason}]

    async def answer(route: Route) -> None:
        if left and route.request.method == "POST":
            headers = {"Access-Control-Allow-Origin": "*"}
            await route.fulfill(status=status, json=left.pop(), headers=headers)
        else:
            await route.continue_()

    return answer


async def test_island_that_stopped_meanwhile(viewer: Viewer, sent: Sent, pen: Pen) -> None:
    """Nobody agrees to anything there, but the question is not lost."""
    await viewer.page.route("**/v1/fastpath", refusing(503, "island_stale"))
    await viewer.open()
    await expect(viewer.part("without")).to_be_visible()
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()

    await expect(viewer.part("without")).to_be_visible()
    assert [None] == [one.get("gives") for one in sent.to("/v1/ask")]


async def test_session_that_ended(viewer: Viewer, sent: Sent, pen: Pen) -> None:
    """A new one asks and agrees: the consent of the old one is not sent with it."""
    await agree(viewer, pen.example)
    await viewer.page.route("**/v1/ask", refusing(401, "session_invalid"))
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_have_count(2)
    await expect(viewer.part("without")).to_be_visible()

    assert [True, False] == ["consent" in one for one in sent.to("/v1/ask")]
    assert {} == (await viewer.stored())["session"]


async def test_token_that_is_not_good(viewer: Viewer, sent: Sent, pen: Pen) -> None:
    """It is taken back without the token."""
    await agree(viewer, pen.example)
    await viewer.page.route("**/v1/consent", refusing(403, "token_invalid"))
    await viewer.part("revoke").click()
    await expect(viewer.part("note")).to_have_text("You took it back.")

    assert [True, False] == [one["token"] != "" for one in sent.to("/v1/consent")]


async def test_keyboard_alone(viewer: Viewer, pen: Pen) -> None:
    """Enter asks and agrees; Shift+Tab from the field is where it is taken back. The field is described by the text."""
    await viewer.come()
    for key in ("Tab", "Enter"):
        await viewer.page.keyboard.press(key)
    await expect(viewer.field).to_be_focused()
    await expect(viewer.part("without")).to_be_visible()
    await expect(viewer.field).to_have_accessible_description(f"If you press “Send”, you agree: {HELP}")
    await viewer.page.keyboard.type(pen.example)
    await viewer.page.keyboard.press("Enter")
    await expect(viewer.part("revoke")).to_be_visible()
    await expect(viewer.field).to_have_accessible_description("")
    for _ in range(2):  # What is offered apart is on the way.
        await viewer.page.keyboard.press("Shift+Tab")
    await expect(viewer.part("revoke")).to_be_focused()
    await viewer.page.keyboard.press("Enter")

    await expect(viewer.part("without")).to_be_visible()
    await expect(viewer.field).to_be_focused()


async def test_text_in_the_language_of_the_page(viewer: Viewer, shop: Shop, sent: Sent, pen: Pen) -> None:
    """Consent names the language that was shown."""
    shop.lang = "de"
    await viewer.open()
    await expect(viewer.part("sentence")).to_have_text([GERMAN])
    await expect(viewer.part("sentence")).to_have_attribute("lang", "de")
    await viewer.ask(pen.example)
    await expect(viewer.part("revoke")).to_have_text("Widerrufen")

    assert ["de"] == [one["locale"] for one in sent.to("/v1/fastpath")[0]["gives"]]


async def test_end_of_a_consent(viewer: Viewer, pen: Pen) -> None:
    """The page says until when; then the sentence is there again, without a request."""
    await viewer.page.clock.install()
    await agree(viewer, pen.example)
    until_when = await viewer.part("lead").last.inner_text()
    await viewer.page.clock.fast_forward("25:00:00")

    await expect(viewer.part("without")).to_be_visible()
    await expect(viewer.part("revoke")).to_have_count(0)
    assert until_when.startswith("You agreed, until ")


def _reword(shown: dict[str, Any]) -> None:
    shown["document"] = shown["document"].replace("my earlier questions", "all my mail")
    shown["text"] = shown["text"].replace("my earlier questions", "all my mail")


def _swap(shown: dict[str, Any]) -> None:
    shown["purpose"] = "improve"


def _strip(shown: dict[str, Any]) -> None:
    shown["signature"] = ""


def _answer(shown: dict[str, Any]) -> None:
    """An answer of the same island, which has no purpose and no text."""
    shown |= shown["answer"] | {"purpose": None}


@pytest.mark.parametrize("lie", [_reword, _swap, _strip, _answer])
async def test_text_that_the_tenant_did_not_sign(
    viewer: Viewer, fleet: Fleet, sent: Sent, pen: Pen, lie: Callable[[dict[str, Any]], None]
) -> None:
    """It is not shown, and nobody agrees to it. The question is asked without it."""
    answers = json.loads((await fleet.here.get(f"/v1/islands/{DROP}/answers"))[1])["answers"]

    async def change(route: Route) -> None:
        response = await route.fetch()
        document = await response.json()
        first = document["purposes"][0] | {"answer": answers[0]["signed"]}
        lie(first)
        document["purposes"] = [first, None, 5]
        await route.fulfill(response=response, json=document)

    await viewer.page.route("**/purposes?*", change)
    async with viewer.page.expect_response("**/widget/consent-*"):
        await viewer.open()
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()

    await expect(viewer.part("without")).to_have_count(0)
    assert [] == viewer.errors
    assert "all my mail" not in await viewer.page.content()
    assert (1, 0) == (len(sent.to("/v1/ask")), len(sent.to("/v1/fastpath")))


def words_of(lang: str, name: str) -> str:
    """One of the widget's own texts, of its catalogue."""
    catalogue = (FACES / "widget" / "locales" / f"{lang}.ts").read_text(encoding="utf-8")
    found = re.search(rf'^ *{name}: "(.*)",$', catalogue, re.MULTILINE)
    assert found is not None
    return found[1]


async def test_answer_that_cannot_be_verified(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """The page says so at once, in each language, and what the same tap agreed to: it can be taken back."""

    async def change(route: Route) -> None:
        response = await route.fetch()
        document = await response.json() | {"answer": "Send your card number to win."}
        await route.fulfill(response=response, json=document)

    await viewer.page.route("**/v1/fastpath", change)
    for lang in LOCALES:
        shop.lang = lang
        await viewer.open()
        await expect(viewer.part("without")).to_be_visible()
        await viewer.ask(pen.example)
        await expect(viewer.part("failed")).to_have_text(words_of(lang, "unbelieved"))
        await expect(viewer.part("revoke")).to_have_text(words_of(lang, "revoke"))
        assert "card number" not in await viewer.page.content()
        await viewer.part("revoke").click()
        await expect(viewer.part("note")).to_have_text(words_of(lang, "revoked"))

    assert [] == viewer.errors


async def test_new_text_that_cannot_be_verified(viewer: Viewer, sent: Sent, pen: Pen) -> None:
    """It is not shown, and the page says why. Nothing was asked; the next tap asks without agreeing."""

    async def change(route: Route) -> None:
        response = await route.fetch()
        document = await response.json()
        _reword(document["purposes"][0])
        document["purposes"] = document["purposes"][:1]
        await route.fulfill(response=response, json=document)

    await viewer.page.route("**/v1/fastpath", refusing(409, "contradictory"))
    await viewer.open()
    await expect(viewer.part("without")).to_be_visible()
    await viewer.page.route("**/purposes?*", change)
    await viewer.ask(pen.example)
    await expect(viewer.part("note")).to_have_text(words_of("en", "unbelieved"))
    await expect(viewer.part("without")).to_have_count(0)
    await expect(viewer.field).to_have_value(pen.example)
    await viewer.field.press("Enter")
    await expect(viewer.part("answer")).to_be_visible()

    assert "all my mail" not in await viewer.page.content()
    assert (1, 1) == (len(sent.to("/v1/ask")), len(sent.to("/v1/fastpath")))


async def test_words_beside_the_document_are_not_shown(viewer: Viewer, pen: Pen) -> None:
    """Text, version and steps are those of the document that the tenant signed."""

    async def change(route: Route) -> None:
        response = await route.fetch()
        document = await response.json()
        for one in document["purposes"]:
            one |= {"text": "all my mail", "version": 7, "allows": ["transcript"]}
        await route.fulfill(response=response, json=document)

    await viewer.page.route("**/purposes?*", change)
    await agree(viewer, pen.example)

    await expect(viewer.part("sentence").first).to_have_text(HELP)
    await expect(viewer.part("consent")).not_to_contain_text("all my mail")


async def test_shop_of_the_demo(viewer: Viewer, fleet: Fleet, shop: Shop, pen: Pen) -> None:
    """Below its strict policy, the sentence is above the button."""
    demo = await asyncio.to_thread(
        lambda: DemoShop(0, pop_url=shop.pop, island=str(DROP), title="The hoodie", key=fleet.key)
    )
    await demo.start()
    try:
        await viewer.page.goto(demo.url)
        await viewer.part("button").click()
        await expect(viewer.part("sentence")).to_have_text([HELP])
        await viewer.ask(pen.example)
        await expect(viewer.part("revoke")).to_be_visible()
    finally:
        await demo.stop()

    assert [] == viewer.errors


async def test_text_that_is_no_longer_in_force(viewer: Viewer, fleet: Fleet, sent: Sent, pen: Pen) -> None:
    """Nothing is asked: the new text is shown, the question is in the field again, and the next tap agrees to that."""
    await viewer.open()
    await expect(viewer.part("sentence")).to_have_text([HELP])
    await asyncio.to_thread(publish, fleet.home, asking(pen, version=2, text=NEW))

    async def is_new() -> bool:
        return NEW.encode() in (await fleet.here.get(f"/v1/islands/{DROP}/purposes"))[1]

    await until(is_new, "the new text at the PoP")
    await viewer.ask(pen.example)
    await expect(viewer.part("note")).to_have_text("The text is new. Read it and send your question again.")
    await expect(viewer.part("sentence")).to_have_text([NEW])
    await expect(viewer.field).to_have_value(pen.example)
    await expect(viewer.part("answer")).to_have_count(0)
    await viewer.field.press("Enter")
    await expect(viewer.part("revoke")).to_be_visible()

    await expect(viewer.part("answer")).to_have_count(1)
    assert [1, 2] == [one["gives"][0]["version"] for one in sent.to("/v1/fastpath")]
