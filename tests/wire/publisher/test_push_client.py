import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing

import aiohttp
import pytest
from aiohttp import web

from edge.errors import RefusedError, UnreachableError
from edge.records import Bundle
from edge.wire.publisher import PushClient, encode_event

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Handler], Awaitable[str]]
ServeRaw = Callable[[Talk], Awaitable[str]]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n\r\n"
ONE = Bundle(files={"metadata/timestamp.json": b"1"})
TWO = Bundle(files={"metadata/timestamp.json": b"2"})


async def received(session: aiohttp.ClientSession, url: str, idle_s: float = 5.0) -> list[Bundle]:
    """All bundles until the stream ends."""
    return [bundle async for bundle in PushClient(session, url, idle_s=idle_s, max_event_bytes=1000).bundles()]


async def test_bundles_until_the_publisher_ends_the_stream(session: aiohttp.ClientSession, serve: Serve) -> None:
    """The client asks for an event stream at the given address."""
    requests: list[tuple[str, str]] = []

    async def handler(request: web.Request) -> web.StreamResponse:
        requests.append((request.path, request.headers["Accept"]))
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(encode_event(ONE) + b": ping\n\n" + encode_event(TWO))
        return response

    url = await serve(handler)

    assert await received(session, f"{url}/v1/push") == [ONE, TWO]
    assert requests == [("/v1/push", "text/event-stream")]


async def test_bundle_is_yielded_while_the_stream_goes_on(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """Each is yielded as soon as it is complete. Leaving the loop closes the connection."""
    closed = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + encode_event(ONE) + encode_event(TWO)[:10])
        await reader.read()
        closed.set()

    client = PushClient(session, await serve_raw(talk), idle_s=5.0)

    async with aclosing(client.bundles()) as bundles:
        assert await anext(bundles) == ONE
    await asyncio.wait_for(closed.wait(), 5)


async def silent_at_once(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Accept the connection and send nothing."""
    await reader.read()


async def silent_later(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Stop after one event."""
    writer.write(HEAD + encode_event(ONE))
    await reader.read()


@pytest.mark.parametrize("talk", [silent_at_once, silent_later])
async def test_publisher_that_goes_silent(session: aiohttp.ClientSession, serve_raw: ServeRaw, talk: Talk) -> None:
    """A dead connection is noticed after `idle_s`."""
    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url} was silent for 0.05 s$"):
        await received(session, url, idle_s=0.05)


@pytest.fixture
async def pass_time(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Move the clock of the event loop, which measures silence."""
    loop = asyncio.get_running_loop()
    real, passed_s = loop.time, 0.0

    def advance(seconds: float) -> None:
        nonlocal passed_s
        passed_s += seconds
        monkeypatch.setattr(loop, "time", lambda: real() + passed_s)

    return advance


async def test_comments_keep_a_connection_alive(
    session: aiohttp.ClientSession, serve_raw: ServeRaw, pass_time: Callable[[float], None]
) -> None:
    """Any byte counts, so the stream lasts longer than `idle_s`."""

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        for _ping in range(5):
            writer.write(b": ping\n\n")
            for _step in range(20):
                await asyncio.sleep(0)
            pass_time(40.0)
        writer.write(encode_event(ONE))

    assert await received(session, await serve_raw(talk), idle_s=60.0) == [ONE]


async def test_time_of_the_caller_is_not_silence(
    session: aiohttp.ClientSession, serve_raw: ServeRaw, pass_time: Callable[[float], None]
) -> None:
    """A PoP that was busy with the first bundle still gets the second one."""
    busy = asyncio.Event()

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + encode_event(ONE))
        await busy.wait()
        writer.write(encode_event(TWO))

    client = PushClient(session, await serve_raw(talk), idle_s=60.0)
    async with aclosing(client.bundles()) as bundles:
        await anext(bundles)
        pass_time(1000.0)
        await asyncio.sleep(0)
        busy.set()

        assert await anext(bundles) == TWO


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Abort in the middle of an event."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n5\r\ndata:")
    await writer.drain()
    writer.transport.abort()


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection after the request."""
    writer.close()


@pytest.mark.parametrize("talk", [reset, hang_up])
async def test_publisher_that_breaks_off(session: aiohttp.ClientSession, serve_raw: ServeRaw, talk: Talk) -> None:
    """The error tells the caller to connect again."""
    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url} could not be reached: .+"):
        await received(session, url)


async def test_publisher_is_not_there(session: aiohttp.ClientSession, closed_address: str) -> None:
    """No server listens at the address."""
    with pytest.raises(UnreachableError, match=f"^{closed_address} could not be reached: .*[Cc]onnect"):
        await received(session, closed_address)


ANSWERS = {
    "an error": (500, "text/plain"),
    "a missing route": (404, "text/html"),
    "a redirect": (302, "text/event-stream"),
    "a sign-in page": (200, "text/html"),
    "a file": (200, "application/json"),
}


@pytest.mark.parametrize(("status", "kind"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_answer_that_is_not_a_push_stream(
    session: aiohttp.ClientSession, serve: Serve, status: int, kind: str
) -> None:
    """Its body is not read, and a redirect is not followed."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Content-Type": kind, "Location": "/v2"}, body=encode_event(ONE))

    url = await serve(handler)

    with pytest.raises(
        UnreachableError, match=f"answered with status {status} and {kind}, expected 200 and text/event-stream"
    ):
        await received(session, url)


REFUSED = {
    "an endless event": b"data: " + b"x" * 2000,
    "an event that is no bundle": b"event: state\ndata: ****\n\n",
}


@pytest.mark.parametrize("stream", REFUSED.values(), ids=REFUSED.keys())
async def test_event_that_is_refused_ends_the_connection(
    session: aiohttp.ClientSession, serve_raw: ServeRaw, stream: bytes
) -> None:
    """The client closes the connection."""
    closed = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + stream)
        await reader.read()
        closed.set()

    url = await serve_raw(talk)

    with pytest.raises(RefusedError, match="a pushed event is"):
        await received(session, url)
    await asyncio.wait_for(closed.wait(), 5)
