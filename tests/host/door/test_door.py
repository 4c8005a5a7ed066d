"""`edge.host.door`: deadlines, the cap on connections, streams, addresses, and a stop that loses no request."""

import asyncio
from pathlib import Path

import aiohttp
import pytest
from aiohttp.http_parser import RawRequestMessage
from yarl import URL

from edge.host import url_of
from edge.host.door import Address, DoorLimits, bind_socket
from edge.host.door.phases import Phase
from tests.host.door.conftest import Client, Open
from tests.waiting import until_true

GET = b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"
LIMITS = DoorLimits(header_timeout_s=5.0, body_timeout_s=7.0, idle_timeout_s=75.0)

SLOW: dict[str, tuple[bytes, Phase, float, int]] = {
    "nothing at all": (b"", Phase.IDLE, 75.0, 0),
    "headers without an end": (b"GET /echo HTTP/1.1\r\nHost:", Phase.HEAD, 5.0, 408),
    "a body without an end": (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{", Phase.BODY, 7.0, 408),
    "chunks without an end": (
        b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n", Phase.BODY, 7.0, 408,
    ),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SLOW)
async def test_slow_connection_is_ended_at_its_deadline(sentence: str, open_door: Open) -> None:
    """Not before it, and with a reason if a request was on its way."""
    data, phase, limit_s, expected = SLOW[sentence]
    async with open_door(LIMITS) as opened:
        client = await opened.connect()
        client.send(data)
        await until_true(lambda: opened.door.phases.count(phase) == 1, f"a connection in phase {phase.name}")
        opened.clock.now = limit_s - 0.1
        opened.door.sweep()
        kept = len(opened.door.phases)
        opened.clock.now = limit_s + 0.1
        found = await client.status()
        opened.clock.now += LIMITS.linger_s + 0.1
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")

    assert (1, expected) == (kept, found)
    assert 0 == opened.door.in_flight


async def test_connection_that_waits_between_requests_is_closed_without_a_word(open_door: Open) -> None:
    """The time counts from the last response."""
    async with open_door(LIMITS) as opened:
        client = await opened.connect()
        client.send(GET)
        first = await client.status()
        opened.clock.now = 74.0
        client.send(GET)
        second = await client.status()
        opened.clock.now = 140.0
        opened.door.sweep()
        kept = len(opened.door.phases)
        opened.clock.now = 150.0
        rest = await client.rest()

    assert (200, 200, 1, b"") == (first, second, kept, rest)


async def test_slow_answer_has_no_deadline(open_door: Open) -> None:
    """Only strangers are hurried, not our own handlers."""
    async with open_door(LIMITS) as opened:
        client = await opened.connect()
        client.send(GET.replace(b"/echo", b"/slow"))
        await until_true(lambda: opened.door.phases.count(Phase.BUSY) == 1, "a busy connection")
        opened.clock.now = 10_000.0
        opened.door.sweep()
        opened.release.set()
        found = await client.status()

    assert 200 == found


async def test_one_connection_too_many_takes_the_place_of_the_longest_idle(open_door: Open) -> None:
    """A new viewer is served though strangers have opened every connection that there is."""
    async with open_door(DoorLimits(max_connections=3)) as opened:
        idle = []
        for number in range(3):
            idle.append(await opened.connect())
            await until_true(lambda: len(opened.door.phases) == len(idle), f"{number + 1} connected")
            opened.clock.now += 1
        viewer = await opened.connect()
        viewer.send(GET)
        found = await viewer.status()
        first = await idle[0].rest()
        idle[1].send(GET)
        others = await idle[1].status()

    assert (200, b"", 200) == (found, first, others)


@pytest.mark.parametrize("begun", [b"GET /echo HTTP/1.1\r\nHost:", SLOW["a body without an end"][0]])
async def test_request_that_is_not_whole_gives_its_place_away(open_door: Open, begun: bytes) -> None:
    """A stranger who begins as many requests as there are connections shuts nobody out, not even before the deadline.

    The one that was waited for longest goes, and is told why. One that has just come stays.
    """
    async with open_door(DoorLimits(max_connections=3)) as opened:
        slow = []
        for number in range(3):
            slow.append(await opened.connect())
            slow[-1].send(begun)
            await until_true(lambda: opened.door.held.size == len(begun) * len(slow), f"{number + 1} have begun")
            opened.clock.now += 1
        viewer = await opened.connect()
        await until_true(lambda: opened.door.phases.count(Phase.IDLE) == 1, "a viewer")
        opened.clock.now += 1
        another = await opened.connect()
        another.send(GET)
        found = [await client.status() for client in (slow[0], slow[1], another)]
        viewer.send(GET)
        found.append(await viewer.status())

    assert [503, 503, 200, 200] == found
    assert (0, 0) == (opened.door.in_flight, opened.door.held.size)


async def test_connection_that_was_refused_gives_its_place_away(open_door: Open) -> None:
    """It lingers only so that the peer reads why."""
    async with open_door(DoorLimits(max_connections=1)) as opened:
        refused = await opened.connect()
        refused.send(b"no HTTP\r\n\r\n")
        await until_true(lambda: opened.door.phases.count(Phase.LAST) == 1, "a connection that lingers")
        viewer = await opened.connect()
        viewer.send(GET)
        found = await viewer.status()

    assert 200 == found


async def test_connection_is_refused_if_none_is_idle(open_door: Open) -> None:
    """Requests in progress are not ended for it: it is told to try again."""
    async with open_door(DoorLimits(max_connections=1)) as opened:
        busy = await opened.connect()
        busy.send(GET.replace(b"/echo", b"/slow"))
        await until_true(lambda: opened.door.phases.count(Phase.BUSY) == 1, "a busy connection")
        refused = await opened.connect()
        status, headers, _ = await refused.response()
        opened.release.set()
        kept = await busy.status()

    assert (503, 200) == (status, kept)
    assert b"2" == headers[b"retry-after"]


async def test_stream_is_not_in_flight_and_never_ended(open_door: Open) -> None:
    """It is counted apart, has no deadline, and gives its place to nobody."""
    async with open_door(DoorLimits(max_connections=1, idle_timeout_s=1.0)) as opened:
        client = await opened.connect()
        client.send(GET.replace(b"/echo", b"/stream"))
        await client.reader.readuntil(b"begun")
        opened.clock.now = 10_000.0
        opened.door.sweep()
        counted = (opened.door.phases.count(Phase.STREAM), opened.door.waiting)
        refused = await (await opened.connect()).status()
        opened.release.set()
        await until_true(lambda: opened.door.phases.count(Phase.STREAM) == 0, "no stream")

    assert ((1, 0), 503) == (counted, refused)


BEHIND: dict[str, tuple[bytes, Phase, int]] = {
    "requests that wait for a slow one are one in progress": (b"/slow", Phase.BUSY, 1),
    "requests behind a stream are dropped": (b"/stream", Phase.STREAM, 0),
}


@pytest.mark.parametrize("sentence", BEHIND)
async def test_one_connection_takes_one_place(sentence: str, open_door: Open) -> None:
    """However many requests it sends at once: others' places are not taken by it. That it left is noticed at once."""
    path, phase, expected = BEHIND[sentence]
    async with open_door() as opened:
        client = await opened.connect()
        client.send(GET.replace(b"/echo", path) + GET * 600)
        await until_true(lambda: opened.door.phases.count(phase) == 1, f"a connection in phase {phase.name}")
        client.send(GET * 600)
        waiting = opened.door.waiting
        other = await opened.connect()
        other.send(GET)
        found = await other.status()
        if phase is Phase.STREAM:
            client.writer.close()
            await until_true(lambda: opened.door.phases.count(Phase.STREAM) == 0, "no stream")
            assert 0 == opened.door.in_flight

    assert (expected, 200) == (waiting, found)
    assert [b""] == opened.bodies


async def test_head_is_trimmed_before_a_handler_has_it(open_door: Open) -> None:
    """Also that of a request which waited for another."""

    def trim(head: RawRequestMessage) -> RawRequestMessage:
        return head._replace(path="/trimmed", url=URL("/trimmed"))

    async with open_door(trim=trim) as opened:
        client = await opened.connect()
        client.send(GET * 2)
        found = [await client.status(), await client.status()]

    assert [404, 404] == found


async def test_stop_loses_no_request(open_door: Open) -> None:
    """32 clients ask in a closed loop while the door closes: each is told that its connection ends, none is cut off."""
    async with open_door() as opened:
        clients = [await opened.connect() for _ in range(32)]
        asked, answered, told = 0, 0, 0

        async def ask(client: Client) -> None:
            nonlocal asked, answered, told
            while True:
                client.send(GET)
                asked += 1
                status, headers, _ = await client.response()
                answered += status == 200
                if headers.get(b"connection") == b"close" or status == 0:
                    told += status != 0
                    return

        asking = asyncio.gather(*(ask(client) for client in clients))
        await until_true(lambda: answered > 100, "a hundred answers")
        await opened.door.close()
        await asking

    assert (asked, 32) == (answered, told)


async def test_stop_waits_for_the_request_in_progress(open_door: Open) -> None:
    """Its response says that the connection is closed."""
    async with open_door() as opened:
        client = await opened.connect()
        client.send(GET.replace(b"/echo", b"/slow"))
        await until_true(lambda: opened.door.phases.count(Phase.BUSY) == 1, "a busy connection")
        closing = asyncio.create_task(opened.door.close())
        await asyncio.sleep(0)
        opened.release.set()
        status, headers, _ = await client.response()
        await closing

    assert (200, b"close") == (status, headers[b"connection"])


async def test_request_that_is_not_whole_is_not_in_flight(open_door: Open) -> None:
    """Bodies that never end take no place of those that do; a large one passes when enough of it is there."""
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 60\r\n\r\n"
    async with open_door(DoorLimits(max_header_bytes=80, max_held_body_bytes=20)) as opened:
        client = await opened.connect()
        client.send(head + b"a" * 20)
        await until_true(lambda: opened.door.held.size == len(head) + 20, "bytes that are held")
        before = opened.door.in_flight
        client.send(b"a" * 30)
        await until_true(lambda: opened.door.in_flight == 1, "a request in flight")
        held = opened.door.held.size
        client.send(b"a" * 10)
        _, _, body = await client.response()

    assert (0, 0, b"a" * 60) == (before, held, body)


async def test_all_connections_together_hold_a_bounded_number_of_bytes(open_door: Open) -> None:
    """The request that began first gives way; one that is too large for itself is refused, too."""
    begun = b"GET /echo HTTP/1.1\r\nHost: x\r\nA: " + b"a" * 60
    async with open_door(DoorLimits(max_held_bytes=150)) as opened:
        first, second = await opened.connect(), await opened.connect()
        first.send(begun)
        await until_true(lambda: opened.door.held.size > 0, "bytes that are held")
        second.send(begun)
        refused = await first.status()
        second.send(b"\r\n\r\n")
        found = await second.status()
        second.send(begun + b"a" * 60)
        alone = await second.status()

    assert (503, 200, 503, 0) == (refused, found, alone, opened.door.held.size)


async def test_body_in_tiny_chunks_is_not_in_flight(open_door: Open) -> None:
    """It is held until it is whole, and refused if its chunks are many more bytes than the body that they carry."""
    head = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    async with open_door(DoorLimits(max_header_bytes=80, max_held_body_bytes=40)) as opened:
        whole, endless = await opened.connect(), await opened.connect()
        whole.send(head + b"1\r\na\r\n" * 12)
        endless.send(head + b"1\r\na\r\n" * 12)
        await until_true(lambda: opened.door.phases.count(Phase.BODY) == 2, "two bodies")
        before = opened.door.in_flight
        whole.send(b"0\r\n\r\n")
        _, _, body = await whole.response()
        endless.send(b"1\r\na\r\n" * 12)
        refused = await endless.status()

    assert (0, b"a" * 12, 413) == (before, body, refused)


async def test_client_that_leaves_takes_its_request_along(open_door: Open) -> None:
    """All that a connection had in flight is given back when it is lost."""
    async with open_door() as opened:
        for _ in range(5):
            client = await opened.connect()
            client.send(GET.replace(b"/echo", b"/slow"))
            await until_true(lambda: opened.door.in_flight == 1, "a request in flight")
            client.writer.transport.abort()
            await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")
        found = opened.door.in_flight

    assert 0 == found


async def test_several_addresses_and_a_socket(open_door: Open, tmp_path: Path) -> None:
    """One door listens on IPv4, IPv6 and a unix socket."""
    path = tmp_path / "pop.sock"
    async with open_door() as opened, aiohttp.ClientSession() as http:
        (six,) = await opened.door.open([Address("::1", 0)])
        bound = await asyncio.to_thread(bind_socket, path, mode=0o600)
        await opened.door.open([Address(unix_socket=bound.listening)])
        async with http.get(url_of(six.host, six.port) + "/echo") as reply:
            by_six = reply.status
        local = aiohttp.ClientSession(connector=aiohttp.UnixConnector(str(path)))
        async with local, local.get("http://pop/echo") as reply:
            by_socket = reply.status

    assert (200, 200) == (by_six, by_socket)
