"""A viewer at a shop's page: asks, gets verified answers, offers and people, by keyboard, and leaves nothing behind."""

import asyncio
import re
from functools import partial, reduce

import pytest
from playwright.async_api import Request, expect

from edge.cli.demo import DemoShop
from tests.browser.desk.faces import ROOT
from tests.browser.widget.shop import INTEGRITY, Shop, Viewer
from tests.daemon.conftest import RunningPop
from tests.pen import DROP, Pen
from tests.waiting import until

pytestmark = [pytest.mark.requires("chromium"), pytest.mark.asyncio(loop_scope="module")]

AMBIGUOUS = "where can this be sent"
FOREIGN = "do gulls dream of chips"
OWN_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src {pop}; require-trusted-types-for 'script'; img-src data:; "
    "base-uri 'none'; form-action 'none'"
)


async def test_question_is_answered_and_verified(viewer: Viewer, pen: Pen) -> None:
    """The first line says what answers; then the answer with who approved it; and a person may always be asked."""
    await viewer.open()
    await expect(viewer.part("first")).to_have_text("Automatic answers, approved by northwind. A person can take over.")
    await viewer.ask(pen.example)

    await expect(viewer.part("answer")).to_contain_text("Automatic answer")
    await expect(viewer.part("approved")).to_contain_text("Approved by Dana Ortiz, Northwind support lead")
    await expect(viewer.part("person")).to_be_visible()
    await viewer.part("rate").first.click()
    await expect(viewer.part("rating")).to_have_text("Thank you.")
    assert [] == viewer.errors


async def test_nothing_is_loaded_or_kept_before_it_is_wanted(viewer: Viewer, pen: Pen) -> None:
    """One request before the button is pressed; nothing is ever stored for somebody who asks no person."""
    requests: list[str] = []
    viewer.page.on("request", lambda request: requests.append(_path(request)))
    await viewer.come()
    await expect(viewer.part("button")).to_be_visible()
    before = [path for path in requests if path != "/"]
    await viewer.part("button").click()
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_be_visible()
    stored = await viewer.stored()

    assert ["/widget/skerry.js"] == before
    assert {"session": {}, "local": {}, "cookies": "", "databases": 0, "caches": 0, "workers": 0} == stored


async def test_offer_is_picked(viewer: Viewer) -> None:
    """What the viewer may have meant is a button; what is picked is answered."""
    await viewer.open()
    await viewer.ask(AMBIGUOUS)
    offer = viewer.part("choices").filter(has_text="Did you mean")
    await offer.get_by_role("button").first.click()

    await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")
    await expect(offer).to_have_count(0)
    await expect(viewer.field).to_be_focused()


async def test_none_of_these_goes_to_people(viewer: Viewer, pop: RunningPop) -> None:
    """The ticket is at origin."""
    before = set(pop.origin.tickets)
    await viewer.open()
    await viewer.ask(AMBIGUOUS)
    await viewer.page.get_by_role("button", name="None of these").click()

    await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")
    await until_one_more(pop, before)


async def test_person_is_asked_and_survives_a_reload(viewer: Viewer, pop: RunningPop) -> None:
    """Only ticket, capability and session are kept, in this tab; after a reload the ticket goes on."""
    before = set(pop.origin.tickets)
    await viewer.open()
    await viewer.ask_a_person(FOREIGN)
    await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")
    stored = (await viewer.stored())["session"]
    await until_one_more(pop, before)
    await viewer.open()

    await expect(viewer.part("ticket")).to_have_text("You asked a person earlier.")
    assert 1 == len(stored)
    assert "gulls" not in str(stored)
    assert [] == viewer.errors


async def test_strict_page_with_its_own_copy(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """No inline style, no markup from strings, scripts of the shop alone: all works."""
    shop.loader, shop.policy = "/own/skerry.js", OWN_POLICY.format(pop=shop.pop)
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("answer")).to_be_visible()
    assert [] == [error for error in viewer.errors if "<style>" not in error and "inline style" not in error]


async def test_keyboard_alone(viewer: Viewer, pen: Pen) -> None:
    """Tab and Enter open it, ask and pick; Escape closes it, and the focus is where it was."""
    await viewer.come()
    await viewer.page.keyboard.press("Tab")
    await viewer.page.keyboard.press("Enter")
    await expect(viewer.field).to_be_focused()
    await viewer.page.keyboard.type(pen.example)
    await viewer.page.keyboard.press("Enter")
    await expect(viewer.part("answer")).to_be_visible()
    await viewer.page.keyboard.press("Escape")

    await expect(viewer.part("button")).to_be_focused()
    await expect(viewer.part("panel")).to_be_hidden()


async def until_one_more(pop: RunningPop, before: set[str]) -> None:
    """Wait until origin has a ticket that is not one of those."""

    async def is_there() -> bool:
        return len(pop.origin.tickets.keys() - before) == 1

    await until(is_there, "a ticket at origin")


async def test_embed_line_of_the_manual(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """What `edge/widget.md` says, with this PoP's address, hash and key."""
    lines = re.findall(r"```html\n(.*?)```", (ROOT / "edge" / "widget.md").read_text(encoding="utf-8"), re.DOTALL)
    known = {"https://pop.example": shop.pop, "sha384-…": INTEGRITY, "0JJSTE0RMpmC…": shop.key}
    shop.body = reduce(lambda text, one: text.replace(*one), known.items(), lines[0])
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("approved")).to_be_visible()


async def test_shop_of_the_demo(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """Its page has a strict policy, and the PoP is another origin."""
    make = partial(DemoShop, pop_url=shop.pop, island=str(DROP), title="The <b>hoodie", key=shop.key)
    demo = await asyncio.to_thread(make, 0)
    await demo.start()
    try:
        await viewer.page.goto(demo.url)
        await viewer.part("button").click()
        await viewer.ask(pen.example)
        await expect(viewer.part("approved")).to_be_visible()
    finally:
        await demo.stop()

    assert "The <b>hoodie" == await viewer.page.title()
    assert [] == viewer.errors


async def test_old_offer_is_picked_for_its_own_question(viewer: Viewer, pen: Pen) -> None:
    """Another question was asked meanwhile; the choice has the words that the offer was made for."""
    await viewer.open()
    await viewer.ask(AMBIGUOUS)
    offer = viewer.part("choices").filter(has_text="Did you mean")
    await expect(offer).to_be_visible()
    await viewer.ask(pen.example)
    await expect(viewer.part("answer")).to_have_count(1)
    await offer.get_by_role("button").first.click()

    await expect(viewer.part("answer")).to_have_count(2)


async def test_two_questions_in_a_hurry(viewer: Viewer, pop: RunningPop, pen: Pen) -> None:
    """The second is sent before the first is answered: both get what they should, in order."""
    before = set(pop.origin.tickets)
    await viewer.open()
    await viewer.ask(pen.example)
    await viewer.ask_a_person(FOREIGN)

    await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")
    await expect(viewer.part("answer")).to_be_visible()
    await until_one_more(pop, before)


async def test_date_has_no_sign_in_place_of_a_mark(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """Arabic dates have direction marks of the browser's own, which are no words of a stranger. Names are isolated."""
    shop.lang = "ar"
    await viewer.open()
    await viewer.ask(pen.example)

    await expect(viewer.part("approved")).not_to_contain_text("\u25a1")
    await expect(viewer.part("approved")).to_contain_text("\u2068Dana Ortiz, Northwind support lead\u2069")


async def test_answer_while_waiting_takes_the_ticket_back(viewer: Viewer) -> None:
    """People have the question; what the viewer picks meanwhile is answered, and nothing is kept any more."""
    await viewer.open()
    await viewer.ask("do you have a discount")
    offer = viewer.part("choices").filter(has_text="While you wait:")
    await expect(viewer.part("ticket")).to_contain_text("Your question is with our people")
    await offer.get_by_role("button").first.click()

    await expect(viewer.part("approved")).to_be_visible()
    await expect(viewer.part("note")).to_have_text("People were told that they need not answer.")
    assert {} == (await viewer.stored())["session"]


async def test_page_of_the_shop_is_not_scrolled(viewer: Viewer, shop: Shop, pen: Pen) -> None:
    """The chat is a part of a long page, below its edge: an answer scrolls the conversation alone."""
    shop.attributes = {"mode": "inline"}
    shop.style = "main { block-size: 3000px }"
    await viewer.come()
    await expect(viewer.field).to_be_attached()
    await viewer.ask(pen.example)
    await expect(viewer.part("rating")).to_be_visible()
    await viewer.page.evaluate("scrollTo(0, 0)")
    for label in ("Is it about an order you have placed?", "Not yet"):
        await viewer.page.get_by_role("button", name=label, exact=True).last.evaluate("one => one.click()")
    await expect(viewer.part("step")).to_have_count(2)

    found = await viewer.part("log").evaluate(
        """one => [scrollY, one.scrollTop > 0,
            one.lastChild.getBoundingClientRect().top >= one.getBoundingClientRect().top]"""
    )
    assert [0, True, True] == found


async def test_tree_to_its_end(viewer: Viewer) -> None:
    """Buttons lead to a signed answer."""
    await viewer.open()
    for label in ("Is it about an order you have placed?", "Not yet", "Sizes"):
        await viewer.page.get_by_role("button", name=label, exact=True).last.click()

    await expect(viewer.part("approved")).to_contain_text("Dana Ortiz")
    assert [] == viewer.errors


def _path(request: Request) -> str:
    return "/" + request.url.split("/", 3)[3]
