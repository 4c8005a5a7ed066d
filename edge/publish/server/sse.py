"""The push stream (SSE), with limits on the number of subscribers and on the memory for each.

A new subscriber never displaces another: if the limit is reached, it is refused with the time to come back. For a
subscriber that reads slowly, only one piece of an event waits in this process, however large the event is.
"""

import asyncio
import contextlib
import socket

from aiohttp import web

from edge.errors import Reason
from edge.host import problem_response
from edge.host.door import mark_stream
from edge.publish.server.mailbox import Hub

WRITE_TIMEOUT_S = 20.0
"""A subscriber that reads nothing for this long is disconnected. A PoP reconnects by itself."""

PIECE_BYTES = 65_536
"""Bytes written at once, and what aiohttp buffers: 1,000 stalled subscribers cost 64 MiB, not 1,000 events."""

RETRY_AFTER_S = 5
"""For refused subscribers. Every PoP adds its own jitter, so that they do not return all at once."""

MAX_SUBSCRIBERS = 5_000
"""Default limit: at 32 KiB each, 160 MiB."""

_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class PushStream:
    """Serves the events of a hub to at most `max_subscribers` at once."""

    def __init__(
        self, hub: Hub, *, max_subscribers: int = MAX_SUBSCRIBERS, write_timeout_s: float = WRITE_TIMEOUT_S
    ) -> None:
        self._hub = hub
        self._max_subscribers, self._write_timeout_s = max_subscribers, write_timeout_s

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle `GET /v1/push`: send events until the hub is closed or the subscriber disconnects."""
        if len(self._hub) >= self._max_subscribers:
            text = f"{self._max_subscribers} subscribers are connected, expected fewer; try again"
            return problem_response(503, Reason.OVERLOADED, text, retry_after_s=RETRY_AFTER_S)
        # Subscribed before the first await: else a thousand requests at once would all pass the check above.
        with self._hub.subscribe() as mailbox:
            response = web.StreamResponse(headers=_HEADERS)
            mark_stream(request)
            _notice_dead_peer(request, self._write_timeout_s)
            await response.prepare(request)
            while (event := await mailbox.receive()) is not None:
                try:
                    await _write(response, event, timeout_s=self._write_timeout_s)
                except (TimeoutError, ConnectionError):
                    if request.transport is not None:
                        request.transport.abort()
                    break
        return response

    async def close(self, _app: web.Application) -> None:
        """End all streams. They never end by themselves, and aiohttp would wait for them until its timeout."""
        self._hub.close()


async def _write(response: web.StreamResponse, event: bytes, *, timeout_s: float) -> None:
    """Write an event in pieces. The limit is for each piece, so a slow line is fine and a stalled one is not.

    Raises `TimeoutError` if a piece is not written within `timeout_s`.
    """
    whole = memoryview(event)
    for start in range(0, len(event), PIECE_BYTES):
        async with asyncio.timeout(timeout_s):
            await response.write(whole[start : start + PIECE_BYTES])


def _notice_dead_peer(request: web.Request, timeout_s: float) -> None:
    """Let the kernel end a connection whose peer acknowledges nothing for `timeout_s`.

    Without this it would try for a quarter of an hour. Heartbeats are the data that is not acknowledged. Source:
    tcp(7), TCP_USER_TIMEOUT.
    """
    connection = request.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(timeout_s * 1000))
