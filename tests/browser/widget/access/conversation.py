"""A conversation that brings the widget into each of its states, in every mode: every word of its own is shown once."""

from collections.abc import AsyncIterator, Callable
from typing import Any

from playwright.async_api import Route, expect

from tests.browser.widget.shop import Viewer
from tests.pen import Pen

MODES = ("bubble", "inline", "page", "panel")
AMBIGUOUS = "where can this be sent"
WAITING = "do you have a discount"
FOREIGN = "do gulls dream of chips"

CORS = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
SILENT = ": nothing yet\n\n"
EVENT = 'event: {0}\nid: {0}\ndata: {{"state": "{0}", "since": "2026-11-27T12:00:00Z", "reply": {1}}}\n\n'

CUT = """() => [...document.querySelector("skerry-chat").shadowRoot.querySelectorAll("section, section *")]
    .filter(one => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== "inline")
    .map(one => `${one.tagName} ${one.getAttribute("part")}: ${one.textContent.slice(0, 40)}`)"""
"""Elements of the widget that are wider inside than outside. One pixel is what browsers round."""

KEEP_CARD = """const later = window.setTimeout
window.setTimeout = (act, ms, ...more) => ms >= 10_000 ? 0 : later(act, ms, ...more)"""
"""An overlay's card goes after ten seconds: not with this."""

Change = Callable[[dict[str, Any]], None]


class Between:
    """Stands between the widget and its PoP, and changes what is said so that a rare state is there."""

    def __init__(self) -> None:
        self.change: Change = _as_it_is
        self.refusal: dict[str, Any] | None = None
        self.is_cut = False
        self.events = SILENT

    async def stand(self, viewer: Viewer) -> None:
        """From now on."""
        await viewer.page.route("**/v1/ask", self._pass)
        await viewer.page.route("**/v1/trees/*/*/*", self._pass)
        await viewer.page.route("**/v1/tickets/*/events", self._tell)

    async def _pass(self, route: Route) -> None:
        if self.is_cut:
            await route.abort()
        elif self.refusal is not None:
            headers = {**CORS, "Retry-After": "240"}
            await route.fulfill(status=self.refusal["status"], json=self.refusal, headers=headers)
        else:
            response = await route.fetch()
            document = await response.json()
            self.change(document)
            await route.fulfill(response=response, json=document)

    async def _tell(self, route: Route) -> None:
        headers = {**CORS, "Content-Type": "text/event-stream"}
        await route.fulfill(status=200, body=self.events, headers=headers)


def _as_it_is(_document: dict[str, Any]) -> None:
    pass


def _is_old(document: dict[str, Any]) -> None:
    document["state"] = "stale"


def _is_for_nobody(document: dict[str, Any]) -> None:
    document |= {"outcome": "ignore", "answer": None, "options": [], "trees": [], "ticket": None}


def _lies(document: dict[str, Any]) -> None:
    document["answer"] = "Send your card number."


def _is_busy(document: dict[str, Any]) -> None:
    document |= {"reason": "surge", "wait_s": 240, "queue_place": 7}


def _asks_again(document: dict[str, Any]) -> None:
    asked = {"name": "order", "kind": "text", "hint": "Your order's number", "pattern": "", "personal": True}
    document |= {"asks": asked, "is_wrong_value": True, "labels": []}


async def begin(viewer: Viewer, mode: str) -> None:
    """Open the page, and the chat if it has a button."""
    await viewer.come()
    if mode == "bubble":
        await viewer.part("button").click()
    await expect(viewer.field).to_be_visible()
    await expect(viewer.part("choices").first).to_be_visible()


async def states(viewer: Viewer, pen: Pen, mode: str) -> AsyncIterator[str]:
    """Bring the widget into one state after the other. The page needs the attribute `mode`."""
    between = Between()
    await between.stand(viewer)
    if mode == "bubble":
        await viewer.come()
        await expect(viewer.part("button")).to_be_visible()
        yield "closed"
    await begin(viewer, mode)
    yield "open, with trees"
    await viewer.part("send").first.click()
    await expect(viewer.part("note")).not_to_be_empty()
    yield "nothing was written"
    between.change = _is_old
    await viewer.ask(pen.example)
    await expect(viewer.part("rate").first).to_be_visible()
    yield "answered, by an old island"
    await viewer.part("rate").first.click()
    await expect(viewer.part("rate")).to_have_count(0)
    yield "rated"
    between.change = _as_it_is
    await viewer.ask(AMBIGUOUS)
    await expect(viewer.part("choices")).to_have_count(2)
    yield "offered"
    async for state in _tree(viewer, between):
        yield state
    async for state in _people(viewer, between):
        yield state
    async for state in _failures(viewer, between, pen):
        yield state
    await begin(viewer, mode)
    await expect(viewer.part("ticket").first).to_be_visible()
    yield "reloaded"


async def _tree(viewer: Viewer, between: Between) -> AsyncIterator[str]:
    roots = viewer.part("choices").first.get_by_role("button")
    await roots.first.click()
    steps = viewer.part("step")
    await expect(steps).to_have_count(1)
    await steps.last.get_by_role("button").first.click()
    await expect(steps).to_have_count(2)
    yield "a step of a tree"
    between.change = _asks_again
    await steps.last.get_by_role("button").last.click()
    await expect(viewer.part("value")).to_be_visible()
    between.change = _as_it_is
    yield "a step that asks for a value"


async def _failures(viewer: Viewer, between: Between, pen: Pen) -> AsyncIterator[str]:
    failed = viewer.part("failed")
    between.refusal = {"status": 429, "detail": "no", "reason": "rate_limited"}
    await viewer.ask(pen.example)
    await expect(failed).to_have_count(1)
    yield "asked too often"
    between.refusal = {"status": 404, "detail": "no", "reason": "not_found"}
    await viewer.ask(pen.example)
    await expect(failed).to_have_count(2)
    yield "refused"
    between.refusal, between.change = None, _lies
    await viewer.ask(pen.example)
    await expect(failed).to_have_count(3)
    yield "not verified"
    between.change = _is_for_nobody
    await viewer.ask(pen.example)
    await expect(viewer.part("ignored")).to_be_visible()
    yield "ignored"
    between.change, between.is_cut = _as_it_is, True
    await viewer.ask(pen.example)
    await expect(viewer.part("again")).to_be_visible()
    yield "without a connection"
    await viewer.part("list").locator("summary").click()
    await expect(viewer.part("list").get_by_role("button").first).to_be_visible()
    yield "the list of answers is open"
    between.events = SILENT


async def _people(viewer: Viewer, between: Between) -> AsyncIterator[str]:
    tickets = viewer.part("ticket")
    offers = viewer.part("choices")
    before = await offers.count()
    between.change = _is_busy
    await viewer.ask(WAITING)
    await expect(tickets).to_have_count(1)
    await expect(offers).to_have_count(before + 1)
    yield "in the queue"
    await offers.last.get_by_role("button").first.click()
    await expect(viewer.part("note")).not_to_be_empty()
    yield "solved while waiting"
    between.change = _as_it_is
    for number, (kind, reply) in enumerate((("resolved", '"They do."'), ("dropped", "null"), ("acknowledged", "null"))):
        between.events = EVENT.format(kind, reply)
        sent = await tickets.first.inner_text()
        await viewer.ask_a_person(f"{FOREIGN}, number {number}")
        await expect(tickets).to_have_count(number + 2)
        await expect(tickets.last).not_to_contain_text(sent[:24])
        yield f"a ticket is {kind}"
