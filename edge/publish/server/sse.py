"""The push stream (SSE): who may subscribe, how many at once, and how bytes leave without piling up here.

A newcomer is never let in at the cost of somebody who is there: where all places are taken it is told when to come
back. What a subscriber does not take waits in the kernel and in one piece here, however large the event is.
"""

import asyncio
import contextlib
import socket

from aiohttp import web

from edge.errors import Reason
from edge.host import problem_response
from edge.publish.server.mailbox import Hub

WRITE_TIMEOUT_S = 20.0
"""A subscriber that takes nothing for this long is gone; it comes back by itself."""

PIECE_BYTES = 65_536
"""What is handed over at once, and what aiohttp lets wait: 1,000 stalled subscribers hold 64 MiB, not 1,000 events."""

RETRY_AFTER_S = 5
"""For those who find no place; every PoP adds its own jitter, so that they do not return together."""

MAX_SUBSCRIBERS = 5_000
"""By default; 32 KiB each are 160 MiB."""

_HEADERS = {"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class PushStream:
    """Serves a hub's events to at most `max_subscribers` at once."""

    def __init__(
        self, hub: Hub, *, max_subscribers: int = MAX_SUBSCRIBERS, write_timeout_s: float = WRITE_TIMEOUT_S
    ) -> None:
        self._hub = hub
        self._max_subscribers, self._write_timeout_s = max_subscribers, write_timeout_s

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """`GET /v1/push`: events until the hub is closed or the subscriber has gone."""
        if len(self._hub) >= self._max_subscribers:
            text = f"{self._max_subscribers} subscribers are connected, expected fewer; try again"
            return problem_response(503, Reason.OVERLOADED, text, retry_after_s=RETRY_AFTER_S)
        # The place is taken before the first wait, so that a thousand who come at once cannot share the last one.
        with self._hub.subscribe() as mailbox:
            response = web.StreamResponse(headers=_HEADERS)
            _notice_dead_peer(request, self._write_timeout_s)
            await response.prepare(request)
            while (event := await mailbox.take()) is not None:
                try:
                    await _write(response, event, timeout_s=self._write_timeout_s)
                except (TimeoutError, ConnectionError):
                    if request.transport is not None:
                        request.transport.abort()
                    break
        return response

    async def close(self, _app: web.Application) -> None:
        """Streams never end by themselves, and aiohttp would wait for them as long as it may."""
        self._hub.close()


async def _write(response: web.StreamResponse, event: bytes, *, timeout_s: float) -> None:
    """Raises `TimeoutError` when a piece is not taken in time: a slow line is fine, a stalled one is not."""
    whole = memoryview(event)
    for start in range(0, len(event), PIECE_BYTES):
        async with asyncio.timeout(timeout_s):
            await response.write(whole[start : start + PIECE_BYTES])


def _notice_dead_peer(request: web.Request, timeout_s: float) -> None:
    """Let the kernel give up a subscriber that acknowledges nothing; it would otherwise try for a quarter of an hour.

    Source: tcp(7), TCP_USER_TIMEOUT. Heartbeats are the data that goes unacknowledged.
    """
    connection = request.get_extra_info("socket")
    if connection is not None:
        with contextlib.suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(timeout_s * 1000))
