"""One connection, in front of aiohttp.

Bytes that are no request, headers without an end and requests that are answered by a look never reach aiohttp, and cost
neither a task nor a line in the log. aiohttp's own handler is made with the first request that passes.
"""

import asyncio
from typing import TYPE_CHECKING, cast

from aiohttp.web_protocol import RequestHandler

from edge.host.door.phases import Phase
from edge.host.door.reader import Fed, RequestReader
from edge.host.door.refusal import HEADERS_TOO_LARGE, NO_ROOM, TOO_SLOW

if TYPE_CHECKING:
    from edge.host.door.door import Door


DELAY_S = 0.25
"""How late a delayed response is told: who asks again at once then asks four times a second on each connection."""


class Connection(asyncio.Protocol):
    """One connection to a door."""

    # Thousands of streams are open at once, and each has one.
    __slots__ = (
        "_delay", "_door", "_held", "_held_bytes", "_in_flight", "_inner", "_is_deaf", "_is_stream", "_phase",
        "_reader", "_transport",
    )  # fmt: skip

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._reader = RequestReader(door.limits, door.screen)
        self._transport: asyncio.Transport | None = None
        self._inner: RequestHandler | None = None
        self._phase = Phase.IDLE
        self._is_deaf = False
        """True once nothing more is read: the connection ends, now or after the response in progress."""
        self._in_flight = 0
        """Requests that passed and are not answered yet."""
        self._is_stream = False
        self._delay: asyncio.TimerHandle | None = None
        """Set while a response is delayed."""
        self._held: list[bytes] = []
        """Bytes of a request that is not decided yet."""
        self._held_bytes = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a place, or say that there is none."""
        self._transport = cast(asyncio.Transport, transport)
        if not self._door.enter(self):
            self._write(NO_ROOM.to_bytes(keep_alive=False))
            self.end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give everything back."""
        self._is_deaf = True
        if self._delay is not None:
            self._delay.cancel()
        self._drop_held()
        self._door.leave(self, self._phase)
        self._leave_inner(exc)

    def pause_writing(self) -> None:
        """The peer reads slowly."""
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """The peer reads again."""
        if self._inner is not None:
            self._inner.resume_writing()

    def data_received(self, data: bytes) -> None:
        """Read the next bytes, then pass them on, hold them, or drop them."""
        if self._is_deaf:
            return
        may_look, may_keep_alive = self._in_flight == 0, not self._door.is_draining
        fed = self._reader.feed(data, may_look=may_look, may_keep_alive=may_keep_alive, peer=self._peer())
        self._write(*() if fed.is_delayed else fed.responses)
        if fed.is_delayed:
            self._answer_later(fed)
        elif fed.refusal is not None:
            self._refuse(fed)
        elif fed.is_last and not fed.passes:
            self._linger()
        elif fed.passes:
            self._pass_on(data, fed)
        elif self._reader.is_reading and not self._reader.is_decided:
            self._hold(data)
        else:
            self._drop_held()
        self._update_phase()

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
        # Not twice: a request may be answered, here or by its handler, before its body is there.
        reader = self._reader
        is_unanswered = self._in_flight > 0 if reader.is_committed else not reader.is_decided and not self._in_flight
        if self._phase in {Phase.HEAD, Phase.BODY} and is_unanswered:
            self._write(TOO_SLOW.to_bytes(keep_alive=False))
            self._linger()
        else:
            self.end()

    def end(self) -> None:
        """Close the connection. What was written is still sent."""
        self._is_deaf = True
        self._drop_held()
        if self._transport is not None:
            self._transport.close()

    def _peer(self) -> str:
        name = self._transport.get_extra_info("peername") if self._transport is not None else None
        return str(name[0]) if isinstance(name, tuple) else ""

    def _answer_later(self, fed: Fed) -> None:
        """Write responses after a pause, and read nothing until then. Meanwhile no request is in flight."""
        self._drop_held()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()
            self._delay = asyncio.get_running_loop().call_later(DELAY_S, self._answer_now, fed)

    def _answer_now(self, fed: Fed) -> None:
        self._delay = None
        if self._is_deaf or self._transport is None or self._transport.is_closing():
            return
        self._write(*fed.responses)
        if fed.is_last:
            self._linger()
        else:
            self._transport.resume_reading()
        self._update_phase()

    def _pass_on(self, data: bytes, fed: Fed) -> None:
        if self._inner is None:
            self._inner = self._door.open_handler(self)
            if self._transport is not None:
                self._inner.connection_made(self._transport)
        if self._held:
            data = b"".join((*self._held, data))
            self._drop_held()
        self._in_flight += fed.passing
        self._door.in_flight += fed.passing
        self._inner.data_received(data)
        if fed.is_last:
            self._finish()

    def _hold(self, data: bytes) -> None:
        limits = self._door.limits
        held = self._held_bytes + len(data)
        if not self._reader.has_head and held > limits.max_header_bytes:
            self._write(HEADERS_TOO_LARGE.to_bytes(keep_alive=False))
            self._linger()
        elif held > limits.max_header_bytes + limits.max_held_body_bytes:
            self._pass_on(data, self._reader.commit())
        elif self._door.held_bytes + len(data) > limits.max_held_bytes:
            self._write(NO_ROOM.to_bytes(keep_alive=False))
            self._linger()
        else:
            self._held.append(data)
            self._held_bytes += len(data)
            self._door.held_bytes += len(data)

    def _drop_held(self) -> None:
        self._held.clear()
        self._door.held_bytes -= self._held_bytes
        self._held_bytes = 0

    def _refuse(self, fed: Fed) -> None:
        """Refuse bytes that are no request; one in progress before them is still answered."""
        is_in_body = self._reader.is_committed and self._reader.has_head
        if self._is_stream or fed.refusal is None:
            self.end()
        elif self._in_flight and not is_in_body:
            self._finish()
        else:
            # Of a body: its handler waits for the rest, and has not begun to answer.
            self._write(fed.refusal.to_bytes(keep_alive=False))
            self._linger()

    def _finish(self) -> None:
        """Read nothing more, and close the connection after the response in progress."""
        self._is_deaf = True
        self._drop_held()
        if self._inner is not None:
            self._inner.close()

    def _linger(self) -> None:
        """Say nothing more, and close the connection once the peer has had the time to read what was said."""
        self._is_deaf = True
        self._drop_held()
        if self._inner is not None:
            # Its handlers must neither write to this connection nor close it.
            self._inner.transport = None
        self._leave_inner(None)
        if self._transport is None or self._transport.is_closing() or not self._transport.can_write_eof():
            self.end()
            return
        self._transport.write_eof()
        self._enter(Phase.LAST)

    def _leave_inner(self, error: Exception | None) -> None:
        """Tell aiohttp that the connection is lost, and take back what it has in flight."""
        self._door.in_flight -= self._in_flight
        self._in_flight, self._is_stream = 0, False
        if self._inner is not None:
            self._door.close_handler(self._inner)
            self._inner.connection_lost(error)
            self._inner = None

    def _write(self, *responses: bytes) -> None:
        if responses and self._transport is not None and not self._transport.is_closing():
            self._transport.write(b"".join(responses))

    def _update_phase(self) -> None:
        if self._phase is Phase.LAST:
            return
        if self._is_stream:
            phase = Phase.STREAM
        elif self._reader.is_reading and not self._is_deaf:
            phase = Phase.BODY if self._reader.has_head else Phase.HEAD
        else:
            phase = Phase.BUSY if self._in_flight else Phase.IDLE
        # Also from idle to idle: the time counts from the last response.
        if phase is not self._phase or phase is Phase.IDLE:
            self._enter(phase)

    def _enter(self, phase: Phase) -> None:
        self._door.phases.move(self, self._phase, phase)
        self._phase = phase
