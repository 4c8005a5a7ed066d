"""People work: by the keyboard alone, by the pointer alone, and two of them at once."""

import asyncio
import contextlib

import pytest
from playwright.async_api import Error, Route, expect

from tests.browser.desk.desk_page import RETURNS, SHIPPING, NewPerson, Person, TestedDesk, candidate, sent
from tests.desk.desk import NOON, tid
from tests.waiting import until

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="module")]


async def test_by_the_keyboard_alone(desk: TestedDesk, anna: Person) -> None:
    """From sign-in to a resolved row of three viewers: the suggestion counts as used."""
    await desk.take(*(sent(number) for number in (1, 2, 3)), sent(4, "is it lost?", in_s=900))
    await anna.sees("3 viewers")
    await anna.press("j", "1")
    await expect(anna.page.locator(anna.reply)).to_have_value(SHIPPING)
    await anna.sees("Yours until")
    await anna.press("Control+Enter")
    answered = [await desk.until(anna.token, "answered", number) for number in (1, 2, 3)]
    await expect(anna.row("is it lost?")).to_have_attribute("aria-selected", "true")
    await anna.press("e", "Escape", "2", "e", "Control+Enter")
    await desk.until(anna.token, "answered", 4)
    await anna.sees("Nothing waits.")

    assert [(SHIPPING, "used", "shipping-time")] * 3 == [(a["reply"], a["suggestion"], a["snippet"]) for a in answered]
    assert RETURNS == (await desk.about(anna.token, 4))["reply"]


async def test_row_that_many_ask_on_a_slow_line(desk: TestedDesk, anna: Person) -> None:
    """News of the row come faster than its ticket is read: it is shown all the same."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")

    async def wait(route: Route) -> None:
        await asyncio.sleep(0.7)
        with contextlib.suppress(Error):
            await route.continue_()

    async def ask_on() -> None:
        for number in range(2, 400):
            await desk.take(sent(number))
            await asyncio.sleep(0.05)

    await anna.page.route("**/v1/tickets/*", wait)
    async with asyncio.TaskGroup() as tasks:
        asking = tasks.create_task(ask_on())
        await anna.press("j")
        await anna.sees("Suggested answers")
        asking.cancel()
    await anna.page.unroute_all(behavior="wait")


async def test_send_is_pressed_twice(desk: TestedDesk, anna: Person) -> None:
    """The second time, the next question is not read yet: what was begun there is not sent, and nothing said of it."""
    await desk.take(sent(1), sent(2, "is it lost?", in_s=900))
    await anna.sees("is it lost?")
    await anna.row("is it lost?").click()
    await anna.press("e")
    await anna.page.keyboard.type("Half a rep")
    await anna.sees("Yours until")
    await anna.press("Escape", "k", "1")
    await anna.sees("Answer 1 is in the reply.")
    is_read = asyncio.Event()

    async def wait(route: Route) -> None:
        await is_read.wait()
        await route.continue_()

    await anna.page.route(f"**/v1/tickets/{tid(2)}", wait)
    await anna.press("Control+Enter")
    await expect(anna.row("is it lost?")).to_have_attribute("aria-selected", "true")
    await anna.press("Control+Enter")
    is_read.set()
    await anna.sees("Suggested answers")
    await anna.press("x")
    await anna.sees("Nobody has it")

    assert ("", "Half a rep") == ((await desk.about(anna.token, 2))["reply"], await anna.page.input_value(anna.reply))
    await anna.press("2")
    await anna.sees("Answer 2 is in the reply.")
    await desk.take(sent(3, "is it gone?", in_s=1_200))
    await anna.row("is it gone?").click()
    await anna.sees("Nobody has it")
    assert 0 == await anna.page.get_by_text("Answer 2 is in the reply.").count()


async def test_other_row_is_chosen_before_the_desk_answers(desk: TestedDesk, anna: Person) -> None:
    """A row that was resolved takes nobody away from the one that is read now."""
    await desk.take(*(sent(number, f"question {number}?", in_s=100 * number) for number in (1, 2, 3)))
    await anna.row("question 1?").click()
    await anna.sees("Suggested answers")
    is_chosen = asyncio.Event()

    async def wait(route: Route) -> None:
        await is_chosen.wait()
        await route.continue_()

    await anna.page.route("**/resolve", wait)
    await anna.press("r", "Enter")
    await anna.row("question 2?").click()
    is_chosen.set()
    await anna.sees("Resolved.")

    await expect(anna.row("question 1?")).to_have_count(0)
    await expect(anna.row("question 2?")).to_have_attribute("aria-selected", "true")


async def test_edit_and_resolve_by_the_keyboard(desk: TestedDesk, anna: Person) -> None:
    """An answer with a greeting around it counts as edited. Keys do nothing while somebody types."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    await anna.press("j", "2", "e")
    await expect(anna.page.locator(anna.reply)).to_have_value(RETURNS)
    await anna.page.keyboard.press("Control+Home")
    await anna.page.keyboard.type("Hi jack, ? 1 x ")
    await anna.press("Control+Shift+Enter")
    done = await desk.until(anna.token, "resolved")

    assert ("Hi jack, ? 1 x " + RETURNS, "edited", "returns") == (done["reply"], done["suggestion"], done["snippet"])
    await anna.sees("Nothing waits.")


async def test_words_of_ones_own(desk: TestedDesk, anna: Person) -> None:
    """A reply of other words is a suggestion ignored; below one's own words an inserted answer is added."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    await anna.press("j", "e")
    await anna.page.keyboard.type("Let me look into that for you.")
    await anna.press("Escape", "Control+Enter")
    done = await desk.until(anna.token, "answered")

    assert ("Let me look into that for you.", "ignored", "") == (done["reply"], done["suggestion"], done["snippet"])


async def test_empty_desk_says_what_to_do(desk: TestedDesk, anna: Person) -> None:
    """Where nothing is shown, the page says why, and what to do meanwhile."""
    await anna.sees("Nothing waits.")
    await anna.sees("While nobody waits, look at")
    await anna.page.get_by_role("button", name="Drafts").click()
    await anna.sees("at a question make one")
    await anna.page.get_by_role("button", name="Unanswered").click()
    await anna.sees("once viewers ask what no island answers")
    await anna.page.get_by_role("button", name="Answered", exact=True).click()
    await anna.sees("Nothing is answered")
    await expect(anna.page.get_by_text("While nobody waits")).to_have_count(0)
    await anna.page.get_by_role("button", name="Open", exact=True).click()
    await desk.take(sent(1))

    await anna.sees("Choose a question")


async def test_long_question_leaves_room_for_the_answers(desk: TestedDesk, anna: Person) -> None:
    """It scrolls by itself, also by the keyboard; the first answer is on the screen."""
    await desk.take(sent(1, "and then? " * 1_000))
    await anna.page.get_by_role("option").first.click()
    await anna.sees("Suggested answers")

    await expect(anna.page.get_by_role("button", name="Insert 1")).to_be_in_viewport()
    question = anna.page.locator("skerry-ticket .question")
    await question.focus()
    await anna.press("End")

    async def is_scrolled() -> bool:
        return bool(await question.evaluate("one => one.scrollTop > 0"))

    await until(is_scrolled, "the question scrolled")


async def test_words_are_sent_before_the_ticket_is_read(desk: TestedDesk, anna: Person) -> None:
    """On a slow line, what was written and sent meanwhile is sent once the ticket is here."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    is_read = asyncio.Event()

    async def wait(route: Route) -> None:
        await is_read.wait()
        await route.continue_()

    await anna.page.route(f"**/v1/tickets/{tid(1)}", wait)
    await anna.press("j", "e")
    await anna.page.keyboard.type("Tomorrow.")
    await anna.press("Control+Enter")
    is_read.set()

    assert "Tomorrow." == (await desk.until(anna.token, "answered"))["reply"]


async def test_viewer_of_another_language(desk: TestedDesk, anna: Person) -> None:
    """Both texts are shown, what was typed, and what the same person asked elsewhere; her language is inserted."""
    german = {"locale": "de", "answer": "Wir versenden in 3 Tagen.", "approved_by": "Ute Lang", "approved_at": NOON}
    languages = {"locale": "en", "wanted": "de"}
    typed = {"name": "order_number", "value": "A-1234", "personal": True}
    path = [{"say": "What is it about?", "label": "My order"}]
    shipping = candidate("shipping-time", SHIPPING, translation=german)
    one = sent(
        1, "wann kommt es?", candidates=[shipping], language_note=languages, typed=typed, path=path, session="named:a"
    )
    await desk.take(one, sent(2, "is it still on?", island="northwind/tour", session="named:b"))
    sessions = (("northwind/drop", "named:a"), ("northwind/tour", "named:b"))
    await desk.merge(*sessions, why="the same order number")
    await anna.row("wann kommt es?").click()
    for text in ("The same person, in other sessions", "Joined because: the same order number", "northwind/tour"):
        await anna.sees(text)
    for text in (SHIPPING, "Approved by Ute Lang", "wants de, the island is in en", "order_number: A-1234 (personal)"):
        await anna.sees(text)
    await anna.press("1", "Control+Enter")
    done = await desk.until(anna.token, "answered")

    assert (german["answer"], "used", "shipping-time") == (done["reply"], done["suggestion"], done["snippet"])


async def test_by_the_pointer_alone(desk: TestedDesk, anna: Person) -> None:
    """Claim, release, insert, send to one viewer of two, then resolve the other without a reply."""
    await desk.take(sent(1), sent(2))
    page = anna.page
    await anna.row("when does it ship?").click()
    await page.get_by_role("button", name="Claim").click()
    await anna.sees("Yours until")
    await page.get_by_role("button", name="Release").click()
    await anna.sees("Nobody has it")
    await page.get_by_role("button", name="Insert 1").click()
    await page.get_by_label("Answer all 2 viewers").click()
    await page.get_by_role("button", name="Send", exact=False).first.click()
    await desk.until(anna.token, "answered", 1)
    await expect(page.get_by_text("viewers ask this")).to_have_count(0)
    await page.get_by_role("button", name="Resolve", exact=False).last.click()
    await page.get_by_role("dialog").get_by_role("button", name="Resolve").click()
    done = await desk.until(anna.token, "resolved", 2)

    assert "" == done["reply"]
    await page.get_by_role("button", name="Answered", exact=True).click()
    await anna.row("when does it ship?").click()
    await anna.sees(SHIPPING)
    await page.get_by_role("button", name="Resolve", exact=False).last.click()
    await desk.until(anna.token, "resolved", 1)
    await anna.sees("Nothing is answered and still unresolved.")


async def test_in_the_dock(desk: TestedDesk, new: NewPerson, staffed: tuple[TestedDesk, list[str]]) -> None:
    """400 px wide: the list or a ticket. Enter opens it, Esc goes back, and after a reply comes the next one."""
    await desk.take(sent(1), sent(2, "is it lost?", in_s=900))
    anna = await new(staffed[1][0], query="?dock", viewport={"width": 400, "height": 700})
    await anna.sees("is it lost?")
    await anna.page.get_by_role("listbox").focus()
    await anna.press("ArrowDown", "Enter")
    await anna.sees("Suggested answers")
    await expect(anna.page.get_by_role("listbox")).to_be_hidden()
    await anna.press("Escape")
    await expect(anna.page.get_by_role("listbox")).to_be_focused()
    await anna.press("Enter", "1", "Control+Enter")
    await desk.until(anna.token, "answered", 1)
    await expect(anna.page.locator("skerry-ticket .question")).to_have_text("is it lost?")
    await anna.page.get_by_role("button", name="Back to the list").click()

    await expect(anna.row("is it lost?")).to_have_attribute("aria-selected", "true")
    assert await anna.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_two_claim_at_once(desk: TestedDesk, anna: Person, ben: Person) -> None:
    """One has it; the other sees who, at once, and cannot send. After the release it is the other way round."""
    await desk.take(sent(1))
    for person in (anna, ben):
        await person.sees("when does it ship?")
        await person.press("j")
        await person.sees("Nobody has it")
    await asyncio.gather(anna.press("c"), ben.press("c"))
    await asyncio.gather(*(expect(one.page.locator("#owner")).to_contain_text("until") for one in (anna, ben)))
    owner = (await desk.about(anna.token))["claimed_by"]
    first, second = (anna, ben) if owner == "anna" else (ben, anna)

    await first.sees("Yours until")
    await second.sees(f"{owner} has it until")
    await expect(second.page.locator("skerry-reply .send")).to_be_disabled()
    await first.press("x")
    await second.sees("Nobody has it")
    await second.press("c")
    await first.sees(f"{'ben' if owner == 'anna' else 'anna'} has it until")


async def test_drafts_are_proposed_and_listed(desk: TestedDesk, anna: Person) -> None:
    """An example of the viewer's words, and the reply as an incident answer; both can be copied."""
    await desk.take(sent(1, "wen ship\x07?"))
    page = anna.page
    await anna.sees("wen ship")
    await anna.press("j", "1")
    await page.get_by_role("button", name="Add as example").first.click()
    await page.get_by_role("button", name="Keep as a draft").click()
    await anna.sees("Kept as a draft.")
    await page.get_by_role("button", name="Make it an incident answer").click()
    await page.get_by_label("Snippet").fill("returns")
    await page.get_by_role("button", name="Keep as a draft").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="Drafts").click()
    await expect(page.locator("skerry-drafts li")).to_have_count(2)

    texts = await page.locator("skerry-drafts .words").all_inner_texts()
    assert [SHIPPING, "wen ship?"] == texts
    await page.get_by_role("button", name="Copy").first.click()
    await expect(page.locator("skerry-drafts [role=status]")).to_contain_text("cop", ignore_case=True)


async def test_open_questions_and_silent_pops(desk: TestedDesk, anna: Person) -> None:
    """What nothing answers is listed as PoPs report it; a PoP that has not reported is named, and no zero is shown."""
    await anna.page.get_by_role("button", name="Unanswered").click()
    await anna.sees("PoP fra-1 has reported nothing since the desk started.")
    question = {"island": "northwind/drop", "count": 12, "per_minute": 3.5, "exemplar": "<b>is there</b> a discount?"}
    await desk.post_figures({"open_questions": [question]})
    await anna.sees("<b>is there</b> a discount?")

    await anna.sees("3.5 a minute")
    await expect(anna.page.get_by_text("has reported nothing")).to_have_count(0)


async def test_lanes_show_their_load(desk: TestedDesk, anna: Person) -> None:
    """Open and late tickets of each; a press shows one lane alone."""
    await desk.take(sent(1), sent(2, "where is it?", in_s=-5, lane="shipping"), sent(3, "lost?", lane="shipping"))
    await anna.sees("2 open, oldest")
    await anna.page.get_by_role("button", name="shipping").click()

    await expect(anna.page.get_by_role("option")).to_have_count(2)
    await expect(anna.page.get_by_role("button", name="shipping")).to_contain_text("1 late")
    await expect(anna.page.get_by_role("option").first).to_contain_text("where is it?")
    await anna.press("j")
    await anna.page.get_by_role("button", name="support").click()
    await expect(anna.page.get_by_role("option")).to_have_count(1)
    await anna.sees("Suggested answers")
    await expect(anna.page.get_by_text("No longer open")).to_have_count(0)


async def test_solved_elsewhere(desk: TestedDesk, anna: Person, ben: Person) -> None:
    """Who looks at a question that another answers sees so, with the reply, and keeps what was typed."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    await anna.press("j", "e")
    await anna.page.keyboard.type("I am thin")
    await anna.sees("Yours until")
    await anna.press("Escape", "x")
    await ben.sees("when does it ship?")
    await ben.press("j", "2")
    await ben.sees("Yours until")
    await ben.press("Control+Enter")
    await anna.sees("No longer open")

    await anna.sees(RETURNS)
    await expect(anna.page.locator(anna.reply)).to_have_value("I am thin")
    assert tid(1) == (await desk.about(ben.token))["ticket"]["id"]
