"""The open streams: how many, one a ticket, what each still has to send. Time is a number here."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import web

from edge.daemon.tickets.events import HEARTBEAT, NOWHERE
from edge.daemon.tickets.streams import MAX_UNSENT, TicketStream, TicketStreams
from edge.errors import Reason, RefusedError
from edge.records import TicketState, TicketStatus
from edge.tokens import TicketCapability

ISLAND = "acme/drop"


class World:
    """Streams whose clock and estimate a test sets."""

    def __init__(self, *, max_streams: int = 2) -> None:
        self.now, self.wait_s = 100.0, cast(float | None, None)
        self.streams = TicketStreams(
            wait=lambda _island: self.wait_s, max_streams=max_streams, heartbeat_s=15, clock=lambda: self.now
        )

    def open(self, ticket: str = "t") -> TicketStream:
        """A stream of a viewer whose connection is open."""
        transport = SimpleNamespace(is_closing=lambda: False)
        request = cast(web.Request, SimpleNamespace(transport=transport))
        return self.streams.open(TicketCapability(ticket, ISLAND, 0.0), request, NOWHERE)

    async def swept(self, stream: TicketStream, *, after_s: float) -> bytes:
        """What the stream has to send after a look at all of them, so much later."""
        self.now += after_s
        await self.streams.sweep()
        return stream.take(self.now)


def status(state: str, reply: str = "") -> TicketStatus:
    """A ticket's progress."""
    return TicketStatus(ticket="t", state=TicketState(state), since=datetime(2026, 1, 1, tzinfo=UTC), reply=reply)


def test_too_many_streams() -> None:
    """The one too many is refused with the route to poll; a stream that has ended makes room."""
    world = World(max_streams=2)
    first, _ = world.open("a"), world.open("b")

    with pytest.raises(RefusedError) as caught:
        world.open("c")
    assert caught.value.reason is Reason.OVERLOADED
    assert caught.value.text == "2 streams are open, expected fewer than 2; poll GET /v1/tickets/{ticket} instead"
    world.streams.forget(first)
    world.open("c")
    assert len(world.streams) == 2


def test_second_stream_of_a_ticket_ends_the_first() -> None:
    """Also when there is no room for another one; the first one's end does not touch the second."""
    world = World(max_streams=1)
    first = world.open("a")
    second = world.open("a")
    world.streams.forget(first)

    assert (True, False, 1) == (first.is_ended, second.is_ended, len(world.streams))


async def test_heartbeat_is_sent_only_when_nothing_else_was() -> None:
    """A stream is quiet for 15 s; then a comment, once."""
    world = World()
    stream = world.open()

    assert [b"", HEARTBEAT, b""] == [await world.swept(stream, after_s=seconds) for seconds in (14, 1, 1)]
    stream.note_status(status("delivered"))
    assert stream.take(world.now).startswith(b"event: delivered")
    assert b"" == await world.swept(stream, after_s=14)


async def test_wait_is_told_when_it_changes_and_not_too_often() -> None:
    """At once at the start, then at most every three seconds, and no longer once people look after the ticket."""
    world = World()
    world.wait_s = 60.0
    stream = world.open()
    said = [stream.take(world.now)]
    for after_s, wait_s in ((1, 60.0), (1, 90.0), (1, 90.0), (1, 120.0), (3, None)):
        world.wait_s = wait_s
        said.append(await world.swept(stream, after_s=after_s))
    stream.note_status(status("acknowledged"))
    stream.take(world.now)
    world.wait_s = 5.0

    found = [part.partition(b"data: ")[2].strip().decode() for part in said]
    assert ['{"wait_s":60.0}', "", "", '{"wait_s":90.0}', "", '{"wait_s":null}'] == found
    assert b"" == await world.swept(stream, after_s=10)


async def test_stream_of_a_viewer_who_left_ends() -> None:
    """The next look finds that the connection is gone."""
    world = World()
    stream = world.open()
    cast(Any, stream.request).transport = None
    await world.streams.sweep()

    assert stream.is_ended


async def test_stream_ends_with_the_ticket_and_with_its_time() -> None:
    """After `resolved`; after one event or its time, if the viewer waits for one event."""
    world = World(max_streams=3)
    resolved, one_event, timed = world.open("a"), world.open("b"), world.open("c")
    one_event.ends_at = timed.ends_at = world.now + 20
    for stream, state in ((resolved, "resolved"), (one_event, "delivered")):
        stream.note_status(status(state))
        assert stream.take(world.now)

    assert (True, True, False) == (resolved.is_ended, one_event.is_ended, timed.is_ended)
    await world.swept(timed, after_s=20)
    assert timed.is_ended


def test_slow_reader_is_bounded() -> None:
    """Of more statuses than fit the oldest are dropped; the last one is sent."""
    stream = World().open()
    for number in range(3 * MAX_UNSENT):
        stream.note_status(status("answered", f"reply {number}"))
    sent = stream.take(0.0)

    assert MAX_UNSENT == sent.count(b"event: replied")
    assert f"reply {3 * MAX_UNSENT - 1}".encode() in sent


async def test_notes_wake_the_handler() -> None:
    """Each kind of note ends the wait; a progress that says nothing makes the handler read the store."""
    world = World()
    stream = world.open()
    notes: tuple[Callable[[], None], ...] = (
        lambda: world.streams.note_progress("t", status("delivered")),
        lambda: world.streams.note_progress("t", None),
        lambda: stream.note_wait(3.0, world.now),
        stream.end,
    )
    for note in notes:
        waiting = asyncio.create_task(stream.until_noted())
        await asyncio.sleep(0)
        assert not waiting.done()
        note()
        await waiting
        assert stream.is_stale == (note is notes[1])
        stream.is_stale = False
        stream.take(world.now)


def test_progress_of_a_ticket_that_nobody_follows() -> None:
    """Nothing happens."""
    World().streams.note_progress("t", status("delivered"))


def test_closed_streams() -> None:
    """All end, and none is opened any more."""
    world = World()
    stream = world.open()
    world.streams.close()

    assert stream.is_ended
    with pytest.raises(RefusedError):
        world.open("b")
