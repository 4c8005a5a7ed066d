import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import UnreachableError
from edge.wire.desks import OriginClient, OriginFaultError, OriginGoneError, PossibleRefusalError, StillAtWorkError
from edge.wire.http.retry_after import MAX_RETRY_AFTER_S, retry_after_s

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Handler], Awaitable[str]]
ServeRaw = Callable[[Talk], Awaitable[str]]

NOW = datetime(2026, 9, 1, 12, 0, 0, tzinfo=UTC)


def client(session: aiohttp.ClientSession, url: str, timeout_s: float = 5.0) -> OriginClient:
    """A client, by default with enough time."""
    return OriginClient(session, f"{url}/tickets", timeout_s=timeout_s)


@pytest.mark.parametrize("status", [200, 201, 202, 204])
async def test_ticket_is_accepted(session: aiohttp.ClientSession, serve: Serve, status: int) -> None:
    """Origin gets the bytes, their type and the idempotency key."""
    posts: list[tuple[str, str, str, str, bytes]] = []

    async def handler(request: web.Request) -> web.Response:
        headers = request.headers
        body = await request.read()
        posts.append((request.method, request.path, headers["Content-Type"], headers["Idempotency-Key"], body))
        return web.Response(status=status)

    await client(session, await serve(handler)).deliver("01J-ticket", b'{"text":"\xc3\xbc"}')

    assert posts == [("POST", "/tickets", "application/json", "01J-ticket", b'{"text":"\xc3\xbc"}')]


REFUSALS = {
    "busy, wait in seconds": (503, {"Retry-After": "120"}, 120.0),
    "limited, wait until a date": (
        429,
        {"Retry-After": "Tue, 01 Sep 2026 12:00:30 GMT", "Date": "Tue, 01 Sep 2026 12:00:00 GMT"},
        30.0,
    ),
    "busy, no wait given": (503, {}, None),
    "busy, unreadable wait": (503, {"Retry-After": "soon"}, None),
    "busy, wait of a year": (503, {"Retry-After": "31536000"}, 3600.0),
    "a redirect": (307, {"Location": "/tickets/v2"}, None),
    "not there": (404, {}, None),
}


@pytest.mark.parametrize(("status", "headers", "expected"), REFUSALS.values(), ids=REFUSALS.keys())
async def test_ticket_is_not_accepted(
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


async def test_origin_that_is_gone(session: aiohttp.ClientSession, serve: Serve) -> None:
    """Status 410 means that origin accepts no tickets at all."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=410)

    url = await serve(handler)

    with pytest.raises(OriginGoneError, match=f"^{url}/tickets answered ticket t1 with status 410: it accepts no more"):
        await client(session, url).deliver("t1", b"{}")


PAGES = {
    "a sign-in page": b"<!DOCTYPE html><html><h1>Welcome to Hotel Wi-Fi</h1></html>",
    "small letters, after a byte order mark": b"\xef\xbb\xbf\r\n <!doctype html>",
    "without a doctype": b"<html lang=en><body>Sign in</body></html>",
    "after a comment": b"<!-- cached -->\n<HTML>",
    "XHTML": b'<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">',
}
NO_PAGES = {
    "nothing": b"",
    "a word": b"ok",
    "JSON": b'{"id": 7}',
    "JSON that has a page within": b'{"body": "<!doctype html>"}',
    "a fragment": b"<p>Thank you</p>",
    "XML": b'<?xml version="1.0"?><ticket/>',
    "a word like it": b"<htmlish>",
    "a megabyte of spaces": b" " * 1_048_576,
    "a kilobyte of comments": b"<!---->" * 146,
}


@pytest.mark.parametrize("kind", ["text/html", "application/json", ""])
@pytest.mark.parametrize("body", PAGES.values(), ids=PAGES.keys())
async def test_web_page_is_not_an_acceptance(
    session: aiohttp.ClientSession, serve: Serve, body: bytes, kind: str
) -> None:
    """A portal answers 200 to everything, with any content type, so the ticket stays in the outbox."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=body, headers={"Content-Type": kind})

    url = await serve(handler)

    with pytest.raises(OriginFaultError) as caught:
        await client(session, url).deliver("t1", b"{}")
    assert caught.value.text == (
        f"{url}/tickets answered ticket t1 with a web page, expected a desk's answer; check the origin's url"
    )


@pytest.mark.parametrize("kind", ["text/html", "application/json", ""])
@pytest.mark.parametrize("body", NO_PAGES.values(), ids=NO_PAGES.keys())
async def test_answer_that_is_no_page_is_an_acceptance(
    session: aiohttp.ClientSession, serve: Serve, body: bytes, kind: str
) -> None:
    """Many frameworks send `ok` as `text/html`."""
    posts: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        posts.append(request.headers["Idempotency-Key"])
        return web.Response(body=body, headers={"Content-Type": kind})

    await client(session, await serve(handler)).deliver("t1", b"{}")

    assert ["t1"] == posts


BODIES_THAT_STOP = {"hangs": False, "breaks off": True}


@pytest.mark.parametrize("breaks", BODIES_THAT_STOP.values(), ids=BODIES_THAT_STOP.keys())
async def test_acceptance_whose_body_stops(session: aiohttp.ClientSession, serve_raw: ServeRaw, breaks: bool) -> None:
    """The status has said that origin has the ticket."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
        await writer.drain()
        if not breaks:
            await reader.read()

    seen: list[bytes] = []
    url = f"{await serve_raw(talk)}/tickets"
    taker = OriginClient(session, url, timeout_s=0.4, on_delivered=lambda payload, _: seen.append(payload))
    await taker.deliver("t1", b"{}")

    assert [b"{}"] == seen


KNOWN_KEY = {
    "origin knows the key": ({}, None),
    "the first request is still at work": ({"Retry-After": "7"}, 7.0),
}


@pytest.mark.parametrize(("headers", "retry_after_s"), KNOWN_KEY.values(), ids=KNOWN_KEY.keys())
async def test_conflict_under_our_own_key(
    session: aiohttp.ClientSession, serve: Serve, headers: dict[str, str], retry_after_s: float | None
) -> None:
    """Origin has the ticket from an attempt whose answer was lost, unless it says when to ask again."""
    found: float | None = None

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=409, headers=headers)

    try:
        await client(session, await serve(handler)).deliver("t1", b"{}")
    except StillAtWorkError as error:
        found = error.retry_after_s

    assert retry_after_s == found


DOUBTFUL = [400, 401, 402, 403, 404, 405, 406, 411, 413, 414, 415, 421, 422, 426, 428, 431, 451]


@pytest.mark.parametrize("status", DOUBTFUL)
async def test_status_that_may_speak_of_the_ticket(session: aiohttp.ClientSession, serve: Serve, status: int) -> None:
    """Or of all: the caller knows whether others go on."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status)

    url = await serve(handler)

    with pytest.raises(PossibleRefusalError) as caught:
        await client(session, url).deliver("t1", b"{}")
    assert caught.value.text == f"{url}/tickets answered ticket t1 with status {status}, expected 2xx"


async def test_retry_date_without_the_time_of_origin(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """It is compared with our clock. A past date means no wait."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 503 x\r\nRetry-After: Tue, 01 Sep 2020 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n")

    with pytest.raises(UnreachableError) as caught:
        await client(session, await serve_raw(talk)).deliver("t1", b"{}")
    assert caught.value.retry_after_s == 0.0


async def test_origin_that_hangs(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """Delivery raises in time. Origin may have the ticket, so the same id is sent again."""

    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        await reader.read()

    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url}/tickets did not answer within 0.05 s$") as caught:
        await client(session, url, timeout_s=0.05).deliver("t1", b"{}")
    assert caught.value.retry_after_s is None


async def test_origin_that_hangs_up(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """Without an answer the ticket is not delivered."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.transport.abort()

    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url}/tickets could not be reached: .+"):
        await client(session, url).deliver("t1", b"{}")


async def test_origin_that_is_not_http(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """The error quotes neither the token in the address nor the answer, because it is logged and stored."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"the viewer said pelargonium\r\n\r\n")
        await writer.drain()

    url = await serve_raw(talk)
    with pytest.raises(UnreachableError) as caught:
        await OriginClient(session, url + "/?token=sesame", timeout_s=5.0).deliver("id", b"{}")
    assert f"{url}/ could not be reached: the answer is not HTTP" == caught.value.text


async def test_origin_is_not_there(session: aiohttp.ClientSession, closed_address: str) -> None:
    """No server listens at the address."""
    with pytest.raises(UnreachableError, match=f"^{closed_address}/tickets could not be reached: .*[Cc]onnect"):
        await client(session, closed_address).deliver("t1", b"{}")


async def test_endless_answer_is_not_read(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """Only the status counts."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 202 Accepted\r\n\r\nendless")
        await reader.read()

    await client(session, await serve_raw(talk)).deliver("t1", b"{}")


WAITS = {
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


@pytest.mark.parametrize(("value", "expected"), WAITS.values(), ids=WAITS.keys())
def test_retry_after(value: str, expected: float | None) -> None:
    """Both forms of RFC 9110, and values that are neither."""
    assert expected == retry_after_s(value, now=NOW)


@given(st.text() | st.from_regex(r"\w{3}, \d+ \w{3} \d+ \d+:\d+:\d+ [+-]\d+"))
def test_retry_after_of_junk(value: str) -> None:
    """No text raises, and every wait is within its limits."""
    seconds = retry_after_s(value, now=NOW)

    assert seconds is None or 0.0 <= seconds <= MAX_RETRY_AFTER_S
