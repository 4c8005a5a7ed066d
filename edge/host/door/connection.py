"""One connection, in front of aiohttp.

Bytes that are no request, headers without an end and requests that are answered by a look never reach aiohttp, and cost
neither a task nor a line in the log. aiohttp's own handler is made with the first request that passes.
"""

import asyncio
from typing import TYPE_CHECKING, cast

from edge.host.door.handler import QuietHandler
from edge.host.door.held import HeldBytes
from edge.host.door.peer import Peer
from edge.host.door.phases import Phase
from edge.host.door.reader import Fed, RequestReader
from edge.host.door.refusal import HEADERS_TOO_LARGE, NO_ROOM, TOO_MANY_PIECES, TOO_SLOW, Refusal

if TYPE_CHECKING:
    from edge.host.door.door import Door

_MAX_EXPANSION = 2
"""How many times larger a body may be as chunks. Pieces of ten bytes are; honest senders' are far larger."""


class Connection(asyncio.Protocol):
    """One connection to a door."""

    # Thousands of streams are open at once, and each has one.
    __slots__ = (
        "_door", "_in_flight", "_inner", "_is_deaf", "_is_stream", "_peer", "_phase", "_reader", "held",
    )  # fmt: skip

    def __init__(self, door: "Door") -> None:
        self._door = door
        self._reader = RequestReader(door.limits, door.screen, door.paths.refusal_of_unknown_method)
        self._peer: Peer
        self._inner: QuietHandler | None = None
        self._phase = Phase.IDLE
        self._is_deaf = False
        """True once nothing more is read: the connection ends, now or after the response in progress."""
        self._in_flight = 0
        """Requests that passed and are not answered yet. All but the first wait for it, so together they count as one
        in the door's `in_flight`."""
        self._is_stream = False
        self.held = HeldBytes(door.held)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take a place, or say that there is none."""
        self._peer = Peer(cast(asyncio.Transport, transport))
        if not self._door.enter(self):
            self._peer.tell(NO_ROOM.to_bytes(keep_alive=False))
            self.end()

    def connection_lost(self, exc: Exception | None) -> None:
        """Give everything back."""
        self._stop()
        self._peer.forget()
        self._door.leave(self, self._phase)
        self._leave_inner(exc)

    def pause_writing(self) -> None:
        """The peer reads slowly."""
        self._peer.is_unread = True
        if self._inner is not None:
            self._inner.pause_writing()
        self._update_phase()
        self._door.bound_unread()

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._peer.is_unread = False
        if not self._in_flight:
            self._peer.read_again()
        if self._inner is not None:
            self._inner.resume_writing()
        self._update_phase()

    def data_received(self, data: bytes) -> None:
        """Read the next bytes, then pass them on, hold them, or drop them."""
        if self._is_deaf:
            return
        may_look, may_keep_alive = self._in_flight == 0, not self._door.is_draining
        fed = self._reader.feed(data, may_look=may_look, may_keep_alive=may_keep_alive, peer=self._peer.address)
        if fed.is_delayed:
            self.held.drop()
            self._peer.tell_later(fed.responses, self._linger if fed.is_last else self._update_phase)
        else:
            self._peer.tell(*fed.responses)
            self._take(data, fed)
        if self._peer.is_unread and not self._in_flight:
            # What the peer asks for now would be answered into our memory. While a request is in flight, aiohttp reads
            # no more than it has room for.
            self._peer.read_no_more()
        self._update_phase()

    def answered(self) -> None:
        """A request that passed has been answered."""
        if self._in_flight:
            self._set_in_flight(self._in_flight - 1)
            self._is_stream = False
            self._update_phase()

    def mark_stream(self) -> None:
        """The response in progress is a stream of events: it is no request in flight any more, and the last one."""
        if self._in_flight and self._inner is not None and not self._is_stream:
            # What follows would wait for hours, and be kept for as long.
            self._is_stream = True
            self._stop()
            self._set_in_flight(1)
            self._inner.read_no_more()
            self._update_phase()

    def end_overdue(self) -> None:
        """End a connection whose time is over, with a reason if a request was on its way."""
        if self._is_unanswered:
            self._linger(TOO_SLOW)
        else:
            self.drop()

    def drop(self) -> None:
        """End the connection now. What its peer has not read by now is lost: it may never read."""
        self._stop()
        self._peer.drop()

    def give_way(self) -> None:
        """Close the connection at once for a newer one, with a reason if a request was on its way."""
        if self._is_unanswered:
            self._peer.tell(NO_ROOM.to_bytes(keep_alive=False))
        self._door.phases.leave(self, self._phase)
        self.drop()

    @property
    def _is_unanswered(self) -> bool:
        """True if a request is not whole, and nothing was said to it."""
        if self._phase not in {Phase.HEAD, Phase.BODY}:
            return False
        # A request may be answered, here or by its handler, before its body is there.
        reader = self._reader
        return self._in_flight > 0 if reader.is_committed else not reader.is_decided and not self._in_flight

    def end(self) -> None:
        """Close the connection. What was written is still sent."""
        self._stop()
        self._peer.close()

    def _take(self, data: bytes, fed: Fed) -> None:
        if fed.refusal is not None:
            self._refuse(fed.refusal)
        elif fed.is_last and not fed.passes:
            self._linger()
        elif fed.passes:
            self._pass_on(data, fed)
        elif self._reader.is_reading and not self._reader.is_decided:
            self._hold(data)
        else:
            self.held.drop()

    def _pass_on(self, data: bytes, fed: Fed) -> None:
        if self._inner is None:
            self._inner = self._door.open_handler(self)
            self._inner.connection_made(self._peer.transport)
        self._set_in_flight(self._in_flight + fed.passing)
        self._inner.data_received(self.held.take(data))
        if fed.is_last:
            self._finish()

    def _hold(self, data: bytes) -> None:
        limits = self._door.limits
        size = self.held.size + len(data)
        if not self._reader.has_head and size > limits.max_header_bytes:
            self._linger(HEADERS_TOO_LARGE)
        elif self._reader.body_bytes > limits.max_held_body_bytes:
            self._pass_on(data, self._reader.commit())
        elif size > limits.max_header_bytes + _MAX_EXPANSION * limits.max_held_body_bytes:
            # Not passed on: with a body that is short enough, its handler would wait for the rest.
            self._linger(TOO_MANY_PIECES)
        elif not self._door.has_room(self, len(data)):
            self._linger(NO_ROOM)
        else:
            self.held.add(data)

    def _refuse(self, refusal: Refusal) -> None:
        """Refuse bytes that are no request; one in progress before them is still answered."""
        is_in_body = self._reader.is_committed and self._reader.has_head
        if self._in_flight and not is_in_body:
            self._finish()
        else:
            # Of a body: its handler waits for the rest, and has not begun to answer.
            self._linger(refusal)

    def _finish(self) -> None:
        """Read nothing more, and close the connection after the response in progress."""
        self._stop()
        if self._inner is not None:
            self._inner.close()

    def _linger(self, last: Refusal | None = None) -> None:
        """Say this and nothing more, and close the connection once the peer has had the time to read it."""
        self._stop()
        if last is not None:
            self._peer.tell(last.to_bytes(keep_alive=False))
        if self._inner is not None:
            # Its handlers must neither write to this connection nor close it.
            self._inner.transport = None
        self._leave_inner(None)
        if self._peer.half_close():
            self._enter(Phase.LAST)
        else:
            self.end()

    def _stop(self) -> None:
        """Read nothing more."""
        self._is_deaf = True
        self.held.drop()

    def _leave_inner(self, error: Exception | None) -> None:
        """Tell aiohttp that the connection is lost, and take back what it has in flight."""
        self._set_in_flight(0)
        self._is_stream = False
        if self._inner is not None:
            self._door.close_handler(self._inner)
            self._inner.connection_lost(error)
            self._inner = None

    def _set_in_flight(self, count: int) -> None:
        self._door.in_flight += (count > 0) - (self._in_flight > 0)
        self._in_flight = count

    def _update_phase(self) -> None:
        if self._phase is Phase.LAST:
            return
        if self._is_stream:
            phase = Phase.STREAM
        elif self._peer.is_unread:
            phase = Phase.UNREAD
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
