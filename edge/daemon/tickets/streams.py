"""The open event streams of tickets: at most so many, and one for each ticket.

A stream has no timer and no queue of bytes: it keeps a few statuses that are not sent yet. One task wakes the streams
that need a heartbeat or another estimate, a hundred at a time, so that requests in between do not wait.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Final

from aiohttp import web

from edge.daemon.tickets.events import HEARTBEAT, EventPosition, events_after, position_of, wait_event
from edge.errors import Reason, RefusedError
from edge.records import TicketState, TicketStatus
from edge.tokens import TicketCapability

MAX_STREAMS = 5_000
"""Default limit; at 16 KiB each, 80 MiB."""

HEARTBEAT_S = 15.0
"""Default interval of heartbeats. The proxies that close idle connections soonest do so after 30 s."""

WAIT_INTERVAL_S = 3.0
"""A stream tells another estimate at most this often."""

MAX_UNSENT = 8
"""Statuses that may wait for a slow reader. Beyond it the oldest is dropped; the last always has the state."""

_SWEEP_S = 1.0
_SLICE = 100
_ACKNOWLEDGED: Final = tuple(TicketState).index(TicketState.ACKNOWLEDGED)
_LAST: Final = {tuple(TicketState).index(state) for state in (TicketState.RESOLVED, TicketState.DROPPED)}


class TicketStream:
    """One viewer's stream: what is still to be sent. Its handler takes bytes, everybody else leaves notes."""

    __slots__ = (
        "_has_wait", "_is_beat_due", "_sleeper", "_unsent", "ends_at", "is_ended", "is_stale", "island", "position",
        "request", "ticket", "told_wait_at", "wait_s", "wrote_at",
    )  # fmt: skip

    def __init__(self, capability: TicketCapability, request: web.Request, position: EventPosition, now: float) -> None:
        self.ticket, self.island = capability.ticket, capability.island
        self.request, self.position = request, position
        self.ends_at: float | None = None
        self.wait_s: float | None = None
        self.wrote_at, self.told_wait_at = now, 0.0
        self.is_ended = False
        self.is_stale = False
        """True if the store must be read: the progress changed, and the note does not say how."""
        self._unsent: list[TicketStatus] = []
        self._is_beat_due = self._has_wait = False
        self._sleeper: asyncio.Future[None] | None = None

    def note_first(self, status: TicketStatus) -> None:
        """Note the progress as the store had it after the stream was opened."""
        # One thread changes and reads the store, so what was noted while it was read is older than this.
        self._unsent = [status]

    def note_status(self, status: TicketStatus) -> None:
        """Note the ticket's progress."""
        self._unsent = [*self._unsent, status][-MAX_UNSENT:]
        self._wake()

    def note_change(self) -> None:
        """Note that the store has to be read."""
        self.is_stale = True
        self._wake()

    def note_wait(self, wait_s: float | None, now: float) -> None:
        """Note another estimate, unless people look after the ticket already or it was told just now."""
        is_waiting = self.position.order < _ACKNOWLEDGED
        if is_waiting and wait_s != self.wait_s and now - self.told_wait_at >= WAIT_INTERVAL_S:
            self.wait_s, self.told_wait_at, self._has_wait = wait_s, now, True
            self._wake()

    def note_time(self, now: float, *, heartbeat_s: float) -> None:
        """Note the time: a heartbeat may be due, the stream's own time may be over, its reader may be gone."""
        transport = self.request.transport
        if transport is None or transport.is_closing() or (self.ends_at is not None and now >= self.ends_at):
            self.end()
        elif now - self.wrote_at >= heartbeat_s:
            self._is_beat_due = True
            self._wake()

    def end(self) -> None:
        """End the stream. Idempotent."""
        self.is_ended = True
        self._wake()

    def take(self, now: float) -> bytes:
        """The bytes to send now. They count as sent."""
        parts = []
        for status in self._unsent:
            parts.append(events_after(self.position, status))
            self.position = position_of(status)
        # After the last state there is nothing more to wait for; and a stream that waits for one event has it now.
        if self.position.order in _LAST or (self.ends_at is not None and any(parts)):
            self.is_ended = True
        if self._has_wait:
            parts.append(wait_event(self.wait_s))
        if self._is_beat_due and not any(parts):
            parts.append(HEARTBEAT)
        self._unsent, self._has_wait, self._is_beat_due = [], False, False
        data = b"".join(parts)
        if data:
            self.wrote_at = now
        return data

    async def until_noted(self) -> None:
        """Wait until there is a note."""
        if self._unsent or self._has_wait or self._is_beat_due or self.is_ended or self.is_stale:
            return
        self._sleeper = asyncio.get_running_loop().create_future()
        try:
            await self._sleeper
        finally:
            self._sleeper = None

    def _wake(self) -> None:
        if self._sleeper is not None and not self._sleeper.done():
            self._sleeper.set_result(None)


class TicketStreams:
    """All open streams, by ticket. Belongs to the event loop; `keep` must run.

    `wait` gives the estimated wait for a question to an island. `clock` is monotonic, in seconds.
    """

    def __init__(
        self,
        *,
        wait: Callable[[str], float | None],
        max_streams: int = MAX_STREAMS,
        heartbeat_s: float = HEARTBEAT_S,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wait, self._max_streams, self._heartbeat_s = wait, max_streams, heartbeat_s
        self._streams: dict[str, TicketStream] = {}
        self._is_closed = False
        self.clock = clock

    def __len__(self) -> int:
        return len(self._streams)

    def open(self, capability: TicketCapability, request: web.Request, position: EventPosition) -> TicketStream:
        """A stream for the ticket; it ends an earlier one. Raises `RefusedError` (`OVERLOADED`) if there are too many.

        Give it back with `forget`.
        """
        earlier = self._streams.get(capability.ticket)
        if self._is_closed or (earlier is None and len(self._streams) >= self._max_streams):
            raise RefusedError(
                f"{len(self._streams)} streams are open, expected fewer than {self._max_streams}; "
                "poll GET /v1/tickets/{ticket} instead",
                reason=Reason.OVERLOADED,
            )
        if earlier is not None:
            earlier.end()
        now = self.clock()
        stream = self._streams[capability.ticket] = TicketStream(capability, request, position, now)
        stream.note_wait(self._wait(capability.island), now)
        return stream

    def forget(self, stream: TicketStream) -> None:
        """Forget a stream that has ended. Idempotent."""
        if self._streams.get(stream.ticket) is stream:
            del self._streams[stream.ticket]

    def note_progress(self, ticket: str, status: TicketStatus | None) -> None:
        """Tell the ticket's stream, if there is one, how far it has come now; None: the store says it."""
        stream = self._streams.get(ticket)
        if stream is None:
            return
        if status is None:
            stream.note_change()
        else:
            stream.note_status(status)

    async def keep(self) -> None:
        """Send heartbeats and new estimates until cancelled."""
        while True:
            await asyncio.sleep(min(_SWEEP_S, self._heartbeat_s / 2))
            await self.sweep()

    async def sweep(self) -> None:
        """Look at every stream once."""
        now, waits = self.clock(), dict[str, float | None]()
        for number, stream in enumerate(tuple(self._streams.values()), start=1):
            if stream.island not in waits:
                waits[stream.island] = self._wait(stream.island)
            stream.note_wait(waits[stream.island], now)
            stream.note_time(now, heartbeat_s=self._heartbeat_s)
            # Each note wakes a handler, which writes: the loop must see to requests in between.
            if number % _SLICE == 0:
                await asyncio.sleep(0)

    def close(self) -> None:
        """End all streams, and open no more. They do not end by themselves, and a stop would wait for them."""
        self._is_closed = True
        for stream in tuple(self._streams.values()):
            stream.end()
