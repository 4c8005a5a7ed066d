"""`edge.wire.http`: what kept a peer from answering, as a word for programs. Each peer is real."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from edge.errors import Cause, UnreachableError
from edge.host import trusted_authorities
from edge.wire.publisher import RepositoryClient
from tests.certificates import Authority

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def cause_at(session: aiohttp.ClientSession, url: str, *, timeout_s: float = 20.0) -> Cause:
    """Why a file cannot be fetched there."""
    with pytest.raises(UnreachableError) as caught:
        await RepositoryClient(session, url, timeout_s=timeout_s).fetch("metadata/timestamp.json", 1000)
    return caught.value.cause


@pytest.fixture
async def wary_session(tmp_path: Path) -> AsyncIterator[aiohttp.ClientSession]:
    """A session that trusts an authority of its own alone."""
    tls = await asyncio.to_thread(lambda: trusted_authorities(Authority(tmp_path / "ours").ca))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=tls)) as session:
        yield session


async def test_nobody_is_there(session: aiohttp.ClientSession, closed_address: str) -> None:
    """The port is closed, or the name means no machine."""
    found = [await cause_at(session, url) for url in (closed_address, "http://publisher.invalid")]

    assert [Cause.CONNECTION_REFUSED, Cause.NAME_UNKNOWN] == found


async def test_somebody_else_is_there(
    session: aiohttp.ClientSession,
    serve: Callable[[Handler], Awaitable[str]],
    serve_raw: Callable[[Talk], Awaitable[str]],
) -> None:
    """A peer that refuses our token, one that fails, one that speaks another language, and one that hangs up."""

    async def refuses(_: web.Request) -> web.StreamResponse:
        return web.Response(status=401)

    async def fails(_: web.Request) -> web.StreamResponse:
        return web.Response(status=500)

    async def page(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>", content_type="text/html")

    async def mumbles(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")

    async def hangs_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    urls = [await serve(handler) for handler in (refuses, fails, page)]
    urls += [await serve_raw(talk) for talk in (mumbles, hangs_up)]

    found = [await cause_at(session, url) for url in urls]

    assert [Cause.TOKEN_REFUSED, Cause.STATUS, Cause.STRANGE_ANSWER, Cause.STRANGE_ANSWER, Cause.HUNG_UP] == found


async def test_nobody_speaks(session: aiohttp.ClientSession, serve_raw: Callable[[Talk], Awaitable[str]]) -> None:
    """The connection is open, and nothing comes."""

    async def is_silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    assert await cause_at(session, await serve_raw(is_silent), timeout_s=0.05) is Cause.SILENT


async def test_certificate_of_another_authority(wary_session: aiohttp.ClientSession, tmp_path: Path) -> None:
    """The peer's certificate was signed by an authority that we do not trust."""
    certificate, key = await asyncio.to_thread(lambda: Authority(tmp_path / "theirs").issue("publisher"))
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate, key)

    async def never(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0, ssl=tls)
    async with server:
        port = server.sockets[0].getsockname()[1]

        assert await cause_at(wary_session, f"https://127.0.0.1:{port}") is Cause.CERTIFICATE
