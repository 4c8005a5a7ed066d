"""A running desk, and callers with tokens."""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import msgspec

from edge.desk.access import TokenKind, issue_desk_token, tokens_path
from edge.desk.server import DeskServer
from edge.records import DeskEvent, LoadReport

NOON = datetime(2026, 9, 1, 12, 0, tzinfo=UTC)


class Clock:
    """The desk's clock, which a test moves."""

    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def __call__(self) -> datetime:
        """The time."""
        return self.at

    def seconds(self) -> float:
        """As Unix seconds."""
        return self.at.timestamp()

    def move(self, **span: float) -> None:
        """Move it by a span."""
        self.at += timedelta(**span)


def ticket(number: int = 1, text: str = "when does it ship?", **fields: Any) -> dict[str, Any]:
    """A ticket as a PoP writes it."""
    created = fields.pop("created", NOON)
    document: dict[str, Any] = {
        "id": f"00000000-0000-4000-8000-{number:012}",
        "created": created,
        "deadline": created + timedelta(minutes=5),
        "pop": "fra-1",
        "island": "northwind/drop",
        "revision": 3,
        "text": text,
        "reason": "low_confidence",
        "lane": "support",
    }
    return document | fields


def body(number: int = 1, text: str = "when does it ship?", **fields: Any) -> bytes:
    """The same as bytes."""
    return msgspec.json.encode(ticket(number, text, **fields))


def tid(number: int) -> str:
    """Id of the ticket with this number."""
    return str(ticket(number)["id"])


def new_token(home: Path, name: str, *, tenant: str = "", lane: str = "", expires: datetime | None = None) -> str:
    """A token of an agent if there is a tenant, and otherwise of a PoP."""
    home.mkdir(parents=True, exist_ok=True)
    kind = TokenKind.AGENT if tenant else TokenKind.POP
    return issue_desk_token(
        tokens_path(home), kind=kind, name=name, tenant=tenant, lane=lane, expires=expires, now=NOON
    )


async def token_of(home: Path, name: str, **fields: Any) -> str:
    """As `new_token`, from a coroutine."""
    return await asyncio.to_thread(lambda: new_token(home, name, **fields))


class FullDisk(sqlite3.Connection):
    """A disk that has no room as long as the test says so."""

    is_full = False

    def execute(self, sql: str, *arguments: Any) -> sqlite3.Cursor:
        """Run a statement; on a full disk a write and a commit fail after they began."""
        if FullDisk.is_full and sql.startswith(("INSERT INTO audit", "UPDATE pops", "COMMIT")):
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        return super().execute(sql, *arguments)


class Caller:
    """Somebody with a token."""

    def __init__(self, url: str, token: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session
        self.headers = {"Authorization": f"Bearer {token}"}

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        """Status and document."""
        async with self.session.get(self.url + path, headers=self.headers | headers) as response:
            return response.status, msgspec.json.decode(await response.read())

    async def post(self, path: str, document: Any = None, **headers: str) -> tuple[int, Any]:
        """Status and document; bytes are sent as they are."""
        sent = document if isinstance(document, bytes) else b"" if document is None else msgspec.json.encode(document)
        async with self.session.post(self.url + path, data=sent, headers=self.headers | headers) as response:
            answer = await response.read()
            return response.status, msgspec.json.decode(answer) if answer else None

    async def events(self, after: int = 0, pop: str = "fra-1") -> tuple[list[DeskEvent], int]:
        """The PoP's events as one document, and its `last`."""
        headers = {"Accept": "application/json", "Last-Event-ID": str(after)}
        status, page = await self.get(f"/v1/pops/{pop}/events", **headers)
        assert 200 == status, page
        data = [event["data"] for event in page["events"] if event["type"] == "ticket"]
        return [msgspec.convert(one, DeskEvent) for one in data], page["last"]

    @contextlib.asynccontextmanager
    async def stream(self, path: str, after: int | None = None) -> AsyncIterator["Stream"]:
        """An open event stream."""
        headers = self.headers | ({"Last-Event-ID": str(after)} if after is not None else {})
        async with self.session.get(self.url + path, headers=headers) as response:
            assert 200 == response.status, await response.text()
            yield Stream(response)


class Stream:
    """Reads events."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response

    async def next(self) -> dict[str, str]:
        """The next event's fields, or `{"": "heartbeat"}` for a comment. Raises `EOFError` at the end."""
        fields: dict[str, str] = {}
        async with asyncio.timeout(20):
            while line := await self._response.content.readline():
                name, _, value = line.decode().rstrip("\n").partition(":")
                if line == b"\n":
                    return fields
                fields[name] = value.strip()
        raise EOFError

    async def of(self, kind: str) -> dict[str, str]:
        """The next event of this kind."""
        while (fields := await self.next()).get("event") != kind:
            pass
        return fields

    async def end(self) -> None:
        """Read until the end."""
        with contextlib.suppress(EOFError):
            while True:
                await self.next()

    async def load(self) -> LoadReport:
        """The next load."""
        return msgspec.json.decode((await self.of("load"))["data"], type=LoadReport)


class RunningDesk:
    """A desk that answers at `url`, with a PoP and an agent."""

    def __init__(self, home: Path, url: str, server: DeskServer, session: aiohttp.ClientSession) -> None:
        self.home, self.url, self.server, self.session = home, url, server, session

    def caller(self, token: str) -> Caller:
        """A caller with this token."""
        return Caller(self.url, token, self.session)

    async def reload(self) -> None:
        """Let the desk read its tokens again."""
        await self.server._files.look_at_all()

    async def new_wall(self, name: str, *, tenant: str) -> Caller:
        """A caller with a wall's new token, known to the desk."""
        path = tokens_path(self.home)
        token = await asyncio.to_thread(
            lambda: issue_desk_token(path, kind=TokenKind.WALL, name=name, tenant=tenant, now=NOON)
        )
        await self.reload()
        return self.caller(token)

    async def new(self, name: str, **fields: Any) -> Caller:
        """A caller with a new token, known to the desk."""
        token = await token_of(self.home, name, **fields)
        await self.reload()
        return self.caller(token)


@contextlib.asynccontextmanager
async def running(home: Path, **settings: Any) -> AsyncIterator[RunningDesk]:
    """Run a desk during the block."""
    arguments: dict[str, Any] = {"host": "127.0.0.1", "port": 0, "tick_s": 0.05, "look_s": 60.0}
    server = await asyncio.to_thread(lambda: DeskServer(home=home, **(arguments | settings)))
    ready: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    run = asyncio.create_task(server.run(on_ready=ready.set_result))
    run.add_done_callback(lambda _: ready.cancel())
    try:
        await asyncio.wait({ready})
        if ready.cancelled():
            await run
        # A connection for each request: one whose stream has ended may be closing.
        connector = aiohttp.TCPConnector(force_close=True)
        async with aiohttp.ClientSession(connector=connector) as session:
            yield RunningDesk(home, await ready, server, session)
    finally:
        server.request_stop()
        await asyncio.wait({run})
    await run
