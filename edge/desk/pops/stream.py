"""A PoP's events: as a stream, or as one document for proxies that hold a stream back.

`Last-Event-ID: N` confirms the events up to N: the PoP has stored them, and the desk deletes them. A number that this
desk did not send is answered with 409, and the PoP begins from 0.
"""

import contextlib
from collections.abc import Iterable

import msgspec
from aiohttp import web

from edge.desk.access import POP, DeskGuard
from edge.desk.live import (
    HEARTBEAT,
    HEARTBEAT_S,
    DeskThread,
    Loads,
    News,
    PopMailbox,
    event_bytes,
    open_stream,
    write,
)
from edge.desk.store import StoredEvent
from edge.errors import RefusedError, StorageError
from edge.host import json_response
from edge.records import LoadReport
from edge.records.desk import EventPage, PopEvent

MAX_EVENTS = 100
"""Events that are read and written at once: at most 2 MiB."""

_TICKET, _LOAD = "ticket", "load"
_MAX_DIGITS = 15


class EventStream:
    """Serves `GET /v1/pops/{name}/events`."""

    def __init__(
        self, thread: DeskThread, news: News, loads: Loads, guard: DeskGuard, *, heartbeat_s: float = HEARTBEAT_S
    ) -> None:
        self._thread, self._news, self._loads, self._guard = thread, news, loads, guard
        self._heartbeat_s = heartbeat_s

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Confirm what the PoP has, then send what is new."""
        pop, last = request[POP], _last_event_id(request.headers.get("Last-Event-ID"))
        if _wants_document(request.headers.get("Accept", "")):
            await self._begin(pop, last)
            return await self._document(pop, last)
        # The mailbox first: an event that is made while the stream is opened must wake it.
        with self._news.for_pop(pop, self._loads.newest) as mailbox:
            await self._begin(pop, last)
            response = await open_stream(request)
            # A disk that fails now ends the stream: its head is sent, and the PoP comes back.
            with contextlib.suppress(StorageError):
                await self._send(request, response, mailbox, last)
            return response

    async def _begin(self, pop: str, last: int) -> None:
        """Confirm events, or make them again for a PoP that was restored."""
        await self._thread.do(lambda desk: desk.events.begin(pop, last))

    async def _document(self, pop: str, last: int) -> web.Response:
        found = await self._events(pop, last)
        events = [PopEvent(id=one.seq, type=_TICKET, data=msgspec.Raw(one.body)) for one in found]
        loads = [
            PopEvent(id=None, type=_LOAD, data=msgspec.Raw(msgspec.json.encode(load)))
            for load in self._loads.newest.values()
        ]
        page = EventPage(events=(*events, *loads), last=found[-1].seq if found else last, more=len(found) == MAX_EVENTS)
        response = json_response(page)
        response.headers["Cache-Control"] = "no-store"
        return response

    async def _send(self, request: web.Request, response: web.StreamResponse, mailbox: PopMailbox, last: int) -> None:
        """Send until the mailbox is closed, the reader is gone, or the token is no longer in force."""
        while not mailbox.is_closed and self._guard.still_allows(request):
            loads, events = mailbox.take_loads(), await self._events(mailbox.owner, last)
            for piece in _pieces(events, loads):
                if not await write(request, response, piece):
                    return
            if events:
                last = events[-1].seq
            if len(events) == MAX_EVENTS or await mailbox.has_news_within(self._heartbeat_s):
                continue
            if not await write(request, response, HEARTBEAT):
                return

    async def _events(self, pop: str, last: int) -> list[StoredEvent]:
        return await self._thread.do(lambda desk: desk.events.after(pop, last, limit=MAX_EVENTS))


def _pieces(events: Iterable[StoredEvent], loads: Iterable[LoadReport]) -> Iterable[bytes]:
    for event in events:
        yield event_bytes(_TICKET, event.body, number=event.seq)
    for load in loads:
        yield event_bytes(_LOAD, msgspec.json.encode(load))


def _wants_document(accept: str) -> bool:
    """True if the PoP asks for JSON and not for a stream."""
    return "application/json" in accept and "text/event-stream" not in accept


def _last_event_id(header: str | None) -> int:
    """The number in `Last-Event-ID`; 0 without the header. Raises `RefusedError`."""
    if not header:
        return 0
    if not header.isascii() or not header.isdigit() or len(header) > _MAX_DIGITS:
        raise RefusedError("Last-Event-ID is not the number of an event, expected one that this desk sent, or 0")
    return int(header)
