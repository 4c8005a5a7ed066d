"""The connection is lost, the page is opened again, a token is stolen, ends, or belongs to somebody else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Route, expect

from edge.desk.access import revoke_desk_token, tokens_path
from tests.browser.desk.desk_page import SHIPPING, DeskProcess, Person, desk_process, sent

pytestmark = [pytest.mark.journey, pytest.mark.asyncio(loop_scope="module")]


@pytest_asyncio.fixture(loop_scope="module")
async def staffed(tmp_path: Path) -> AsyncIterator[tuple[DeskProcess, list[str]]]:
    """A desk that can be killed."""
    async with desk_process(tmp_path / "desk", "anna", "ben") as found:
        yield found


async def test_desk_is_killed_and_comes_back(desk: DeskProcess, anna: Person) -> None:
    """The page says so with the age, keeps what is typed, sends nothing twice, and goes on by itself."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    await anna.press("j", "e")
    await anna.page.keyboard.type("In three")
    await anna.sees("Yours until")
    await desk.kill()
    await anna.sees("No connection for")
    await anna.page.keyboard.type(" days.")
    await anna.press("Control+Enter")
    await anna.sees("The desk did not answer.")
    await expect(anna.page.locator(anna.reply)).to_have_value("In three days.")
    await desk.start()
    await expect(anna.page.get_by_text("No connection for")).to_have_count(0)
    await anna.press("Control+Enter")
    done = await desk.until(anna.token, "answered")

    assert "In three days." == done["reply"]
    assert 1 == [one["action"] for one in done["history"]].count("reply")


NOTED = """
    globalThis.noted = []
    new MutationObserver(() => {
        const found = document.querySelector("skerry-desk")?.shadowRoot
        if (found && !globalThis.isNoting) {
            globalThis.isNoting = true
            new MutationObserver(() => noted.push(found.querySelector(".lost:not([hidden])")?.textContent ?? ""))
                .observe(found, { subtree: true, childList: true, characterData: true, attributes: true })
        }
    }).observe(document, { subtree: true, childList: true })
"""


async def test_stream_that_is_there_again_at_once(desk: DeskProcess, anna: Person) -> None:
    """A proxy ends streams now and then: the page says nothing of half a second."""
    await desk.take(sent(1))
    opened: list[str] = []

    async def end(route: Route) -> None:
        opened.append(route.request.url)
        if len(opened) == 1:
            await route.fulfill(body="event: all\ndata: {}\n\n", content_type="text/event-stream")
        else:
            await route.continue_()

    await anna.page.route("**/v1/changes", end)
    await anna.page.add_init_script(NOTED)
    await anna.page.reload()
    await anna.sees("when does it ship?")
    async with asyncio.timeout(15):
        while len(opened) < 2:  # noqa: ASYNC110 - the page opens it
            await asyncio.sleep(0.05)
    await desk.take(sent(2, "is it lost?"))
    await anna.sees("is it lost?")

    noted = await anna.page.evaluate("noted")
    assert noted
    assert [] == [words for words in noted if words.startswith("No connection")]


async def test_page_is_opened_again(desk: DeskProcess, anna: Person) -> None:
    """After a reload the person is signed in, at the same row, with the same words in the reply."""
    await desk.take(sent(1), sent(2, "is it lost?"))
    await anna.sees("is it lost?")
    await anna.row("is it lost?").click()
    await anna.press("e")
    await anna.page.keyboard.type("Half a rep")
    await anna.page.reload()

    await expect(anna.row("is it lost?")).to_have_attribute("aria-selected", "true")
    await expect(anna.page.locator(anna.reply)).to_have_value("Half a rep")
    assert anna.token not in anna.page.url
    assert None is await anna.page.evaluate("localStorage.getItem('skerry-token')")


async def test_storage_of_the_tab_is_full(desk: DeskProcess, anna: Person) -> None:
    """Words that the browser does not keep stay in the field, and are sent."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    await anna.press("j", "e")
    await anna.page.keyboard.type("In")
    fill = "() => { for (let n = 1e6; n >= 1; n /= 2) try { for (let i = 0; ; i++) sessionStorage[`x${n} ${i}`] = "
    await anna.page.evaluate(fill + "'x'.repeat(n) } catch {} }")
    await anna.page.keyboard.type(" three days.")
    await expect(anna.page.locator(anna.reply)).to_have_value("In three days.")
    await anna.press("Control+Enter")

    assert "In three days." == (await desk.until(anna.token, "answered"))["reply"]


async def test_desk_that_cannot_answer_at_sign_in(anna: Person) -> None:
    """After a reload the token is tried again until the desk answers, and the page says so meanwhile."""
    answers = [503, 502]

    async def fail(route: Route) -> None:
        if answers:
            await route.fulfill(status=answers.pop(), body="<html>a proxy's own page</html>")
        else:
            await route.continue_()

    await anna.page.route("**/v1/me", fail)
    await anna.page.reload()
    await anna.sees("The desk cannot be reached. Trying again")

    await expect(anna.page.get_by_role("button", name="Sign out")).to_be_visible()
    assert [] == answers


@pytest.mark.parametrize("answer", ["<html>", '{"tickets": ['], ids=["a page", "cut"])
async def test_answer_is_lost(desk: DeskProcess, anna: Person, answer: str) -> None:
    """A proxy answers in the desk's place, after the desk took the reply: sending again sends nothing twice."""
    await desk.take(sent(1), sent(2, "is it lost?"))
    await anna.sees("is it lost?")
    await anna.row("when does it ship?").click()

    async def lose(route: Route) -> None:
        await route.fetch()
        await route.fulfill(status=200, body=answer)

    await anna.page.route("**/reply", lose, times=1)
    await anna.press("1", "Control+Enter")
    await anna.sees("The desk did not answer.")
    await expect(anna.page.locator(anna.reply)).to_have_value(SHIPPING)
    await anna.press("Control+Enter")
    await anna.sees("Sent to 1 viewer.")
    done = await desk.until(anna.token, "answered")

    assert 1 == [one["action"] for one in done["history"]].count("reply")


async def test_queue_that_cannot_be_read_is_read_again(desk: DeskProcess, anna: Person) -> None:
    """A queue that fails while the stream is open comes a moment later."""
    await desk.take(sent(1))
    failures = [503]

    async def fail(route: Route) -> None:
        if failures:
            await route.fulfill(status=failures.pop(), body="{}")
        else:
            await route.continue_()

    await anna.page.route("**/v1/queue*", fail)
    await anna.page.reload()

    await anna.sees("when does it ship?")
    assert [] == failures


async def test_ticket_that_cannot_be_read_is_read_again(desk: DeskProcess, anna: Person) -> None:
    """Nobody has to choose another question first."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    failures = [503, 502]

    async def fail(route: Route) -> None:
        if failures:
            await route.fulfill(status=failures.pop(), body="{}")
        else:
            await route.continue_()

    await anna.page.route("**/v1/tickets/*", fail)
    await anna.press("j")

    await anna.sees("Suggested answers")
    assert [] == failures


async def test_token_is_revoked(desk: DeskProcess, anna: Person) -> None:
    """The page goes back to sign-in and says why; the next token finds what was typed."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    await anna.press("j", "e")
    await anna.page.keyboard.type("Half a rep")
    await anna.sees("Yours until")
    await asyncio.to_thread(revoke_desk_token, tokens_path(desk.home), "anna")
    await anna.sees("the desk does not know this token")
    assert None is await anna.page.evaluate("sessionStorage.getItem('skerry-token')")

    anna.token = await asyncio.to_thread(desk.token, "anna")
    await asyncio.sleep(2.5)  # the desk looks for a new token every two seconds
    await anna.page.get_by_label("Your token").fill(anna.token)
    await anna.press("Enter")
    await anna.sees("when does it ship?")
    await anna.press("j")
    await expect(anna.page.locator(anna.reply)).to_have_value("Half a rep")


async def test_another_person_signs_in_here(desk: DeskProcess, anna: Person, staffed: tuple[object, list[str]]) -> None:
    """After signing out, and for another name, nothing of what was typed or chosen is left."""
    await desk.take(sent(1, lane="safety"), sent(2, "is it lost?", in_s=900))
    await anna.sees("when does it ship?")
    await anna.page.get_by_role("button", name="safety").click()
    await anna.press("j", "e")
    await anna.page.keyboard.type("Anna's words")
    await anna.sees("Yours until")
    await anna.page.get_by_role("button", name="Sign out").click()
    assert [] == await anna.page.evaluate("Object.keys(sessionStorage)")
    await anna.page.get_by_label("Your token").fill(staffed[1][1])
    await anna.press("Enter")
    await anna.sees("ben, northwind")
    await expect(anna.page.get_by_role("button", name="All lanes")).to_have_attribute("aria-pressed", "true")
    await anna.sees("when does it ship?")
    await anna.press("j")

    await anna.sees("anna has it until")
    await expect(anna.page.locator(anna.reply)).to_have_value("")


async def test_another_person_signs_in_while_a_long_row_is_answered(
    desk: DeskProcess, anna: Person, staffed: tuple[object, list[str]]
) -> None:
    """A reply that needs several requests is Anna's to its end, and touches nothing that Ben has begun."""
    await desk.take(sent(1), sent(2))
    await anna.sees("2 viewers")
    is_ben = asyncio.Event()
    tokens: list[str] = []

    async def answer(route: Route) -> None:
        tokens.append((await route.request.header_value("Authorization") or "").removeprefix("Bearer "))
        if len(tokens) == 1:
            await is_ben.wait()
        await route.fulfill(json={"tickets": ["x"] * (1_000 if len(tokens) == 1 else 1)})

    await anna.page.route("**/reply", answer)
    await anna.press("j", "1")
    await anna.sees("Yours until")
    await anna.press("Control+Enter")
    await anna.sees("Sending")
    await anna.page.get_by_role("button", name="Sign out").click()
    await anna.page.get_by_label("Your token").fill(staffed[1][1])
    await anna.press("Enter")
    await anna.sees("ben, northwind")
    await anna.sees("2 viewers")
    await anna.press("j", "e")
    await anna.page.keyboard.type("Ben's words")
    is_ben.set()
    async with asyncio.timeout(15):
        while len(tokens) < 2:  # noqa: ASYNC110 - the page sends it
            await asyncio.sleep(0.05)
    await anna.press("Escape")
    await anna.page.wait_for_timeout(200)

    assert [anna.token] * 2 == tokens
    await expect(anna.page.locator(anna.reply)).to_have_value("Ben's words")
    assert 0 == await anna.page.get_by_text("Sent to").count()


async def test_proxy_asks_for_its_own_sign_in(desk: DeskProcess, anna: Person) -> None:
    """Its 401 says nothing of the desk's token: nobody is signed out."""
    await desk.take(sent(1))
    await anna.sees("when does it ship?")
    answers = [401, 403]

    async def refuse(route: Route) -> None:
        if answers:
            await route.fulfill(status=answers.pop(), body="<html>sign in</html>", content_type="text/html")
        else:
            await route.continue_()

    await anna.page.route("**/v1/tickets/*", refuse)
    await anna.press("j")

    await anna.sees("Suggested answers")
    assert [] == answers


@pytest.mark.parametrize(
    ("name", "fields", "words"),
    [
        ("ams-1", {"tenant": ""}, "This is the token of a PoP or of a wall"),
        ("", {}, "the desk does not know this token"),
    ],
    ids=["a PoP's", "unknown"],
)
async def test_token_that_is_none_of_a_person(
    desk: DeskProcess, anna: Person, name: str, fields: dict[str, str], words: str
) -> None:
    """It is refused in words that say what to do, and not kept."""
    token = await asyncio.to_thread(desk.token, name, **fields) if name else "\u0442\u043e\u043a\u0435\u043d\u202e"
    await desk.kill()
    await desk.start()
    await anna.page.get_by_role("button", name="Sign out").click()
    await anna.page.get_by_label("Your token").fill(token)
    await anna.press("Enter")

    await anna.sees(words)
    assert None is await anna.page.evaluate("sessionStorage.getItem('skerry-token')")
