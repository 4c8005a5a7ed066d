"""The push stream (SSE), with limits on the number of subscribers and on the memory for each.

A new subscriber displaces none but an older stream of its own token: if the limit is reached, it is refused with the
time to come back. For a subscriber that reads slowly, only one piece of an event waits in this process, however large
the event is.
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable

from aiohttp import web

from edge.errors import Reason
from edge.host import RepeatedLines, get_logger, problem_response
from edge.host.door import mark_stream
from edge.publish.fleet import TOKEN_OF
from edge.publish.server.mailbox import Hub, Mailbox
from edge.publish.server.places import Places, Subscriber

WRITE_TIMEOUT_S = 20.0
"""A subscriber that reads nothing for this long is disconnected. A PoP reconnects by itself."""

PIECE_BYTES = 65_536
"""Bytes written at once, and what aiohttp buffers: 1,000 stalled subscribers cost 64 MiB, not 1,000 events."""

RETRY_AFTER_S = 5
"""For refused subscribers. Every PoP adds its own jitter, so that they do not return all at once."""

MAX_SUBSCRIBERS = 5_000
"""Default limit: at 32 KiB each, 160 MiB."""

_log = get_logger()

_HEADERS = {
    "Content-Type": "text/event-stream",
    # A proxy that compresses waits for more.
    "Cache-Control": "no-store, no-transform",
    "X-Accel-Buffering": "no",
}


class PushStream:
    """Serves the events of a hub to at most `max_subscribers` at once."""

    def __init__(
        self, hub: Hub, *, max_subscribers: int = MAX_SUBSCRIBERS, write_timeout_s: float = WRITE_TIMEOUT_S
    ) -> None:
        self._hub = hub
        self._places, self._write_timeout_s = Places(max_subscribers), write_timeout_s
        self._streams: set[_Stream] = set()
        self._repeats = RepeatedLines()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Handle `GET /v1/push`: send events until the hub is closed or the subscriber disconnects."""
        subscriber = _subscriber(request)
        if self._places.end_oldest_of(subscriber) and self._repeats.left_out("token") is not None:
            _log.warning("oldest push stream of a token is ended", pop=subscriber.name)
        refusal = self._places.refusal(subscriber)
        if refusal:
            return problem_response(503, Reason.OVERLOADED, refusal, retry_after_s=RETRY_AFTER_S)
        # Subscribed before the first await: else a thousand requests at once would all pass the check above.
        with self._hub.subscribe() as mailbox:
            stream = _Stream(request, mailbox)
            self._streams.add(stream)
            try:
                with self._places.taken(subscriber, stream.end):
                    return await stream.send(write_timeout_s=self._write_timeout_s)
            finally:
                self._streams.discard(stream)

    def end_unless(self, is_allowed: Callable[[web.Request], bool]) -> None:
        """End the streams of requests that are not allowed any more."""
        for stream in tuple(self._streams):
            if not is_allowed(stream.request):
                stream.end()

    async def close(self, _app: web.Application) -> None:
        """End all streams. They never end by themselves, and aiohttp would wait for them until its timeout."""
        self._hub.close()


class _Stream:
    """The response to one subscriber. It can be ended at any time, also while its reader is stalled."""

    def __init__(self, request: web.Request, mailbox: Mailbox) -> None:
        self.request = request
        self._mailbox = mailbox
        self._is_writing = False

    async def send(self, *, write_timeout_s: float) -> web.StreamResponse:
        """Send events until the mailbox is closed or the subscriber reads nothing for `write_timeout_s`."""
        response = web.StreamResponse(headers=_HEADERS)
        mark_stream(self.request)
        _notice_dead_peer(self.request, write_timeout_s)
        await response.prepare(self.request)
        while (event := await self._mailbox.receive()) is not None:
            self._is_writing = True
            try:
                await _write(response, event, timeout_s=write_timeout_s)
            except (TimeoutError, ConnectionError):
                self._abort()
                break
            self._is_writing = False
        return response

    def end(self) -> None:
        """End the stream now: in order if its reader has read everything, or else by a reset."""
        self._mailbox.close()
        if self._is_writing:
            # A write waits for its reader for up to 20 s, and has taken what the mailbox had.
            self._abort()

    def _abort(self) -> None:
        if self.request.transport is not None:
            self.request.transport.abort()


def _subscriber(request: web.Request) -> Subscriber:
    """Whose place it is: the PoP's whose token the request has, or else its address's."""
    pop = request.get(TOKEN_OF)
    return Subscriber(request.remote or "", has_token=False) if pop is None else Subscriber(pop, has_token=True)


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
