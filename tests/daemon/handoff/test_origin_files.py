"""Secrets of origins that are replaced while a PoP runs: the next delivery has the new ones."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.daemon.handoff import OriginSessions, make_origins, read_origin_files
from edge.errors import UnreachableError
from edge.host import ignore
from edge.host.watched import FileWatch
from edge.wire.desks import read_secret
from edge.wire.desks.standard_webhooks import verify
from tests.daemon.conftest import pop_config
from tests.waiting import until_true
from tests.wire.desks.test_desks import TICKET

OLD, NEW = "whsec_b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk", "whsec_bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3"
KINDS: dict[str, dict[str, Any]] = {
    "webhook": {"secret_files": ["secret"]},
    "zammad": {"token_file": "secret", "group": "g", "customer": "c@example.org"},
    "chatwoot": {"token_file": "secret", "account": 1, "inbox": 1},
}


class Desk:
    """A desk that answers nothing useful, and notes which secret it was shown."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def take(self, request: web.Request) -> web.Response:
        """Note the secret of one request."""
        body = await request.read()
        self.shown.append(next(name for name, secret in (("old", OLD), ("new", NEW)) if _has(request, body, secret)))
        await self.go_on.wait()
        return web.Response(status=500)


def _has(request: web.Request, body: bytes, secret: str) -> bool:
    if "webhook-signature" not in request.headers:
        return any(secret in value for value in request.headers.values())
    try:
        verify([read_secret(secret)], request.headers, body, now=time.time())
    except Exception:  # noqa: BLE001 - the other secret
        return False
    return True


@asynccontextmanager
async def running_desk() -> AsyncIterator[tuple[Desk, str]]:
    """A desk that listens, and its URL."""
    desk, app = Desk(), web.Application()
    app.router.add_route("*", "/{path:.*}", desk.take)
    async with TestServer(app) as server:
        yield desk, str(server.make_url("/"))


@pytest.mark.parametrize("kind", KINDS)
async def test_secret_that_is_replaced(tmp_path: Path, kind: str) -> None:
    """A delivery that is under way ends with the old one; the next has the new one. A bad file changes nothing."""
    path = tmp_path / "secret"

    def write(text: str) -> None:
        path.write_text(text)
        path.chmod(0o600)

    await asyncio.to_thread(write, OLD)
    async with running_desk() as (desk, url), aiohttp.ClientSession() as session:
        section = {"url": url, "kind": kind, **KINDS[kind]}
        config = pop_config(tmp_path, publisher_url="http://x", origin_url="", origin=section)
        files = await asyncio.to_thread(read_origin_files, config)
        origin = make_origins(config, files, OriginSessions(session), on_delivered=ignore)[""]
        watch = FileWatch(files[""].watched)

        async def deliver() -> None:
            with pytest.raises(UnreachableError):
                await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))

        desk.go_on.clear()
        under_way = asyncio.create_task(deliver())
        await until_true(lambda: bool(desk.shown), "a delivery under way")
        await asyncio.to_thread(write, NEW)
        await watch.look_at_all()
        desk.go_on.set()
        await under_way
        await deliver()
        await asyncio.to_thread(write, "two words")
        await watch.look_at_all()
        await deliver()

    assert ["old", "new", "new"] == desk.shown


class Noting(OriginSessions):
    """Notes the sessions that were asked for."""

    def __init__(self, directly: aiohttp.ClientSession) -> None:
        super().__init__(directly)
        self.given: list[aiohttp.ClientSession] = []

    def through(self, proxy: str | None) -> aiohttp.ClientSession:
        """As `OriginSessions.through`."""
        session = super().through(proxy)
        self.given.append(session)
        return session

    @property
    def are_closed(self) -> list[bool]:
        """For each of them."""
        return [session.closed for session in self.given]


async def test_session_of_an_old_proxy_login(tmp_path: Path) -> None:
    """It ends with its last delivery, and one that is under way goes on."""
    path, go_on, heads = tmp_path / "login", asyncio.Event(), list[bytes]()

    def write(text: str) -> None:
        path.write_text(text)
        path.chmod(0o600)

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        await go_on.wait()
        writer.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    await asyncio.to_thread(write, "ops:old")
    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy, aiohttp.ClientSession() as session:
        port = proxy.sockets[0].getsockname()[1]
        section = {"url": "https://desk.test", "proxy": f"http://127.0.0.1:{port}", "proxy_login_file": path.name}
        config = pop_config(tmp_path, publisher_url="http://x", origin_url="", origin=section)
        files, sessions = await asyncio.to_thread(read_origin_files, config), Noting(session)
        origin = make_origins(config, files, sessions, on_delivered=ignore)[""]

        async def deliver() -> None:
            with pytest.raises(UnreachableError):
                await origin.deliver(TICKET.id, msgspec.json.encode(TICKET))

        under_way = asyncio.create_task(deliver())
        await until_true(lambda: bool(heads), "a delivery under way")
        await asyncio.to_thread(write, "ops:new")
        await FileWatch(files[""].watched).look_at_all()
        before = sessions.are_closed
        go_on.set()
        await under_way
        after = sessions.are_closed
        await deliver()
        await sessions.close()

    assert ([False, False], [True, False], [True, True]) == (before, after, sessions.are_closed)
    assert 2 == len(heads)
