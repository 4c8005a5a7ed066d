"""`edge.host.admin.server`: junk, half requests and peers that hang end at the door's limits."""

import asyncio
import socket
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from structlog.testing import capture_logs

from edge.host.admin import AdminSocket
from edge.host.admin.server import MAX_BODY_BYTES
from edge.host.door import DoorLimits
from tests.host.admin.conftest import Running

WHOLE = b"POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"

JUNK = {
    "no HTTP": (b"hello canary\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03canary" + bytes(64) + b"\r\n\r\n", 400),
    "a bad header": (b"POST /v1/echo HTTP/1.1\r\ncanary canary\r\n\r\n", 400),
    "a header that is too long": (b"POST /v1/echo HTTP/1.1\r\nX: " + b"canary" * 5_000 + b"\r\n\r\n", 431),
    "two lengths": (b"POST /v1/echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\ncanary", 400),
}
"""Each with the status of its problem document."""


async def exchange(running: Running, data: bytes, *, half_close: bool = False) -> bytes:
    """What the socket sends back to these bytes until it closes the connection."""
    reader, writer = await asyncio.open_unix_connection(running.path)
    writer.write(data)
    with suppress(ConnectionError):
        await writer.drain()
        if half_close:
            writer.write_eof()
    answer = b""
    with suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(), 10)
    writer.close()
    return answer


async def test_route_is_called(running: Running) -> None:
    """Method, path and body arrive; the answer goes back, as JSON."""
    answer = await exchange(running, WHOLE)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b'{"length":2}')


@pytest.mark.parametrize(("junk", "status"), JUNK.values(), ids=JUNK.keys())
async def test_junk_gets_a_problem_document(
    running: Running, junk: bytes, status: int, capfd: pytest.CaptureFixture[str]
) -> None:
    """Nothing of it is repeated or logged, the route is not called, and the next peer is served."""
    with capture_logs() as lines:
        answer = await exchange(running, junk)
    problem = msgspec.json.decode(answer.partition(b"\r\n\r\n")[2])

    assert (status, f"{status}".encode()) == (problem["status"], answer[9:12])
    assert "canary" not in answer.decode() + repr(lines) + "".join(capfd.readouterr())
    assert [] == running.bodies
    assert (await exchange(running, WHOLE)).startswith(b"HTTP/1.1 200 ")


async def test_half_request_is_dropped(running: Running) -> None:
    """A peer that goes away in the middle has asked nothing."""
    for end in (1, 20, len(WHOLE) - 1):
        await exchange(running, WHOLE[:end], half_close=True)

    assert [] == [body for body in running.bodies if body]
    assert (await exchange(running, WHOLE)).startswith(b"HTTP/1.1 200 ")


async def test_unknown_route_and_method_are_problem_documents(running: Running) -> None:
    """As everywhere."""
    unknown = await exchange(running, WHOLE.replace(b"echo", b"canary"))
    method = await exchange(running, WHOLE.replace(b"POST", b"GET"))

    assert (b"404", b"405") == (unknown[9:12], method[9:12])
    assert b'"reason":"not_found"' in unknown
    assert b"canary" not in unknown


async def test_large_body_is_refused(running: Running) -> None:
    """With the limit in the text."""
    body = b"x" * (MAX_BODY_BYTES + 1)
    head = b"POST /v1/echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(body)
    answer = await exchange(running, head + body)

    assert b"413" == answer[9:12]
    assert f"expected at most {MAX_BODY_BYTES} bytes".encode() in answer


@pytest.fixture
async def narrow(tmp_path: Path) -> Running:
    """A socket with low limits that does not listen yet."""
    running = Running(tmp_path)
    limits = DoorLimits(max_connections=2, header_timeout_s=0.2, body_timeout_s=0.2, idle_timeout_s=0.2, linger_s=0.1)
    running.admin = AdminSocket(tmp_path, running.routes, limits=limits)
    return running


HANGING = {
    "says nothing": b"",
    "stops within a header": WHOLE[:30],
    "stops before its body": WHOLE[:-1],
    "keeps its connection open": WHOLE.replace(b"Connection: close\r\n", b""),
}


@pytest.mark.parametrize("sent", HANGING.values(), ids=HANGING.keys())
async def test_peer_that_hangs_is_let_go(narrow: Running, sent: bytes) -> None:
    """Its time is over at each point where it may wait."""
    await narrow.admin.listen()
    await exchange(narrow, sent)

    assert (await exchange(narrow, WHOLE)).startswith(b"HTTP/1.1 200 ")
    await narrow.admin.close()


async def test_endless_header_is_cut_off(narrow: Running) -> None:
    """Headers have a largest number of bytes."""
    await narrow.admin.listen()
    answer = await exchange(narrow, b"POST /v1/echo HTTP/1.1\r\n" + b"X: y\r\n" * 4_000)

    assert answer.startswith(b"HTTP/1.1 431 ")
    await narrow.admin.close()


async def test_one_connection_too_many_takes_the_place_of_the_oldest(narrow: Running) -> None:
    """A script that hangs does not keep a command out. What it is told may be lost: it may still send."""
    await narrow.admin.listen()
    open_ones = [await asyncio.open_unix_connection(narrow.path) for _ in range(2)]
    for _, writer in open_ones:
        writer.write(WHOLE[:20])
        await writer.drain()
    third = await exchange(narrow, WHOLE)
    for _, writer in open_ones:
        writer.write(WHOLE[20:])
    oldest, second = [await reader.read() for reader, _ in open_ones]
    for _, writer in open_ones:
        writer.close()

    assert [b"200"] * 2 == [answer[9:12] for answer in (second, third)]
    assert oldest[9:12] in {b"", b"503"}
    await narrow.admin.close()


async def test_close_ends_connections_and_removes_the_socket(running: Running) -> None:
    """Closing is idempotent; afterwards nobody is let in."""
    reader, writer = await asyncio.open_unix_connection(running.path)
    writer.write(WHOLE.replace(b"Connection: close\r\n", b""))
    await reader.readuntil(b'{"length":2}')
    await running.admin.close()
    await running.admin.close()

    assert b"" == await reader.read()
    writer.close()
    assert not running.path.exists()
    with socket.socket(socket.AF_UNIX) as peer, pytest.raises(FileNotFoundError):
        peer.connect(str(running.path))


async def test_socket_that_never_listened_is_closed(tmp_path: Path) -> None:
    """A process that could not open it stops as any other."""
    (tmp_path / "admin.sock").touch()
    await AdminSocket(tmp_path, []).close()

    assert (tmp_path / "admin.sock").exists()
