"""axe-core finds nothing in any state of the page: light, dark, forced colours, each direction, wide, dock, 400 %."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.desk.desk_page import NewPerson, Person, TestedDesk, sent
from tests.browser.desk.faces import installed

pytestmark = [
    pytest.mark.journey,
    pytest.mark.requires("npm"),
    pytest.mark.asyncio(loop_scope="module"),
]

COLOURS: dict[str, dict[str, str]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "forced": {"forced_colors": "active"},
}
ZOOMED = {"width": 320, "height": 256}
"""A window of 1280 by 1024 at 400 %."""

AXE = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] })
    return violations.map(one => `${one.id} at ${one.nodes[0].target}, ${one.nodes[0].failureSummary}`)
}"""


@pytest.fixture(scope="module")
def axe() -> str:
    """The script of axe-core, at the version of the lock."""
    return (installed() / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


async def violations(person: Person, axe: str) -> list[str]:
    """What axe finds now. It is put in by the debugger, so the page's policy need not let it in."""
    if not await person.page.evaluate("'axe' in window"):
        await person.page.evaluate(axe)
    found: list[str] = await person.page.evaluate(AXE)
    return found


async def states(person: Person, desk: TestedDesk) -> Any:
    """Bring the page into one state after the other."""
    page = person.page
    yield "empty"
    harm = {"kind": "safety", "lane": "safety", "harm": {"threat": 0.7}}
    turn = {"at": "2026-09-01T11:00:00Z", "text": "hello?", "outcome": "answer", "snippet": "hello", "reason": "exact"}
    path = [{"say": "What is it about?", "label": "My order"}]
    await desk.take(sent(1), sent(2), sent(3, "is it lost?", in_s=-60, transcript=[turn], path=path))
    await desk.take(sent(4, "somebody threatens me", in_s=30, context={"order_window": "today"}, **harm))
    await person.sees("2 viewers")
    yield "queue"
    await person.row("when does it ship?").click()
    await person.sees("Suggested answers")
    await page.get_by_role("button", name="Insert 1").click()
    await person.sees("Yours until")
    yield "reply"
    await page.get_by_role("button", name="Add as example").first.click()
    yield "draft"
    await page.get_by_role("button", name="Keep as a draft").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await person.press("Escape")
    await person.row("somebody threatens me").click()
    await person.sees("Take care")
    yield "harm"
    await person.press("?")
    yield "help"
    await page.get_by_role("button", name="Close").click()
    await person.press("Escape")
    await person.row("is it lost?").click()
    await page.get_by_text("About this ticket").click()
    yield "late, with everything open"
    for view in ("Drafts", "Unanswered"):
        await page.get_by_role("button", name=view, exact=True).click()
        yield view
    await page.get_by_role("button", name="Answered", exact=True).click()
    await person.sees("Nothing is answered")
    yield "answered"
    await page.get_by_role("button", name="Sign out").click()
    await page.get_by_label("Your token").fill("no-token")
    await person.press("Enter")
    await person.sees("does not know this token")
    yield "signed out"


@pytest.mark.parametrize(
    ("width", "colours", "direction"),
    [
        *((width, colours, way) for width in (1280, 400) for colours in COLOURS for way in ("ltr", "rtl")),
        (ZOOMED["width"], "light", "ltr"),
    ],
)
async def test_page_has_no_violation(
    staffed: tuple[TestedDesk, list[str]], new: NewPerson, axe: str, width: int, colours: str, direction: str
) -> None:
    """Every state of the page."""
    desk, tokens = staffed
    viewport = ZOOMED if width == ZOOMED["width"] else {"width": width, "height": 800}
    person = await new(tokens[0], viewport=viewport, **COLOURS[colours])
    await person.page.evaluate(f"localStorage.setItem('skerry-direction', '{direction}')")
    await person.page.reload()
    await expect(person.page.locator(f"html[dir={direction}]")).to_have_count(1)
    found = {state: await violations(person, axe) async for state in states(person, desk)}

    assert [] == sorted({f"{state}: {one}" for state, some in found.items() for one in some})
    assert 11 == len(found)


WIDER = """() => {
    const found = []
    const walk = root => {
        for (const one of root.querySelectorAll("*")) {
            if (one.shadowRoot) walk(one.shadowRoot)
            const { overflowX } = getComputedStyle(one)
            // Lanes in the dock are one line, which scrolls.
            if (one.localName === "nav" || one.clientWidth === 0 || !["auto", "scroll"].includes(overflowX)) continue
            const by = one.scrollWidth - one.clientWidth
            if (by > 1) found.push(`${one.localName} by ${by} px`)
        }
    }
    walk(document)
    return innerWidth < document.documentElement.scrollWidth ? [...found, "page"] : found
}"""


async def test_page_at_four_hundred_percent(staffed: tuple[TestedDesk, list[str]], new: NewPerson) -> None:
    """Nothing scrolls to the side in any state (WCAG 2.2, 1.4.10), and question and reply can be reached."""
    desk, tokens = staffed
    person = await new(tokens[0], viewport=ZOOMED)
    found = {state: await person.page.evaluate(WIDER) async for state in states(person, desk)}

    assert {} == {state: some for state, some in found.items() if some}
    await person.page.get_by_label("Your token").fill(tokens[0])
    await person.press("Enter")
    await person.row("when does it ship?").click()
    await person.press("1")
    await person.sees("Yours until")
    question = person.page.locator("skerry-ticket .question")
    await question.scroll_into_view_if_needed()
    box = await question.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= ZOOMED["height"] - box["height"]
    await person.page.locator("skerry-reply .send").scroll_into_view_if_needed()
    await person.page.get_by_role("button", name="Send", exact=False).first.click()
    await desk.until(tokens[0], "answered", 1)
