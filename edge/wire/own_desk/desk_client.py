"""What Skerry's own desk has for one PoP, and what it hears of that PoP, over HTTP.

    GET /v1/pops/{pop}/events
    id: 41                          the event's number: to be given back as Last-Event-ID
    event: ticket                   a `DeskEvent` as JSON; or `load`, a `LoadReport`, which has no number
    data: {…}

The desk keeps every event of a ticket until the PoP has given back its number, or a later one. With
`Accept: application/json` it answers at once with what it has, for a proxy that holds back a stream.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator
from typing import NamedTuple

import aiohttp
import msgspec
from yarl import URL

from edge.errors import Cause, RefusedError, UnreachableError
from edge.host import safe_detail
from edge.records import DECODE_ERRORS, DeskEvent, LoadReport
from edge.records.desk import EventPage, PopFigures
from edge.wire.http import (
    IDENTITY,
    EventStreamClient,
    EventStreamParser,
    cause_of_status,
    peer_name,
    requested_retry_after_s,
    unreachable,
)

MAX_ITEM_BYTES = 65_536
"""Largest event: a reply has 4,000 characters, which are 24 kB as escaped JSON."""

MAX_PAGE_BYTES = 16 * 2**20
"""Largest answer to a poll."""

POST_S = 4.0
"""Time for posting figures; the next ones follow within five seconds."""

_DONE = range(200, 300)
_MAX_DIGITS = 16
_LOAD = "load"
_TYPES: dict[str, type[DeskEvent] | type[LoadReport]] = {"ticket": DeskEvent, _LOAD: LoadReport}


class DeskItem(NamedTuple):
    """One event of the desk."""

    number: int
    """The event's number; 0 for a load report."""
    what: DeskEvent | LoadReport | None
    """What it says; None if it cannot be read, or is of a type that only later releases know."""
    fault: str = ""
    """Why it cannot be read. It quotes nothing of the event."""


class DeskPage(NamedTuple):
    """What a poll brought."""

    items: tuple[DeskItem, ...]
    has_more: bool
    """True if there is more than a page has: poll again at once."""


class DeskClient:
    """Speaks for `pop` with the desk at `url`. `idle_s` is how long a stream may bring nothing."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, pop: str, token: str, idle_s: float) -> None:
        self._session, self._idle_s = session, idle_s
        self._root = URL(url.rstrip("/")).joinpath("v1", "pops", pop)
        self._headers = {"Authorization": f"Bearer {token}"}
        self._stream = EventStreamClient(session, str(self._root / "events"), idle_s=idle_s)

    async def stream(self, after: int) -> AsyncGenerator[DeskItem, None]:
        """Events after number `after` (0: from the first) as they come, until the desk ends the stream.

        Raises `UnreachableError`, or `RefusedError` if an event is too large. The cause is `CONFLICT` if the desk has
        sent no event of that number: it was restored from an older copy; begin again from 0.
        """
        parser = EventStreamParser(max_event_bytes=MAX_ITEM_BYTES)
        async with contextlib.aclosing(self._stream.pieces(self._after(after))) as pieces:
            async for data in pieces:
                for event in parser.receive(data):
                    kind = event.kind.decode(errors="replace")
                    yield _read(kind, event.data, 0 if kind == _LOAD else _number(event.id))

    async def poll(self, after: int) -> DeskPage:
        """The first events after number `after` that the desk has now. Raises as `stream`."""
        url = self._root / "events"
        headers = {**self._after(after), "Accept": "application/json"}
        body = await self._request("GET", url, headers, self._idle_s)
        try:
            page = msgspec.json.decode(body, type=EventPage)
        except DECODE_ERRORS as error:
            text = f"{peer_name(url)} answered with something else than the events of a desk"
            raise UnreachableError(text, cause=Cause.STRANGE_ANSWER) from error
        items = tuple(_read(event.type, bytes(event.data), event.id or 0) for event in page.events)
        return DeskPage(items, page.more)

    async def post_figures(self, figures: PopFigures) -> None:
        """Post what this PoP counts. The desk has the newest alone: what is lost is not sent again.

        Raises `UnreachableError` if the desk does not take it.
        """
        headers = {**self._headers, "Content-Type": "application/json"}
        await self._request("POST", self._root / "status", headers, POST_S, msgspec.json.encode(figures))

    def _after(self, number: int) -> dict[str, str]:
        return {**self._headers, "Last-Event-ID": str(number)} if number else self._headers

    async def _request(
        self, method: str, url: URL, headers: dict[str, str], timeout_s: float, body: bytes | None = None
    ) -> bytes:
        try:
            async with asyncio.timeout(timeout_s):
                with unreachable(url):
                    return await self._exchange(method, url, headers, body)
        except TimeoutError as error:
            text = f"{peer_name(url)} did not answer within {timeout_s:g} s"
            raise UnreachableError(text, cause=Cause.SILENT) from error

    async def _exchange(self, method: str, url: URL, headers: dict[str, str], body: bytes | None) -> bytes:
        async with self._session.request(
            method,
            url,
            data=body,
            headers={**headers, **IDENTITY, "Cache-Control": "no-store"},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            if response.status not in _DONE:
                raise UnreachableError(
                    f"{peer_name(url)} answered with status {response.status}, expected 2xx",
                    retry_after_s=requested_retry_after_s(response),
                    cause=cause_of_status(response.status),
                )
            answer = bytearray()
            async for piece in response.content.iter_any():
                answer += piece
                if len(answer) > MAX_PAGE_BYTES:
                    raise RefusedError(f"{peer_name(url)} sent more than {MAX_PAGE_BYTES} bytes of events")
            return bytes(answer)


def _read(kind: str, data: bytes, number: int) -> DeskItem:
    record = _TYPES.get(kind)
    if record is None:
        return DeskItem(number, None, "it is of a type that this release does not know")
    try:
        return DeskItem(number, msgspec.json.decode(data, type=record))
    except DECODE_ERRORS as error:
        return DeskItem(number, None, f"it is no {record.__name__}: {safe_detail(error)}")


def _number(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) <= _MAX_DIGITS else 0
