import asyncio
from collections.abc import Awaitable, Callable

import aiohttp
import pytest
from aiohttp import web

from edge.errors import Reason, RefusedError, UnreachableError
from edge.wire.publisher import RepositoryClient

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Serve = Callable[[Handler], Awaitable[str]]
ServeRaw = Callable[[Talk], Awaitable[str]]

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n"
TIMESTAMP = "metadata/timestamp.json"


def client(session: aiohttp.ClientSession, url: str, timeout_s: float = 5.0) -> RepositoryClient:
    """A client, by default with enough time."""
    return RepositoryClient(session, url, timeout_s=timeout_s)


async def test_file_is_fetched_as_it_is(session: aiohttp.ClientSession, serve: Serve) -> None:
    """It comes from below the repository's address, and without compression."""
    requests: list[tuple[str, str]] = []

    async def handler(request: web.Request) -> web.Response:
        requests.append((request.path, request.headers["Accept-Encoding"]))
        return web.Response(body=b"\x00bytes")

    url = await serve(handler)
    for root in (f"{url}/repo", f"{url}/repo/"):
        assert await client(session, root).fetch("targets/acme/ab.hoodie-drop.island", 6) == b"\x00bytes"

    assert requests == [("/repo/targets/acme/ab.hoodie-drop.island", "identity")] * 2


async def test_file_that_is_missing_is_none(session: aiohttp.ClientSession, serve: Serve) -> None:
    """Even if the server sends an HTML page with the 404, as static servers do."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(status=404, text="<h1>no</h1>", content_type="text/html")

    assert await client(session, await serve(handler)).fetch("metadata/9.root.json", 100) is None


async def test_empty_file_is_not_missing(session: aiohttp.ClientSession, serve: Serve) -> None:
    """It is returned as empty bytes; its hash decides."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=b"")

    assert await client(session, await serve(handler)).fetch(TIMESTAMP, 100) == b""


ANSWERS = {
    "an error": (web.Response(status=500), "answered with status 500, expected 200 or 404"),
    "a gateway's error": (web.Response(status=503, text="x"), "answered with status 503, expected 200 or 404"),
    "denied": (web.Response(status=403), "answered with status 403, expected 200 or 404"),
    "no content": (web.Response(status=204), "answered with status 204, expected 200 or 404"),
    "a part": (web.Response(status=206, body=b"x"), "answered with status 206, expected 200 or 404"),
    "a redirect": (
        web.Response(status=302, headers={"Location": "/elsewhere"}),
        "answered with status 302, expected 200 or 404",
    ),
    "a sign-in page": (
        web.Response(text="<html>", content_type="text/html"),
        r"answered with a page \(text/html\), expected a file",
    ),
    "an XHTML page": (
        web.Response(text="<html/>", content_type="application/xhtml+xml"),
        r"answered with a page \(application/xhtml\+xml\), expected a file",
    ),
    "a compressed file": (
        web.Response(body=b"\x1f\x8b", headers={"Content-Encoding": "gzip"}),
        "answered in encoding 'gzip', expected none",
    ),
}


@pytest.mark.parametrize(("answer", "text"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_answer_that_is_not_a_file(
    session: aiohttp.ClientSession, serve: Serve, answer: web.Response, text: str
) -> None:
    """The repository counts as unreachable. A redirect is not followed."""
    paths: list[str] = []

    async def handler(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.Response(status=answer.status, headers=answer.headers, body=answer.body)

    url = await serve(handler)

    with pytest.raises(UnreachableError, match=f"^{url}/{TIMESTAMP} {text}$") as caught:
        await client(session, url).fetch(TIMESTAMP, 100)
    assert caught.value.reason == Reason.UNREACHABLE
    assert paths == [f"/{TIMESTAMP}"]


async def test_file_as_long_as_allowed(session: aiohttp.ClientSession, serve: Serve) -> None:
    """A longer file is refused by its Content-Length."""

    async def handler(_: web.Request) -> web.Response:
        return web.Response(body=bytes(100_000))

    url = await serve(handler)

    assert await client(session, url).fetch(TIMESTAMP, 100_000) == bytes(100_000)
    with pytest.raises(RefusedError, match=f"{url}/{TIMESTAMP} is 100000 bytes or more, expected at most 99999"):
        await client(session, url).fetch(TIMESTAMP, 99_999)


async def test_endless_file_is_refused_at_one_byte_too_many(
    session: aiohttp.ClientSession, serve_raw: ServeRaw
) -> None:
    """A server without a Content-Length cannot fill the memory. The connection is closed."""
    dropped = asyncio.Event()

    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD + b"\r\n")
        try:
            while True:
                writer.write(bytes(65_536))
                await writer.drain()
        finally:
            dropped.set()

    url = await serve_raw(talk)

    with pytest.raises(RefusedError, match="is 1001 bytes or more, expected at most 1000") as caught:
        await client(session, url).fetch(TIMESTAMP, 1000)
    assert caught.value.reason == Reason.LENGTH_MISMATCH
    await asyncio.wait_for(dropped.wait(), 5)


async def hang(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Send nothing until the peer closes."""
    await reader.read()


async def hang_in_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Stop in the middle of the body."""
    writer.write(HEAD + b"Content-Length: 100\r\n\r\nhalf")
    await reader.read()


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send single bytes without end."""
    writer.write(HEAD + b"Content-Length: 1000000000\r\n\r\n")
    while True:
        writer.write(b"x")
        await writer.drain()
        await asyncio.sleep(0)


@pytest.mark.parametrize("talk", [hang, hang_in_body, drip])
async def test_server_that_takes_too_long(session: aiohttp.ClientSession, serve_raw: ServeRaw, talk: Talk) -> None:
    """`timeout_s` is for the whole file."""
    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url}/{TIMESTAMP} did not answer within 0.05 s$"):
        await client(session, url, timeout_s=0.05).fetch(TIMESTAMP, 2_000_000_000)


async def reset_in_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Reset the connection in the middle of the body."""
    writer.write(HEAD + b"Content-Length: 100\r\n\r\nhalf")
    await writer.drain()
    writer.transport.abort()


async def end_in_body(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection in the middle of the body."""
    writer.write(HEAD + b"Content-Length: 100\r\n\r\nhalf")


async def end_in_chunk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection in the middle of a chunk."""
    writer.write(HEAD + b"Transfer-Encoding: chunked\r\n\r\n64\r\nhalf")


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close the connection after the request."""
    writer.close()


async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer in another protocol."""
    writer.write(b"220 mail ready\r\n\r\n")


@pytest.mark.parametrize("talk", [reset_in_body, end_in_body, end_in_chunk, hang_up, babble])
async def test_server_that_breaks_off(session: aiohttp.ClientSession, serve_raw: ServeRaw, talk: Talk) -> None:
    """An incomplete file is not returned."""
    url = await serve_raw(talk)

    with pytest.raises(UnreachableError, match=f"^{url}/{TIMESTAMP} could not be reached: .+"):
        await client(session, url).fetch(TIMESTAMP, 1000)


async def test_server_is_not_there(session: aiohttp.ClientSession, closed_address: str) -> None:
    """No server listens. The error does not show user and password."""
    address = closed_address.replace("//", "//user:secret@")

    with pytest.raises(UnreachableError, match=f"^{closed_address}/{TIMESTAMP} could not be reached: .*[Cc]onnect"):
        await client(session, address).fetch(TIMESTAMP, 1000)


async def test_fetch_that_is_cancelled_stays_cancelled(session: aiohttp.ClientSession, serve_raw: ServeRaw) -> None:
    """A cancellation is not translated to `UnreachableError`."""
    asked = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        asked.set()
        await reader.read()

    task = asyncio.create_task(client(session, await serve_raw(talk)).fetch(TIMESTAMP, 1000))
    await asked.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
