"""Two requests about a ticket: its state, and its events. Both need the token that came with the ticket's response.

The token is read before anything else, so that nobody learns whether an id exists. An event stream is an ordinary
response that does not end: it works over HTTP/1.0, with any `fetch`, and through proxies.
"""

import asyncio
import contextlib
import re
import socket
from collections.abc import Callable

from aiohttp import web
from aiohttp.http_parser import RawRequestMessage
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from edge.daemon.handoff import Handoff
from edge.daemon.tickets.events import GREETING, read_position
from edge.daemon.tickets.streams import TicketStream, TicketStreams
from edge.errors import Reason, RefusedError
from edge.host import bearer_token, json_response, utc_now
from edge.host.door import mark_stream
from edge.records import TicketStatus
from edge.tokens import TicketCapability, read_ticket_token

WRITE_TIMEOUT_S = 20.0
"""A reader that takes nothing for this long is disconnected; it may come back with `Last-Event-ID`."""

MAX_WAIT_S = 60.0
"""The longest `Prefer: wait`. Most proxies wait a minute for a response."""

_BUFFER_BYTES = 8_192
"""Bytes that may wait in this process for a slow reader: one reply of the largest size that a desk may send."""

_HEADERS = {
    "Content-Type": "text/event-stream",
    # `no-transform`: a proxy that compresses holds events back. `X-Accel-Buffering` is nginx's word for the same.
    "Cache-Control": "no-cache, no-transform",
    "X-Accel-Buffering": "no",
}
_EVENTS = re.compile(r"/v1/tickets/[^/]+/events")
_NEEDED = ("Authorization", "Content-Encoding", "Last-Event-ID", "Origin", "Prefer")
_MAX_NEEDED_CHARACTERS = 512
"""Longest value that is kept of a header. A ticket's token has less than 200 characters."""

_WAIT = re.compile(r"(?:^|[,;]\s*)wait=(?P<seconds>[0-9]{1,5})(?![0-9])")


def trim_events_head(head: RawRequestMessage) -> RawRequestMessage:
    """The head of a request for events, with the headers that the stream needs alone; any other head as it is.

    A browser sends 1 KiB of headers, somebody else up to `http.max_header_bytes`, and a stream keeps them for hours.
    """
    path = head.url.path_safe
    if _EVENTS.fullmatch(path) is None:
        return head
    found = ((name, head.headers.get(name)) for name in _NEEDED)
    needed = CIMultiDict((name, value) for name, value in found if value and len(value) <= _MAX_NEEDED_CHARACTERS)
    return head._replace(path=path, url=URL.build(path=path), headers=CIMultiDictProxy(needed), raw_headers=())


class TicketRoutes:
    """`GET /v1/tickets/{ticket}` and `GET /v1/tickets/{ticket}/events`."""

    def __init__(
        self,
        *,
        handoff: Handoff,
        streams: TicketStreams,
        token_key: bytes,
        now: Callable[[], float] = lambda: utc_now().timestamp(),
        write_timeout_s: float = WRITE_TIMEOUT_S,
    ) -> None:
        self._handoff, self._streams, self._key = handoff, streams, token_key
        self._now, self._write_timeout_s = now, write_timeout_s

    @property
    def routes(self) -> list[web.RouteDef]:
        """The routes, for the app."""
        return [
            web.get("/v1/tickets/{ticket}", self._ticket),
            # Without HEAD: it would wait for the end of the stream.
            web.get("/v1/tickets/{ticket}/events", self._events, allow_head=False),
        ]

    async def _ticket(self, request: web.Request) -> web.Response:
        status = await self._status(self._capability(request).ticket)
        return json_response(status)

    async def _events(self, request: web.Request) -> web.StreamResponse:
        capability = self._capability(request)
        position = read_position(request.headers.get("Last-Event-ID", ""))
        # Opened before the store is read: a change after that reading is noted, one before it is in the reading.
        stream = self._streams.open(capability, request, position)
        try:
            first = await self._status(capability.ticket)
            return await self._send(request, stream, first)
        finally:
            self._streams.forget(stream)

    async def _send(self, request: web.Request, stream: TicketStream, first: TicketStatus) -> web.StreamResponse:
        response = web.StreamResponse(headers=_HEADERS)
        wait = _WAIT.search(request.headers.get("Prefer", ""))
        if wait is not None:
            seconds = min(float(wait["seconds"]), MAX_WAIT_S)
            stream.ends_at = self._streams.clock() + seconds
            response.headers["Preference-Applied"] = f"wait={seconds:.0f}"
        stream.note_first(first)
        # A request behind this one on the same connection would wait for hours.
        response.force_close()
        mark_stream(request)
        self._bound_connection(request)
        await response.prepare(request)
        try:
            await self._write(response, GREETING + stream.take(self._streams.clock()))
            await self._follow(response, stream)
        except (TimeoutError, ConnectionError):
            if request.transport is not None:
                request.transport.abort()
        return response

    def _bound_connection(self, request: web.Request) -> None:
        """Bound what waits here for a slow reader, and let the kernel end the connection of one that vanished."""
        if request.transport is not None:
            request.transport.set_write_buffer_limits(high=_BUFFER_BYTES)
        connection = request.get_extra_info("socket")
        if connection is not None:
            # A heartbeat is what stays unacknowledged; the kernel would try for a quarter of an hour. Source: tcp(7).
            with contextlib.suppress(OSError):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(self._write_timeout_s * 1000))

    async def _follow(self, response: web.StreamResponse, stream: TicketStream) -> None:
        while not stream.is_ended:
            await stream.until_noted()
            if stream.is_stale:
                stream.is_stale = False
                status = await self._handoff.status(stream.ticket)
                if status is not None:
                    stream.note_status(status)
            if data := stream.take(self._streams.clock()):
                await self._write(response, data)

    async def _write(self, response: web.StreamResponse, data: bytes) -> None:
        async with asyncio.timeout(self._write_timeout_s):
            await response.write(data)

    async def _status(self, ticket: str) -> TicketStatus:
        status = await self._handoff.status(ticket)
        if status is None:
            raise RefusedError("this ticket's progress is no longer known here", reason=Reason.NOT_FOUND)
        return status

    def _capability(self, request: web.Request) -> TicketCapability:
        """What the request's token allows. The refusals are the same for every id, known or not."""
        token = bearer_token(request.headers.get("Authorization"))
        if not token:
            raise RefusedError(
                "no ticket token was given, expected that of the ticket's response", reason=Reason.UNAUTHORISED
            )
        return read_ticket_token(token, request.match_info["ticket"], key=self._key, now=self._now())
