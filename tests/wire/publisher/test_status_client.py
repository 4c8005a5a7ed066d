"""Posting a status to the publisher."""

import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from edge.errors import Cause, Reason, RefusedError, UnreachableError
from edge.wire.publisher import StatusClient

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Handler], Awaitable[str]]
ServeRaw = Callable[[Talk], Awaitable[str]]


def client(session: aiohttp.ClientSession, url: str, timeout_s: float = 5.0) -> StatusClient:
    """A client of the PoP `ams`."""
    return StatusClient(session, url, pop="ams", public=b"\1" * 32, timeout_s=timeout_s)


async def test_status_is_accepted(session: aiohttp.ClientSession, serve: Serve) -> None:
    """The publisher gets the signed bytes, with the PoP, its key and the signature in headers."""
    posts: list[tuple[str, str, str, str, str, bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        named = (request.headers[f"Skerry-Pop{suffix}"] for suffix in ("", "-Key", "-Signature"))
        posts.append((request.method, request.path, *named, await request.read()))  # type: ignore[arg-type]
        return web.Response(status=204)

    await client(session, await serve(handler)).post(b"{}", signature=b"\2" * 64)

    assert [("POST", "/v1/fleet/status", "ams", "01" * 32, "02" * 64, b"{}")] == posts


async def test_refusal_has_the_publishers_words(session: aiohttp.ClientSession, serve: Serve) -> None:
    """They are cut, and control characters are replaced, so that they are safe to log."""

    async def handler(_: web.Request) -> web.Response:
        problem = {"title": "t", "status": 403, "detail": "not\nknown\x1b" + "x" * 1000, "reason": "pop_unknown"}
        return web.json_response(problem, status=403)

    url = await serve(handler)

    with pytest.raises(RefusedError) as caught:
        await client(session, url).post(b"{}", signature=b"")
    assert Reason.POP_UNKNOWN is caught.value.reason
    assert f"{url}/v1/fleet/status answered with status 403: not\\u000aknown\\u001b{'x' * 390}" == caught.value.text


ANSWERS = {
    "not there": (404, "<html>", RefusedError),
    "a refusal in HTML": (403, "<html>", RefusedError),
    "a refusal that is not UTF-8": (403, b'{"title": "t", "status": 403, "detail": "\xff"}', RefusedError),
    "a redirect": (307, "", UnreachableError),
    "broken": (500, "", UnreachableError),
    "busy": (503, "", UnreachableError),
    "a page": (200, "<html>", UnreachableError),
    "a forward proxy that asks for a login": (407, "<html>", UnreachableError),
}


@pytest.mark.parametrize("case", ANSWERS)
async def test_other_answers(session: aiohttp.ClientSession, serve: Serve, case: str) -> None:
    """Only 204 means that the publisher has the status."""
    status, body, error = ANSWERS[case]
    posts: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        posts.append(request.path)
        return web.Response(status=status, body=body, headers={"Location": "/elsewhere"})

    url = await serve(handler)

    with pytest.raises(error, match=f"^{url}/v1/fleet/status answered with status {status}, expected 204$") as caught:
        await client(session, url).post(b"{}", signature=b"")
    assert ["/v1/fleet/status"] == posts
    causes = {407: Cause.PROXY} | dict.fromkeys((200, 307, 500, 503), Cause.STATUS)
    assert causes.get(status, Cause.UNNAMED) is getattr(caught.value, "cause", Cause.UNNAMED)


async def test_endless_refusal_is_not_read_whole(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """Only the first kilobytes are read."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 403 x\r\n\r\n" + b"x" * 100_000)
        await reader.read()

    with pytest.raises(RefusedError, match=r"answered with status 403, expected 204$"):
        await client(session, await serve_raw(talk)).post(b"{}", signature=b"")


async def test_publisher_that_hangs(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """The post fails in time; the next one has the newer status."""

    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    with pytest.raises(UnreachableError, match=r"/v1/fleet/status did not answer within 0.05 s$"):
        await client(session, await serve_raw(talk), timeout_s=0.05).post(b"{}", signature=b"")


async def test_publisher_is_not_there(session: aiohttp.ClientSession, closed_address: str) -> None:
    """No server listens at the address."""
    with pytest.raises(UnreachableError, match=f"^{closed_address}/v1/fleet/status could not be reached: "):
        await client(session, closed_address).post(b"{}", signature=b"")
