"""A desk with a PoP that sends tickets, and people who open its page in Chromium."""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

from edge.cli.demo import SKERRY
from edge.host import utc_now
from tests.browser.conftest import CHROMIUM_ARGUMENTS, chromium
from tests.desk.desk import new_token, running, ticket, tid
from tests.waiting import until

START_TIMEOUT_S = 40
LOOK_S, TICK_S = 2.0, 1.0
expect.set_options(timeout=15_000)
_READY = re.compile(rb"desk ready on (http://127\.0\.0\.1:(\d+))")
_SILENT = ("net::ERR_", "401", "403", "404", "409", "502", "503")
"""What Chromium itself says of requests that fail, which a test may want."""

SHIPPING = "Orders ship within **3 days**. You get a mail with a tracking number."
RETURNS = "You can send it back within 30 days."


def candidate(snippet: str, answer: str, confidence: float = 0.61, **fields: Any) -> dict[str, Any]:
    """A likely snippet as a PoP sends it."""
    provenance = {
        "island": "northwind/drop", "revision": 3, "snippet": snippet, "approved_by": "Kim Vance",
        "approved_at": "2026-08-30T10:00:00Z", "key_id": "k",
    }  # fmt: skip
    shown = {
        "confidence": confidence,
        "nearest_example": f"about {snippet}",
        "similarity": 0.8,
        "provenance": provenance,
    }
    return shown | {"automation": "review", "answer": answer} | fields


CANDIDATES = (
    candidate("shipping-time", SHIPPING, script="Look into the order first."),
    candidate("returns", RETURNS, 0.2),
)


def sent(number: int = 1, text: str = "when does it ship?", *, in_s: float = 300, **fields: Any) -> dict[str, Any]:
    """A ticket that was made now, with a deadline in some seconds."""
    now = utc_now()
    made = ticket(number, text, created=now, deadline=now + timedelta(seconds=in_s), candidates=CANDIDATES)
    return made | fields


class TestedDesk:
    """A running desk with a PoP that sends tickets, as tests use it."""

    __test__ = False

    def __init__(self, home: Path, http: aiohttp.ClientSession) -> None:
        self.home, self.http = home, http
        self.url, self.pop_token = "", ""

    def token(self, name: str, **fields: Any) -> str:
        """A new token of an agent of the tenant northwind. The desk hears of it at the next start or look."""
        return new_token(self.home, name, **({"tenant": "northwind"} | fields))

    async def merge(self, *sessions: tuple[str, str], why: str) -> None:
        """The PoP says that sessions are of one person."""
        named = [{"island": island, "session": session} for island, session in sessions]
        headers = {"Authorization": f"Bearer {self.pop_token}", "Idempotency-Key": "m-1.merge"}
        message = {"id": "m-1.merge", "created": utc_now(), "pop": "fra-1", "tenant": "northwind", "merge": "m-1"}
        data = msgspec.json.encode(message | {"sessions": named, "why": why})
        async with self.http.post(f"{self.url}/v1/tickets", data=data, headers=headers) as reply:
            assert 200 == reply.status, await reply.text()

    async def take(self, *tickets: dict[str, Any]) -> None:
        """The PoP sends tickets."""
        headers = {"Authorization": f"Bearer {self.pop_token}"}
        for one in tickets:
            async with self.http.post(
                f"{self.url}/v1/tickets", data=msgspec.json.encode(one), headers=headers
            ) as reply:
                assert 201 == reply.status, await reply.text()

    async def post_figures(self, document: dict[str, Any]) -> None:
        """The PoP posts its figures."""
        headers = {"Authorization": f"Bearer {self.pop_token}"}
        body = msgspec.json.encode({"at": utc_now()} | document)
        async with self.http.post(f"{self.url}/v1/pops/fra-1/status", data=body, headers=headers) as reply:
            assert 204 == reply.status, await reply.text()

    async def about(self, token: str, number: int = 1) -> dict[str, Any]:
        """What an agent's token shows of a ticket."""
        headers = {"Authorization": f"Bearer {token}"}
        async with self.http.get(f"{self.url}/v1/tickets/{tid(number)}", headers=headers) as reply:
            found: dict[str, Any] = msgspec.json.decode(await reply.read())
            return found

    async def until(self, token: str, state: str, number: int = 1) -> dict[str, Any]:
        """The ticket once it is in this state."""

        async def is_so() -> bool:
            return bool((await self.about(token, number))["state"] == state)

        await until(is_so, f"ticket {number} is {state}")
        return await self.about(token, number)


class DeskProcess(TestedDesk):
    """A desk as a process of its own, which can be killed and started again on its port."""

    def __init__(self, home: Path, http: aiohttp.ClientSession) -> None:
        super().__init__(home, http)
        self._port = "0"
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Run it until it is ready."""
        command = (*SKERRY, "desk", "serve", "--home", str(self.home), "--port", self._port)
        self._process = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
        )
        assert self._process.stdout is not None
        async with asyncio.timeout(START_TIMEOUT_S):
            while (ready := _READY.search(line := await self._process.stdout.readline())) is None:
                assert line, "the desk ended before it was ready"
        self.url, self._port = ready[1].decode(), ready[2].decode()

    async def kill(self) -> None:
        """SIGKILL. Nothing if it does not run."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
            await self._process.wait()


@contextlib.asynccontextmanager
async def desk_process(home: Path, *names: str) -> AsyncIterator[tuple[DeskProcess, list[str]]]:
    """A desk as a process, with tokens of these agents."""
    async with _http() as http:
        desk = DeskProcess(home, http)
        tokens = await _tokens(desk, names)
        await desk.start()
        try:
            yield desk, tokens
        finally:
            await desk.kill()


@contextlib.asynccontextmanager
async def served_desk(home: Path, *names: str) -> AsyncIterator[tuple[TestedDesk, list[str]]]:
    """A desk in this process, which starts in no time, with tokens of these agents."""
    async with _http() as http:
        desk = TestedDesk(home, http)
        tokens = await _tokens(desk, names)
        async with running(home, now=utc_now, look_s=LOOK_S, tick_s=TICK_S) as served:
            desk.url = served.url
            yield desk, tokens


def _http() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True))


async def _tokens(desk: TestedDesk, names: Sequence[str]) -> list[str]:
    desk.pop_token = await asyncio.to_thread(new_token, desk.home, "fra-1")
    return [await asyncio.to_thread(desk.token, name) for name in names]


@contextlib.asynccontextmanager
async def chromium_browser() -> AsyncIterator[Browser]:
    """Chromium without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class Person:
    """Somebody with the page open. `complaints` holds errors of the page, and what its policy refused."""

    def __init__(self, page: Page, desk: TestedDesk, token: str) -> None:
        self.page, self.desk, self.token = page, desk, token
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(word in message.text for word in _SILENT):
            self.complaints.append(message.text)

    async def open(self, query: str = "") -> None:
        """Open the page, and sign in by the keyboard."""
        await self.page.goto(f"{self.desk.url}/{query}")
        await self.page.get_by_label("Your token").fill(self.token)
        await self.page.keyboard.press("Enter")
        await expect(self.page.get_by_role("button", name="Sign out")).to_be_visible()

    async def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def sees(self, text: str) -> None:
        """Wait until this text is on the page."""
        await expect(self.page.get_by_text(text, exact=False).first).to_be_visible()

    @property
    def reply(self) -> str:
        """Selector of the field of the reply."""
        return "skerry-reply textarea"

    def row(self, text: str) -> Any:
        """The row with this question."""
        return self.page.get_by_role("option", name=re.compile(re.escape(text)))


NewPerson = Callable[..., Awaitable[Person]]


@contextlib.asynccontextmanager
async def people(browser: Browser, desk: TestedDesk) -> AsyncIterator[NewPerson]:
    """Opens pages for people, each in a profile of its own; in the end no page may have complained."""
    opened: list[Person] = []

    async def new(token: str, *, query: str = "", **options: Any) -> Person:
        context = await browser.new_context(**({"viewport": {"width": 1280, "height": 800}} | options))
        context.set_default_timeout(15_000)
        person = Person(await context.new_page(), desk, token)
        opened.append(person)
        await person.open(query)
        return person

    try:
        yield new
        assert [] == [complaint for person in opened for complaint in person.complaints]
    finally:
        for person in opened:
            await person.page.context.close()
