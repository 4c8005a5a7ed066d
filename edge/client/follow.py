"""A ticket's events, through lost connections and proxies: each is resumed where the last one ended."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable

import msgspec

from edge.client.exchange import PopExchange
from edge.errors import Cause, RefusedError, UnreachableError
from edge.records import DECODE_ERRORS, TicketState, TicketStatus
from edge.wire.http import EventStreamClient, EventStreamParser, ServerSentEvent

MAX_EVENT_BYTES = 65_536
"""A reply of the desk has at most a few thousand characters."""

_WAIT = "wait"
_LAST = frozenset({TicketState.RESOLVED, TicketState.DROPPED})
_FIRST_DELAY_S, _MAX_DELAY_S = 0.5, 5.0
_SHORT_S = 5.0
"""A stream that ends sooner, and has no news, is useless: a proxy ends it. After the second one the state is polled."""

_POLL_S, _MAX_POLL_S = 5.0, 30.0
_HELD_BACK = {"Prefer": "wait=20"}
"""For a proxy that holds a response back until it ends: let it end with each event."""


class TicketEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event of a ticket's stream."""

    kind: str
    """`waiting`, `delivered`, `acknowledged`, `replied`, `resolved`, `dropped`, `not_delivered` or `wait`."""
    id: str
    """Where the viewer has read to: give it back as `last_event_id` to go on from here. Empty if nothing had one."""
    status: TicketStatus | None = None
    """How far the ticket has come; None for `wait`."""
    wait_s: float | None = None
    """For `wait`: the estimated wait in seconds; None if it is no longer known."""


class _Wait(msgspec.Struct):
    wait_s: float | None


class TicketFollower:
    """Follows one ticket. `read_status` asks for its state, and raises what the PoP refuses."""

    def __init__(
        self, exchange: PopExchange, ticket: str, token: str, *, read_status: Callable[[], Awaitable[TicketStatus]]
    ) -> None:
        self._exchange, self._read_status = exchange, read_status
        self._clock = time.monotonic
        self._path = f"/v1/tickets/{ticket}/events"
        self._headers = {"Authorization": f"Bearer {token}"}
        self._position = ""
        self._known: TicketStatus | None = None
        self._is_held_back = False

    async def events(self, last_event_id: str) -> AsyncGenerator[TicketEvent, None]:
        """The events, until the ticket is resolved or dropped. Raises as `PopClient.follow`."""
        self._position = last_event_id
        failures = silent = short = 0
        while not self._is_over:
            broken: UnreachableError | None = None
            began, has_news = self._clock(), False
            try:
                async with contextlib.aclosing(self._one_stream()) as stream:
                    async for event in stream:
                        failures = silent = 0
                        # Each stream begins with the wait: that is no news.
                        has_news = has_news or event.status is not None
                        short = 0 if has_news else short
                        yield event
            except UnreachableError as error:
                broken, failures, silent = error, failures + 1, silent + 1
            else:
                short = short + 1 if not has_news and self._clock() - began < _SHORT_S else 0
            if broken is not None or short:
                # A stream does not say why it is refused or ends at once, and too many viewers may have one. The state
                # says more.
                polled = None
                try:
                    polled, silent = await self._poll(), 0
                except UnreachableError as error:
                    silent += broken is None
                    broken = broken or error
                if broken is not None and silent > self._exchange.bounds.max_failures:
                    raise broken from None
                if polled is not None:
                    yield polled
            if not self._is_over:
                await self._exchange.sleep(_delay_s(failures, short))

    async def _poll(self) -> TicketEvent | None:
        """The state now as an event; None if the caller knows it."""
        status = await self._read_status()
        kind = "replied" if status.state is TicketState.ANSWERED else status.state.value
        return self._news(TicketEvent(kind=kind, id=self._position, status=status))

    @property
    def _is_over(self) -> bool:
        return self._known is not None and self._known.state in _LAST

    async def _one_stream(self) -> AsyncGenerator[TicketEvent, None]:
        """The events of one connection that the caller does not know yet."""
        client = EventStreamClient(
            self._exchange.http,
            str(self._exchange.url(self._path)),
            idle_s=self._exchange.bounds.idle_s,
            via=self._exchange.via,
        )
        headers = self._headers | ({"Last-Event-ID": self._position} if self._position else {})
        parser = EventStreamParser(max_event_bytes=MAX_EVENT_BYTES)
        async with contextlib.aclosing(client.pieces(headers | (_HELD_BACK if self._is_held_back else {}))) as pieces:
            piece = await self._first(pieces)
            while piece:
                for sent in _received(parser, piece):
                    event = _read(sent)
                    if event is not None and (news := self._news(event)) is not None:
                        yield news
                piece = await anext(pieces, b"")

    async def _first(self, pieces: AsyncGenerator[bytes, None]) -> bytes:
        if self._is_held_back:
            return await anext(pieces, b"")
        try:
            async with asyncio.timeout(self._exchange.bounds.first_byte_s):
                return await anext(pieces, b"")
        except TimeoutError:
            self._is_held_back = True
            return b""

    def _news(self, event: TicketEvent) -> TicketEvent | None:
        """The event with its place in the stream; None if the caller knows this state already."""
        self._position = event.id or self._position
        if event.status is not None and event.status == self._known:
            return None
        self._known = event.status or self._known
        return msgspec.structs.replace(event, id=self._position)


def _delay_s(failures: int, short: int) -> float:
    """Seconds until the next stream, after so many that broke, or that were short, in a row."""
    delay_s = min(_MAX_DELAY_S, _FIRST_DELAY_S * 2.0 ** min(failures, 4))
    if short > 1:
        delay_s = min(_MAX_POLL_S, _POLL_S * 2.0 ** min(short - 1, 4))
    return delay_s * random.uniform(0.5, 1)  # noqa: S311 - not a secret


def _received(parser: EventStreamParser, piece: bytes) -> list[ServerSentEvent]:
    """The events that the piece completes. Raises `UnreachableError` for one without end: no PoP sends that."""
    try:
        return parser.receive(piece)
    except RefusedError as error:
        raise UnreachableError(error.text, cause=Cause.STRANGE_ANSWER) from error


def _read(sent: ServerSentEvent) -> TicketEvent | None:
    """One event; None for a kind that this release does not know."""
    kind, place = sent.kind.decode(errors="replace"), sent.id.decode(errors="replace")
    try:
        if kind == _WAIT:
            return TicketEvent(kind=kind, id=place, wait_s=msgspec.json.decode(sent.data, type=_Wait).wait_s)
        return TicketEvent(kind=kind, id=place, status=msgspec.json.decode(sent.data, type=TicketStatus))
    except DECODE_ERRORS:
        return None
