"""The push stream limits its subscribers and survives stalled ones."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from aiohttp.typedefs import Handler

from edge.errors import UnreachableError
from edge.publish.fleet import TOKEN_OF
from edge.publish.server import Hub, PushStream, sse
from edge.records import Bundle
from edge.wire.publisher import PushClient, encode_event
from tests.waiting import until

ONE = Bundle(files={"metadata/timestamp.json": b"1"})
LARGE = Bundle(files={"metadata/timestamp.json": b"2" * 6_000_000})


@pytest.fixture
def hub() -> Hub:
    """A hub with a greeting."""
    hub = Hub()
    hub.publish(b"", greeting=encode_event(ONE))
    return hub


@contextlib.asynccontextmanager
async def serving(
    hub: Hub, max_subscribers: int, *, write_timeout_s: float = sse.WRITE_TIMEOUT_S, token_of: str | None = None
) -> AsyncIterator[str]:
    """Serve the push stream only; yields its URL. With `token_of`, every request has the token of that PoP."""

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if token_of is not None:
            request[TOKEN_OF] = token_of
        return await handler(request)

    app = web.Application(middlewares=[guard])
    push = PushStream(hub, max_subscribers=max_subscribers, write_timeout_s=write_timeout_s)
    app.router.add_get("/v1/push", push.handle)
    app.on_shutdown.append(push.close)
    async with TestServer(app) as server:
        yield str(server.make_url("/v1/push"))


async def until_subscribers(hub: Hub, count: int) -> None:
    """Wait until `hub` has `count` subscribers."""

    async def are_subscribed() -> bool:
        return len(hub) == count

    await until(are_subscribed, f"{count} subscribers")


async def test_subscriber_above_the_limit_is_refused(hub: Hub) -> None:
    """It is told when to come back. The connected subscriber still gets every event."""
    async with (
        serving(hub, 1) as url,
        aiohttp.ClientSession() as session,
        contextlib.aclosing(PushClient(session, url, idle_s=10.0).bundles()) as bundles,
    ):
        assert ONE == await anext(bundles)
        with pytest.raises(UnreachableError, match="answered with status 503") as caught:
            await anext(PushClient(session, url, idle_s=10.0).bundles())
        assert caught.value.retry_after_s == sse.RETRY_AFTER_S
        hub.publish(encode_event(ONE), greeting=b"")
        assert ONE == await anext(bundles)


async def test_subscriber_that_leaves_makes_room(hub: Hub) -> None:
    """As soon as one subscriber has left, another is accepted."""
    async with serving(hub, 1) as url, aiohttp.ClientSession() as session:
        async with contextlib.aclosing(PushClient(session, url, idle_s=10.0).bundles()) as bundles:
            await anext(bundles)
        hub.publish(encode_event(ONE), greeting=encode_event(ONE))
        await until_subscribers(hub, 0)
        async with contextlib.aclosing(PushClient(session, url, idle_s=10.0).bundles()) as bundles:
            assert ONE == await anext(bundles)


async def test_limit_holds_when_many_connect_at_once(hub: Hub) -> None:
    """Of twelve at once, exactly three are accepted."""
    async with serving(hub, 3) as url, aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        responses = await asyncio.gather(*(session.get(url) for _ in range(12)))
        statuses = sorted(response.status for response in responses)
        for response in responses:
            response.close()

    assert [200] * 3 + [503] * 9 == statuses


async def test_pop_that_reconnects_after_a_cut(hub: Hub) -> None:
    """Its new stream begins at once although all places are taken by its old ones, of which the oldest ends."""
    async with (
        serving(hub, 4, token_of="ams") as url,
        aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session,
        contextlib.AsyncExitStack() as open_streams,
    ):
        old = [await open_streams.enter_async_context(session.get(url)) for _ in range(4)]
        new = await open_streams.enter_async_context(session.get(url))
        await old[0].content.read()

        assert [200] * 5 == [response.status for response in (*old, new)]
        assert old[0].content.at_eof()
        await until_subscribers(hub, 4)


async def test_stalled_subscribers(hub: Hub) -> None:
    """Twenty that read nothing of a large event do not delay another, and are disconnected."""
    # 2 s are enough for the one that reads: it shares this loop with the server, perhaps on a busy machine.
    async with (
        serving(hub, 100, write_timeout_s=2.0) as url,
        aiohttp.ClientSession() as session,
        contextlib.AsyncExitStack() as stalled,
    ):
        for _ in range(20):
            stalled.enter_context(await _stalled(url))
        await until_subscribers(hub, 20)
        async with contextlib.aclosing(PushClient(session, url, idle_s=10.0).bundles()) as bundles:
            await anext(bundles)
            hub.publish(encode_event(LARGE), greeting=encode_event(ONE))
            assert LARGE == await anext(bundles)
            await until_subscribers(hub, 1)
            hub.publish(encode_event(ONE), greeting=b"")
            assert ONE == await anext(bundles)


async def test_stalled_stream_that_is_taken_over(hub: Hub) -> None:
    """It ends at once, and not when its write has waited for long enough: a token never holds more than its places."""
    async with (
        serving(hub, 100, write_timeout_s=3600.0, token_of="ams") as url,
        aiohttp.ClientSession() as session,
        contextlib.AsyncExitStack() as open_streams,
    ):
        for _ in range(4):
            open_streams.enter_context(await _stalled(url))
        await until_subscribers(hub, 4)
        hub.publish(encode_event(LARGE), greeting=encode_event(ONE))
        bundles = await open_streams.enter_async_context(
            contextlib.aclosing(PushClient(session, url, idle_s=10.0).bundles())
        )

        assert ONE == await anext(bundles)
        await until_subscribers(hub, 4)


async def _stalled(url: str) -> socket.socket:
    """A connection that subscribes and never reads."""
    host, port = url.split("/")[2].split(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.setblocking(False)
    loop = asyncio.get_running_loop()
    await loop.sock_connect(connection, (host, int(port)))
    await loop.sock_sendall(connection, f"GET /v1/push HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    return connection


async def test_large_event_is_written_in_pieces() -> None:
    """Only one piece waits in this process for a subscriber, not the whole event."""
    sizes: list[int] = []

    class Response(web.StreamResponse):
        async def write(self, data: Any) -> None:
            sizes.append(len(data))

    await sse._write(Response(), bytes(3 * sse.PIECE_BYTES + 1), timeout_s=1.0)

    assert [sse.PIECE_BYTES] * 3 + [1] == sizes


async def test_kernel_ends_a_connection_whose_peer_acknowledges_nothing(hub: Hub) -> None:
    """A half-open connection does not count against the limit for a quarter of an hour."""
    timeouts_ms: list[int] = []

    async def read_timeout(request: web.Request) -> web.Response:
        sse._notice_dead_peer(request, sse.WRITE_TIMEOUT_S)
        connection = request.get_extra_info("socket")
        timeouts_ms.append(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT))
        return web.Response()

    app = web.Application()
    app.router.add_get("/", read_timeout)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        await session.get(server.make_url("/"))

    assert [20_000] == timeouts_ms
    assert len(hub) == 0
