"""A door in front of a small application, with and without a fast path before it, and clients that speak in bytes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
from aiohttp import web

from edge.daemon.fast_path.reading import PlainReader
from edge.host.door import Address, Door, DoorLimits, mark_stream, plain_response

MAX_BODY_BYTES = 64
LARGE_BYTES = 16 * 2**20
"""More than the kernel keeps of a response that nobody reads."""


class Clock:
    """A clock that the test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time."""
        return self.now


PLAIN = b"GET /plain HTTP/1.1\r\nHost: x\r\n\r\n"
PLAIN_RESPONSE = plain_response(200, bytes(2_000), content_type="text/plain").to_bytes()


class PlainFastPath:
    """A fast path that answers `/plain`, with a PoP's own reader."""

    def __init__(self) -> None:
        self.reader, self.answered = PlainReader(), 0

    def answer(self, data: bytes, _peer: str, /) -> bytes | None:
        """As `FastPath.answer`."""
        requests = self.reader.read(data)
        if requests is None or {request.target for request in requests} != {b"/plain"}:
            return None
        self.answered += len(requests)
        return PLAIN_RESPONSE * len(requests)


class Client:
    """A connection that the test writes bytes to."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        """Send bytes, all at once."""
        self.writer.write(data)

    async def status(self) -> int:
        """Status of the next response, which is read whole; 0 if the connection was closed."""
        return (await self.response())[0]

    async def response(self) -> tuple[int, dict[bytes, bytes], bytes]:
        """Status, headers by lower-case name, and body of the next response."""
        async with asyncio.timeout(10):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                return 0, {}, b""
            first, *lines = head.split(b"\r\n")[:-2]
            headers = dict(line.lower().split(b": ", 1) for line in lines)
            body = await self.reader.readexactly(int(headers.get(b"content-length", b"0")))
        return int(first.split()[1]), headers, body

    async def rest(self) -> bytes:
        """Everything until the connection is closed."""
        async with asyncio.timeout(10):
            try:
                return await self.reader.read()
            except ConnectionError:
                return b""


class Opened(NamedTuple):
    """An open door, and what its application did."""

    door: Door
    address: Address
    clock: Clock
    bodies: list[bytes]
    """Bodies that the handler has read."""
    release: asyncio.Event
    """Ends the responses to `/slow` and `/stream`."""
    clients: list[Client]

    async def connect(self) -> Client:
        """A new connection."""
        self.clients.append(Client(*await asyncio.open_connection(self.address.host, self.address.port)))
        return self.clients[-1]

    @property
    def fast_path(self) -> PlainFastPath:
        """The fast path of a door that has one."""
        assert isinstance(self.door.fast_path, PlainFastPath)
        return self.door.fast_path


Open = Callable[..., Any]


@pytest.fixture(params=["without a fast path", "with a fast path"])
def open_door(request: pytest.FixtureRequest) -> Open:
    """A function that opens doors; the connections of the test are closed with it.

    A fast path takes nothing of what these tests send, so each test must find the same with it.
    """
    return opener(has_fast_path=request.param == "with a fast path")


@pytest.fixture
def open_fast_path() -> Open:
    """As `open_door`, always with a fast path."""
    return opener(has_fast_path=True)


def opener(*, has_fast_path: bool) -> Open:
    """A function that opens doors."""

    @asynccontextmanager
    async def opening(limits: DoorLimits | None = None, **options: Any) -> AsyncIterator[Opened]:
        app, clock, bodies, release = web.Application(client_max_size=MAX_BODY_BYTES), Clock(), [], asyncio.Event()

        async def echo(request: web.Request) -> web.Response:
            bodies.append(await request.read())
            return web.Response(body=bodies[-1])

        async def slow(_request: web.Request) -> web.Response:
            await release.wait()
            return web.Response(text="slow")

        async def large(_request: web.Request) -> web.Response:
            return web.Response(body=bytes(LARGE_BYTES))

        async def stream(request: web.Request) -> web.StreamResponse:
            mark_stream(request)
            response = web.StreamResponse()
            await response.prepare(request)
            await response.write(b"begun")
            await release.wait()
            return response

        app.add_routes(
            [web.post("/echo", echo), web.get("/echo", echo), web.get("/slow", slow), web.get("/stream", stream)]
        )
        app.add_routes([web.get("/large", large)])
        door = Door(app, limits=limits, clock=clock, drain_s=0.05, stop_grace_s=0.5, **options)
        door.fast_path = PlainFastPath() if has_fast_path else None
        (address,) = await door.open([Address("127.0.0.1", 0)])
        try:
            yield (opened := Opened(door, address, clock, bodies, release, []))
        finally:
            release.set()
            for client in opened.clients:
                client.writer.transport.abort()
            await door.close()

    return opening
