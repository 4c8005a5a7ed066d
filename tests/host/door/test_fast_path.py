"""`edge.host.door.fast_path`: connections that a fast path answers, until they are handed over."""

import asyncio

import pytest

from edge.host.door import DoorLimits
from edge.host.door.phases import Phase
from tests.host.door.conftest import PLAIN, PLAIN_RESPONSE, Open
from tests.host.door.test_connection import GET, STREAMS
from tests.host.door.test_unread import MAX_BUFFER_BYTES, connected, unsent_bytes, until_unread
from tests.waiting import until_true

LIMITS = DoorLimits(max_header_bytes=1_024, max_headers=10, max_unread=2)


async def test_fast_path_answers_until_the_first_request_that_it_does_not_take(open_fast_path: Open) -> None:
    """From then on the connection is aiohttp's for good, also for what the fast path would take."""
    async with open_fast_path() as opened:
        client = await opened.connect()
        found = []
        for data in (PLAIN, PLAIN, GET, PLAIN):
            client.send(data)
            found.append(await client.status())

    assert [200, 200, 200, 404] == found
    assert 2 == opened.fast_path.answered


@pytest.mark.parametrize("sentence", STREAMS)
@pytest.mark.parametrize("fed", ["whole", "byte by byte"])
async def test_bad_input_after_plain_requests(sentence: str, fed: str, open_fast_path: Open) -> None:
    """Every stream of the door again, on a connection that the fast path has answered."""
    data, expected = STREAMS[sentence]
    async with open_fast_path(LIMITS) as opened:
        client = await opened.connect()
        client.send(PLAIN)
        first = await client.status()
        for piece in [data[index : index + 1] for index in range(len(data))] if fed == "byte by byte" else [data]:
            client.send(piece)
            await asyncio.sleep(0)
        found = [await client.status() for _ in expected]

    assert (200, 1) == (first, opened.fast_path.answered)
    assert expected == found


@pytest.mark.parametrize("sentence", STREAMS)
async def test_bad_input_in_one_piece_with_a_plain_request(sentence: str, open_fast_path: Open) -> None:
    """All of it is aiohttp's, which says what it says on a connection that the fast path never answered."""
    data, expected = STREAMS[sentence]
    async with open_fast_path(LIMITS) as opened:
        both = []
        for begin in (PLAIN, GET):
            client = await opened.connect()
            client.send(begin)
            first = await client.status()
            client.send(PLAIN + data)
            both.append([first, *[await client.status() for _ in expected]])

    assert both[1] == both[0]
    assert 1 == opened.fast_path.answered


async def test_fast_path_has_the_deadline_of_an_idle_connection(open_fast_path: Open) -> None:
    """It counts from the last response; and the place of the connection is given back."""
    async with open_fast_path(LIMITS) as opened:
        client = await opened.connect()
        for _ in range(3):
            opened.clock.now += 0.7 * LIMITS.idle_timeout_s
            client.send(PLAIN)
            assert 200 == await client.status()
        opened.clock.now += 1.1 * LIMITS.idle_timeout_s
        rest = await client.rest()
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")

    assert (b"", 3) == (rest, opened.fast_path.answered)


async def test_headers_that_do_not_end_have_their_deadline(open_fast_path: Open) -> None:
    """Also after responses of the fast path."""
    async with open_fast_path(LIMITS) as opened:
        client = await opened.connect()
        client.send(PLAIN)
        first = await client.status()
        client.send(PLAIN[:-2])
        await until_true(lambda: opened.door.phases.count(Phase.HEAD) == 1, "the headers begun")
        opened.clock.now += 1.1 * LIMITS.header_timeout_s
        then = await client.status(), await client.status()

    assert (200, (408, 0)) == (first, then)


async def test_peer_that_does_not_read_is_not_read(open_fast_path: Open) -> None:
    """What it asks for is not answered into our memory, and it is ended in the end."""
    async with open_fast_path(LIMITS) as opened, connected(opened) as peer:
        asked = 0
        while opened.door.phases.count(Phase.UNREAD) == 0:
            peer.send(PLAIN * 10)
            asked += 10
            await until_true(lambda: opened.fast_path.answered == asked, "answers")  # noqa: B023 - awaited at once
        await until_unread(opened, 1)
        unsent = unsent_bytes(opened)
        peer.send(PLAIN * 10)
        for _ in range(20):
            await asyncio.sleep(0)
        answered = opened.fast_path.answered
        opened.clock.now += 1.1 * LIMITS.unread_timeout_s
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")

    assert asked == answered
    assert 0 < unsent <= MAX_BUFFER_BYTES


async def test_peer_that_reads_again_is_read_again(open_fast_path: Open) -> None:
    """Nothing of what it asked for is lost."""
    async with open_fast_path(LIMITS) as opened, connected(opened) as peer:
        asked = 0
        while opened.door.phases.count(Phase.UNREAD) == 0:
            peer.send(PLAIN * 10)
            asked += 10
            await until_true(lambda: opened.fast_path.answered == asked, "answers")  # noqa: B023 - awaited at once
        peer.send(PLAIN)
        loop, found = asyncio.get_running_loop(), 0
        async with asyncio.timeout(10):
            while found < (asked + 1) * len(PLAIN_RESPONSE):
                found += len(await loop.sock_recv(peer, 65_536))

    assert asked + 1 == opened.fast_path.answered


async def test_door_that_closes_says_so(open_fast_path: Open) -> None:
    """A request that is on its way as the door closes is aiohttp's, whose response says that this was the last."""
    async with open_fast_path() as opened:
        client = await opened.connect()
        client.send(PLAIN)
        first = await client.status()
        closing = asyncio.create_task(opened.door.close())
        await until_true(lambda: opened.door.is_draining, "closing")
        client.send(PLAIN)
        status, headers, _ = await client.response()
        await closing

    assert (200, 404, b"close") == (first, status, headers[b"connection"])


async def test_connection_too_many_takes_the_place_of_the_longest_idle(open_fast_path: Open) -> None:
    """One that the fast path answered a moment ago is not the longest idle."""
    async with open_fast_path(DoorLimits(max_connections=2)) as opened:
        old, new = await opened.connect(), await opened.connect()
        for client in (new, old):
            opened.clock.now += 1
            client.send(PLAIN)
            assert 200 == await client.status()
        third = await opened.connect()
        third.send(PLAIN)

        assert (200, b"") == (await third.status(), await new.rest())
        old.send(PLAIN)
        assert 200 == await old.status()
