"""One connection, in front of aiohttp: llhttp sees every byte of it before aiohttp does.

So bytes that are no request, headers without an end and requests that are screened out never reach aiohttp, and cost
neither a task nor a line in the log. aiohttp's own handler is made with the first request that passes.

A request passes with the bytes that it came in. They may also hold the beginning of the next one, which then passes,
too: where it begins in them is not known here. For the same reason a connection is closed if a request that was
answered here shares its bytes with one that would pass.
"""

import asyncio
from typing import TYPE_CHECKING, cast

from aiohttp.web_protocol import RequestHandler
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from edge.host.door.phases import Phase
from edge.host.door.refusal import HEADERS_TOO_LARGE, NO_ROOM, NO_TUNNEL, NOT_HTTP, TOO_SLOW
from edge.host.door.screen import Head, Next

if TYPE_CHECKING:
    from edge.host.door.door import Door

_NO_BODY_YET = b""


class Connection(asyncio.Protocol):
    """One connection to a door. The callbacks `on_…` are called by llhttp's parser, within `data_received`."""

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._parser = HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._inner: RequestHandler | None = None
        self._phase = Phase.IDLE
        self._is_deaf = False
        """True once nothing more is read: the connection ends, now or after the response in progress."""
        self._in_flight = 0
        """Requests that passed and are not answered yet."""
        self._is_stream = False
        self._held: list[bytes] = []
        """Bytes of a request that is not decided yet."""
        self._held_bytes = 0
        self._is_committed = False
        """True while the bytes of a request pass that has not ended."""
        self._head: Head | None = None
        self._body: bytes | None = None
        self._headers: dict[bytes, bytes] = {}
        self._begin_bytes()
        self._begin_request()
        self._is_reading = False

    # --- asyncio

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a place, or say that there is none."""
        self._transport = cast(asyncio.Transport, transport)
        if not self._door.enter(self):
            self._is_deaf = True
            self._transport.write(NO_ROOM.to_bytes(keep_alive=False))
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give everything back."""
        self._is_deaf = True
        self._door.leave(self, self._phase, in_flight=self._in_flight, inner=self._inner)
        self._in_flight = 0
        self._held.clear()
        if self._inner is not None:
            self._inner.connection_lost(exc)

    def pause_writing(self) -> None:
        """The peer reads slowly."""
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The peer reads again."""
        if self._inner is not None:
            self._inner.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Parse the next bytes, then pass them on, hold them, or drop them."""
        if self._is_deaf:
            return
        self._begin_bytes()
        self._passes = self._is_committed
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            # We speak no other protocol: the request is answered as if it had not asked for one, then all ends.
            self._pass_on(data)
            self._finish_last()
            return
        except HttpParserError:
            self._refuse_bytes(data)
            return
        if self._answered and (self._passes or self._is_open):
            self.end()
        elif self._passes:
            self._pass_on(data)
        elif self._is_open:
            self._hold(data)
        else:
            self._drop_held()
        self._update_phase()

    # --- llhttp

    def on_message_begin(self) -> None:
        """A request begins."""
        self._begin_request()

    def on_url(self, part: bytes) -> None:
        """A part of the target."""
        self._target += part
        self._count_bytes(len(part))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._count += 1
        self._count_bytes(len(name) + len(value))
        self._headers[name.lower()] = value

    def on_headers_complete(self) -> None:
        """Decide by the head, unless the bytes of this request pass already."""
        self._has_head = True
        if self._passes or self._in_flight:
            self._let_pass()
            return
        keep_alive = self._parser.should_keep_alive() and not self._door.is_draining
        head = self._head = Head(self._parser.get_method(), self._target, self._headers, keep_alive)
        if head.method == b"CONNECT":
            self._answer(NO_TUNNEL.to_bytes(keep_alive=False), keep_alive=False)
            return
        next_step = self._door.screen.by_head(head)
        if isinstance(next_step, bytes):
            self._answer(next_step, keep_alive=keep_alive)
        elif next_step is Next.PASS:
            self._let_pass()
        else:
            self._body = _NO_BODY_YET

    def on_body(self, part: bytes) -> None:
        """A part of the body."""
        if self._body is not None:
            self._body += part

    def on_message_complete(self) -> None:
        """Decide by the body, if that was wanted. The request has ended."""
        self._is_reading = False
        if self._body is None or self._head is None:
            return
        response = self._door.screen.by_body(self._head, self._body)
        self._body = None
        if response is None:
            self._let_pass()
        else:
            self._answer(response, keep_alive=self._head.keep_alive)

    # --- the door

    def answered(self) -> None:
        """A request that passed has been answered."""
        if self._in_flight:
            self._in_flight -= 1
            self._door.in_flight -= 1
            self._is_stream = False
            self._update_phase()

    def mark_stream(self) -> None:
        """The response in progress is a stream of events: it is no request in flight any more."""
        if self._in_flight and not self._is_stream:
            self._is_stream = True
            self._update_phase()

    def end_overdue(self) -> None:
        """End a connection whose time is over, with a reason if a request was on its way."""
        if self._phase is not Phase.IDLE and not self._is_deaf:
            self._write(TOO_SLOW.to_bytes(keep_alive=False))
        self.end()

    def end(self) -> None:
        """Close the connection. What was written is still sent."""
        self._is_deaf = True
        self._drop_held()
        if self._transport is not None:
            self._transport.close()

    # --- inside

    @property
    def _is_open(self) -> bool:
        """True if a request has begun and is neither decided nor answered."""
        return self._is_reading and not self._is_decided

    def _begin_bytes(self) -> None:
        self._passes = False
        self._answered = 0

    def _begin_request(self) -> None:
        self._is_reading = True
        self._is_decided = self._has_head = False
        self._target, self._headers, self._count, self._size = b"", {}, 0, 0
        self._head = self._body = None

    def _count_bytes(self, more: int) -> None:
        self._size += more
        limits = self._door.limits
        if self._size > limits.max_header_bytes or self._count > limits.max_headers:
            # llhttp ends the parsing with an error of its own.
            raise _TooLargeError

    def _let_pass(self) -> None:
        self._passes = self._is_decided = True
        self._in_flight += 1
        self._door.in_flight += 1

    def _answer(self, response: bytes, *, keep_alive: bool) -> None:
        self._is_decided = True
        self._body = None
        self._answered += 1
        self._write(response)
        # Who waits for a "100 Continue" sends its body or leaves it out: what follows cannot be told apart.
        if not keep_alive or b"expect" in self._headers:
            self.end()

    def _pass_on(self, data: bytes) -> None:
        inner = self._inner or self._open_inner()
        if self._held:
            data = b"".join((*self._held, data))
            self._drop_held()
        self._is_committed = self._is_reading
        inner.data_received(data)

    def _open_inner(self) -> RequestHandler:
        inner = self._inner = self._door.open_handler(self)
        if self._transport is not None:
            inner.connection_made(self._transport)
        return inner

    def _hold(self, data: bytes) -> None:
        self._held.append(data)
        self._held_bytes += len(data)
        if not self._has_head and self._held_bytes > self._door.limits.max_header_bytes:
            self._write(HEADERS_TOO_LARGE.to_bytes(keep_alive=False))
            self.end()

    def _drop_held(self) -> None:
        self._held.clear()
        self._held_bytes = 0

    def _refuse_bytes(self, data: bytes) -> None:
        if self._in_flight and self._is_committed:
            # aiohttp finds the same fault, and the request's handler answers it.
            self._pass_on(data)
            self._finish_last()
        elif self._in_flight:
            self._finish_last()
        else:
            limits = self._door.limits
            is_too_large = self._size > limits.max_header_bytes or self._count > limits.max_headers
            self._write((HEADERS_TOO_LARGE if is_too_large else NOT_HTTP).to_bytes(keep_alive=False))
            self.end()

    def _finish_last(self) -> None:
        """Read nothing more, and close the connection after the response in progress."""
        self._is_deaf = True
        self._is_reading = False
        if self._inner is not None:
            self._inner.close()
        self._update_phase()

    def _write(self, response: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(response)

    def _update_phase(self) -> None:
        if self._is_stream:
            phase = Phase.STREAM
        elif self._is_reading:
            phase = Phase.BODY if self._has_head else Phase.HEAD
        else:
            phase = Phase.BUSY if self._in_flight else Phase.IDLE
        # Also from idle to idle: the time counts from the last response.
        if phase is not self._phase or phase is Phase.IDLE:
            self._door.phases.move(self, self._phase, phase)
            self._phase = phase


class _TooLargeError(Exception):
    """The headers are above the limit."""
