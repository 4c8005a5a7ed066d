"""`edge.host.door`: peers that do not read what they asked for."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from edge.host.door import DoorLimits, Next, RequestHead, plain_response
from edge.host.door.phases import Phase
from tests.host.door.conftest import LARGE_BYTES, Open, Opened
from tests.waiting import until_true

LIMITS = DoorLimits(unread_timeout_s=30.0, max_unread=2)
LARGE = b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n"
HERE = b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n"
MAX_BUFFER_BYTES = 128 * 2**10
"""What asyncio writes ahead (64 KiB), and the responses to the requests of one reading."""


class AnswerHere:
    """A screen that answers `/here`."""

    answered = 0

    def by_head(self, head: RequestHead, /) -> bytes | Next:
        """As `Screen.by_head`."""
        if head.target != b"/here":
            return Next.PASS
        self.answered += 1
        return plain_response(200, bytes(2_000), content_type="text/plain").to_bytes(keep_alive=head.keep_alive)

    def by_body(self, _head: RequestHead, _body: bytes, /) -> bytes | None:
        """As `Screen.by_body`."""
        return None


@asynccontextmanager
async def connected(opened: Opened) -> AsyncIterator[socket.socket]:
    """A connection of a peer that reads only if it is told to."""
    peer = socket.socket()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    peer.setblocking(False)
    loop = asyncio.get_running_loop()
    try:
        await loop.sock_connect(peer, (opened.address.host, opened.address.port))
        yield peer
    finally:
        peer.close()


async def until_unread(opened: Opened, number: int) -> None:
    """Wait until so many peers do not read."""
    await until_true(lambda: opened.door.phases.count(Phase.UNREAD) == number, f"{number} connections in phase UNREAD")


def unsent_bytes(opened: Opened) -> int:
    """Bytes that wait in this process, for all peers."""
    return sum(found._peer.transport.get_write_buffer_size() for found in opened.door.phases.all())


async def ask_until_full(opened: Opened, screen: AnswerHere, peer: socket.socket) -> None:
    """Ask for answers of the screen until the peer does not get rid of its questions any more."""
    sent = 0
    while opened.door.phases.count(Phase.UNREAD) == 0:
        peer.send(HERE * 10)
        sent += 10
        await until_true(lambda: screen.answered == sent, "answers")  # noqa: B023 - awaited at once
    refused = 0
    while refused < 100:
        try:
            peer.send(HERE * 2_000)
            refused = 0
        except BlockingIOError:
            refused += 1
        await asyncio.sleep(0)


async def everything(peer: socket.socket) -> bytes:
    """All that the door sends until it closes the connection."""
    found = b""
    async with asyncio.timeout(20):
        while piece := await asyncio.get_running_loop().sock_recv(peer, 65_536):
            found += piece
    return found


async def test_questions_of_a_peer_that_does_not_read_wait_in_the_kernel(open_door: Open) -> None:
    """However many it sends, they are not answered into this process's memory. Once it reads, it gets the answers."""
    screen = AnswerHere()
    async with open_door(LIMITS, screen=screen) as opened, connected(opened) as peer:
        await ask_until_full(opened, screen, peer)
        most = unsent_bytes(opened)
        rest = await everything(peer)

    assert 0 < most <= MAX_BUFFER_BYTES
    assert len(rest) > most


@pytest.mark.parametrize(
    "request_", [LARGE, LARGE.replace(b"Host", b"Connection: close\r\nHost")], ids=["kept", "closed"]
)
async def test_peer_that_does_not_read_is_ended_at_its_deadline(open_door: Open, request_: bytes) -> None:
    """Not before it; also if the connection was to be closed after the response."""
    async with open_door(LIMITS) as opened, connected(opened) as peer:
        peer.send(request_)
        await until_unread(opened, 1)
        opened.clock.now += LIMITS.unread_timeout_s - 0.1
        opened.door.sweep()
        kept = len(opened.door.phases)
        opened.clock.now += 0.2
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")

    assert 1 == kept


async def test_peer_that_reads_slowly_gets_everything(open_door: Open) -> None:
    """The time begins again whenever it has read most of what waits."""
    async with open_door(LIMITS) as opened, connected(opened) as peer:
        peer.send(LARGE)
        await until_unread(opened, 1)
        opened.clock.now += LIMITS.unread_timeout_s - 0.1
        found = 0
        async with asyncio.timeout(20):
            while found < LARGE_BYTES:
                found += len(await asyncio.get_running_loop().sock_recv(peer, 2**20))
        opened.door.sweep()
        kept = len(opened.door.phases)

    assert 1 == kept


async def test_idle_connection_with_an_unread_rest_is_ended(open_door: Open) -> None:
    """A rest too small to count as unread must not keep the connection open after its time."""
    async with open_door(LIMITS, screen=AnswerHere()) as opened, connected(opened) as peer:
        await until_true(lambda: len(opened.door.phases) == 1, "one connected")
        (connection,) = opened.door.phases.all()
        connection._peer.transport.set_write_buffer_limits(high=2 * LARGE_BYTES)
        peer.send(LARGE)
        await until_true(lambda: unsent_bytes(opened) > 0, "bytes that wait here")
        await until_true(lambda: opened.door.phases.count(Phase.IDLE) == 1, "an idle connection")
        opened.clock.now += LIMITS.idle_timeout_s + 1
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")


async def test_unread_connections_are_few(open_door: Open) -> None:
    """For one more, the one that is unread longest is ended."""
    async with open_door(LIMITS) as opened, AsyncExitStack() as peers:
        for number in range(LIMITS.max_unread):
            (await peers.enter_async_context(connected(opened))).send(LARGE)
            await until_unread(opened, number + 1)
        before = opened.door.phases.all()
        (await peers.enter_async_context(connected(opened))).send(LARGE)
        await until_true(lambda: before[0] not in opened.door.phases.all(), "the first one gone")
        unread = opened.door.phases.count(Phase.UNREAD)

    assert LIMITS.max_unread == unread
