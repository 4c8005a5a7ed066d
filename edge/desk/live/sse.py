"""Event streams of the desk (WHATWG HTML, section 9.2): how one is opened, and how its bytes are written."""

import asyncio
import contextlib
import socket

from aiohttp import web

from edge.host.door import mark_stream

HEARTBEAT = b": heartbeat\n\n"
HEARTBEAT_S = 10.0
"""The proxies that close idle connections soonest do so after 30 s."""

WRITE_TIMEOUT_S = 20.0
"""A reader that takes nothing for this long is disconnected. It reconnects by itself."""

_HEADERS = {
    "Content-Type": "text/event-stream",
    # A proxy that compresses waits for more.
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
}


def event_bytes(kind: str, document: bytes, *, number: int | None = None) -> bytes:
    """One event. `document` is JSON in one line, as msgspec writes it."""
    head = b"" if number is None else b"id: %d\n" % number
    return b"%sevent: %s\ndata: %s\n\n" % (head, kind.encode(), document)


async def open_stream(request: web.Request) -> web.StreamResponse:
    """Begin the response to `request`."""
    response = web.StreamResponse(headers=_HEADERS)
    mark_stream(request)
    connection = request.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            # A peer that acknowledges nothing is gone; without this the kernel would try for a quarter of an hour.
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(WRITE_TIMEOUT_S * 1000))
    await response.prepare(request)
    return response


async def write(request: web.Request, response: web.StreamResponse, content: bytes) -> bool:
    """Write to a stream. False: the reader is gone or stalled, and the connection is closed."""
    try:
        async with asyncio.timeout(WRITE_TIMEOUT_S):
            await response.write(content)
    except (TimeoutError, ConnectionError):
        if request.transport is not None:
            request.transport.abort()
        return False
    return True
