import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import RefusedError, UnreachableError
from edge.wire.desks import OriginClient, OriginGoneError
from edge.wire.http.retry_after import MAX_RETRY_AFTER_S, retry_after_s

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Handler], Awaitable[str]]
ServeRaw = Callable[[Talk], Awaitable[str]]

NOW = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


def client(session: aiohttp.ClientSession, url: str, timeout_s: float = 5.0) -> OriginClient:
    """A client with time enough."""
    return OriginClient(session, f"{url}/tickets", timeout_s=timeout_s)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_ticket_is_taken(session: aiohttp.ClientSession, serve: Serve, status: int) -> None:
    """Origin gets the bytes, what they are, and the key that makes a repetition harmless."""
    taken: list[tuple[str, str, str, str, bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        headers = request.headers
        body = await request.read()
        taken.append((request.method, request.path, headers["Content-Type"], headers["Idempotency-Key"], body))
        return web.Response(status=status)

    await client(session, await serve(handler)).deliver("01J-ticket", b'{"text":"\xc3\xbc"}')

    assert taken == [("POST", "/tickets", "application/json", "01J-ticket", b'{"text":"\xc3\xbc"}')]


REFUSALS = {
    "busy, with a pause in seconds": (503, {"Retry-After": "120"}, 120.0),
    "limited, with a pause until a date": (
        429,
        {"Retry-After": "Tue, 01 Sep 2026 12:00:30 GMT", "Date": "Tue, 01 Sep 2026 12:00:00 GMT"},
        30.0,
    ),
    "busy, without a pause": (503, {}, None),
    "busy, with a pause nobody can read": (503, {"Retry-After": "soon"}, None),
    "busy, with a pause of a year": (503, {"Retry-After": "31536000"}, 3600.0),
    "a redirect": (307, {"Location": "/tickets/v2"}, None),
    "not there": (404, {}, None),
}


@pytest.mark.parametrize(("status", "headers", "expected"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_ticket_is_not_taken(
    session: aiohttp.ClientSession, serve: Serve, status: int, headers: dict[str, str], expected: float | None
) -> None:
    """A response other than 2xx raises UnreachableError, so that the ticket stays in the outbox."""
    posts: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        posts.append(request.path)
        return web.Response(status=status, headers=headers)

    url = await serve(handler)

    with pytest.raises(UnreachableError) as caught:
        await client(session, url).deliver("t1", b"{}")
    assert caught.value.text == f"{url}/tickets answered ticket t1 with status {status}, expected 2xx"
    assert expected == caught.value.retry_after_s
    assert posts == ["/tickets"]


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_ticket_that_origin_never_takes(session: aiohttp.ClientSession, serve: Serve, status: int) -> None:
    """Another one may be fine: this says nothing against origin."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status)

    url = await serve(handler)

    with pytest.raises(RefusedError) as caught:
        await client(session, url).deliver("t1", b"{}")
    assert caught.value.text == f"{url}/tickets answered ticket t1 with status {status}, expected 2xx"


async def test_origin_that_is_gone(session: aiohttp.ClientSession, serve: Serve) -> None:
    """It wants no ticket at all."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=410)

    url = await serve(handler)

    with pytest.raises(OriginGoneError, match=f"^{url}/tickets answered ticket t1 with status 410: it wants nothing"):
        await client(session, url).deliver("t1", b"{}")


async def test_page_of_somebody_else_is_no_receipt(session: aiohttp.ClientSession, serve: Serve) -> None:
    """A sign-in page answers 200 to everything; the ticket is still ours."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(text="<h1>Welcome to Hotel Wi-Fi</h1>", content_type="text/html")

    url = await serve(handler)

    with pytest.raises(UnreachableError) as caught:
        await client(session, url).deliver("t1", b"{}")
    assert caught.value.text == (
        f"{url}/tickets answered ticket t1 with a web page, expected its own word: somebody else answers there"
    )


async def test_date_is_compared_with_our_clock_when_origin_tells_none(
    session: aiohttp.ClientSession, serve_raw: ServeRaw
) -> None:
    """A moment long past means now."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 x\r\nRetry-After: Tue, 01 Sep 2020 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n")

    with pytest.raises(UnreachableError) as caught:
        await client(session, await serve_raw(talk)).deliver("t1", b"{}")
    assert caught.value.retry_after_s == 0.0


async def test_origin_that_hangs(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """It may have taken the ticket; it will be asked again."""

    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url}/tickets did not answer within 0.05 s$") as caught:
        await client(session, url, timeout_s=0.05).deliver("t1", b"{}")
    assert caught.value.retry_after_s is None


async def test_origin_that_hangs_up(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """Without an answer nothing is taken."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url}/tickets could not be reached: .+"):
        await client(session, url).deliver("t1", b"{}")


async def test_origin_that_speaks_no_http(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """Neither the token in its address nor what it said is repeated: this text is logged and kept."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"the viewer said pelargonium\r\n\r\n")
        await writer.drain()

    url = await serve_raw(talk)
    with pytest.raises(UnreachableError) as caught:
        await OriginClient(session, url + "/?token=sesame", timeout_s=5.0).deliver("id", b"{}")
    assert f"{url}/ could not be reached: the answer is not HTTP" == caught.value.text


async def test_origin_that_is_not_there(session: aiohttp.ClientSession, closed_address: str) -> None:
    """Nobody listens."""
    with pytest.raises(UnreachableError, match=f"^{closed_address}/tickets could not be reached: .*[Cc]onnect"):
        await client(session, closed_address).deliver("t1", b"{}")


async def test_answer_without_end_is_not_read(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """The status is all that counts."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 202 Accepted\r\n\r\nendless")
        await reader.read()

    await client(session, await serve_raw(talk)).deliver("t1", b"{}")


PAUSES = {
    "seconds": ("120", 120.0),
    "with spaces": (" 7 ", 7.0),
    "none": ("0", 0.0),
    "a date ahead": ("Tue, 01 Sep 2026 12:01:00 GMT", 60.0),
    "a date behind": ("Tue, 01 Sep 2026 11:00:00 GMT", 0.0),
    "a date without a zone": ("Tue, 01 Sep 2026 12:01:00 -0000", 60.0),
    "a date in the old form": ("Tuesday, 01-Sep-26 12:01:00 GMT", 60.0),
    "seconds beyond an hour": ("3601", MAX_RETRY_AFTER_S),
    "seconds beyond any number": ("9" * 5000, MAX_RETRY_AFTER_S),
    "a date beyond an hour": ("Wed, 01 Sep 2027 12:00:00 GMT", MAX_RETRY_AFTER_S),
    "a fraction": ("1.5", None),
    "below nothing": ("-5", None),
    "digits of another script": ("١٢", None),
    "words": ("soon", None),
    "nothing": ("", None),
    "a date that never was": ("Tue, 31 Feb 2026 12:00:00 GMT", None),
}


@pytest.mark.parametrize(("value", "expected"), PAUSES.values(), ids=PAUSES.keys())
def test_retry_after(value: str, expected: float | None) -> None:
    """Both forms of RFC 9110, and what people send instead."""
    assert expected == retry_after_s(value, now=NOW)


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]\d+"))
def test_retry_after_of_junk(value: str) -> None:
    """Never raises, never leaves its bounds."""
    found = retry_after_s(value, now=NOW)

    assert found is None or 0.0 <= found <= MAX_RETRY_AFTER_S
