"""`edge.host.door.connection`: streams of bytes, fed whole, byte by byte, and with junk after them."""

import asyncio
import json

import pytest

from edge.host.door import Delayed, DoorLimits, Next, RequestHead, plain_response
from edge.host.door.reader import MAX_ANSWERS
from tests.host.door.conftest import Open, Opened
from tests.waiting import until_true

GET = b"GET /echo HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
CHUNKED = b"POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
LIMITS = DoorLimits(max_header_bytes=1_024, max_headers=10)

STREAMS: dict[str, tuple[bytes, list[int]]] = {
    "a request": (GET, [200]),
    "a request with a body": (POST, [200]),
    "two requests, one after the other": (POST + GET, [200, 200]),
    "a body in chunks": (CHUNKED + b"5\r\nhello\r\n0\r\n\r\n", [200]),
    "a request that closes": (b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", [200, 0]),
    "HTTP/1.0": (b"GET /echo HTTP/1.0\r\n\r\n", [200, 0]),
    "a wish for another protocol": (
        b"GET /echo HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n", [200, 0],
    ),
    "a path that is not there": (b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n", [404]),
    "junk": (b"canaryjunk\r\n\r\n", [400, 0]),
    "a TLS greeting": (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 50, [400, 0]),
    "HTTP/0.9": (b"GET /echo\r\n\r\n", [400, 0]),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400, 0]),
    "HTTP/1.9": (b"GET /echo HTTP/1.9\r\nHost: x\r\n\r\n", [400, 0]),
    "no host": (b"GET /echo HTTP/1.1\r\n\r\n", [400, 0]),
    "two hosts": (b"GET /echo HTTP/1.1\r\nHost: x\r\nHost: canary\r\n\r\n", [400, 0]),
    "a target that is no path": (b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", [400, 0]),
    "an address that is none": (b"GET http://[canary/echo HTTP/1.1\r\nHost: x\r\n\r\n", [400, 0]),
    "a tunnel": (b"CONNECT canary:80 HTTP/1.1\r\nHost: x\r\n\r\n", [405, 0]),
    "two lengths": (b"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello", [400, 0]),
    "a length and chunks": (
        b"POST /echo HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", [400, 0],
    ),
    "a chunk that is none": (CHUNKED + b"canary\r\n", [400, 0]),
    "a byte that no header may have": (b"GET /echo HTTP/1.1\r\nHost: x\r\nAuthorization: canary\x01\r\n\r\n", [400, 0]),
    "a target that is not ASCII": (b"GET /echo?canary=\xff HTTP/1.1\r\nHost: x\r\n\r\n", [400, 0]),
    "a long header": (b"GET /echo HTTP/1.1\r\nHost: x\r\nA: " + b"b" * 2_000 + b"\r\n\r\n", [431, 0]),
    "a long target": (b"GET /echo?" + b"a" * 2_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", [431, 0]),
    "many headers": (b"GET /echo HTTP/1.1\r\n" + b"A: b\r\n" * 11 + b"\r\n", [431, 0]),
    "a body that waits to be asked for": (POST.replace(b"Host", b"Expect: 100-continue\r\nHost"), [100, 100, 200]),
    "HTTP/1.0, which knows no such wish": (
        POST.replace(b"1.1", b"1.0").replace(b"Host", b"Expect: 100-continue\r\nHost"), [200, 0],
    ),
    "an expectation that nobody meets": (POST.replace(b"Host", b"Expect: canary\r\nHost"), [417, 0]),
    "a long body": (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 65\r\n\r\n" + b"a" * 65, [413]),
}  # fmt: skip


@pytest.mark.parametrize("sentence", STREAMS)
@pytest.mark.parametrize("fed", ["whole", "byte by byte"])
async def test_stream_is_answered(sentence: str, fed: str, open_door: Open, capfd: pytest.CaptureFixture[str]) -> None:
    """The same responses however the bytes arrive; nothing that was sent is in an error or in the log."""
    data, expected = STREAMS[sentence]
    async with open_door(LIMITS) as opened:
        client = await opened.connect()
        for piece in [data] if fed == "whole" else [data[index : index + 1] for index in range(len(data))]:
            client.send(piece)
            await asyncio.sleep(0)
        found = [await client.response() for _ in expected]
        client.writer.close()
    output = capfd.readouterr()

    assert expected == [status for status, _, _ in found]
    assert "canary" not in str(found) + output.out + output.err


@pytest.mark.parametrize("sentence", [sentence for sentence, (_, found) in STREAMS.items() if found == [200]])
async def test_junk_after_a_request_ends_the_connection(sentence: str, open_door: Open) -> None:
    """A good request, and then bytes that are none: at most one response, then the end, and no handler left."""
    data, _ = STREAMS[sentence]
    async with open_door(LIMITS) as opened:
        client = await opened.connect()
        client.send(data)
        first = await client.status()
        client.send(b"\0junk\r\n\r\n")
        then = await client.status()
        opened.clock.now += 2 * LIMITS.linger_s
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")

    assert (200, 400) == (first, then)
    assert 0 == opened.door.in_flight


async def test_error_is_a_problem_document_without_a_name_of_ours(open_door: Open) -> None:
    """What is refused before the application looks like what the application refuses."""
    async with open_door(LIMITS) as opened:
        client = await opened.connect()
        client.send(b"junk\r\n\r\n")
        status, headers, body = await client.response()

    document = json.loads(body)
    assert (400, "/problems#malformed", 400) == (status, document["type"], document["status"])
    assert (b"application/problem+json", b"nosniff") == (headers[b"content-type"], headers[b"x-content-type-options"])
    assert b"server" not in headers


async def test_response_has_no_name_of_a_server_and_is_not_sniffed(open_door: Open) -> None:
    """Nobody learns which versions run here."""
    async with open_door() as opened:
        client = await opened.connect()
        client.send(GET)
        _, headers, _ = await client.response()

    assert b"nosniff" == headers[b"x-content-type-options"]
    assert b"server" not in headers


class LookAtBodies:
    """A screen that answers `/here`, and POSTs whose body is `no`."""

    def by_head(self, head: RequestHead, /) -> bytes | Next:
        """As `Screen.by_head`."""
        if head.target == b"/here":
            return plain_response(200, b"here", content_type="text/plain").to_bytes(keep_alive=head.keep_alive)
        return Next.WAIT_FOR_BODY if head.method == b"POST" else Next.PASS

    def by_body(self, head: RequestHead, body: bytes, /) -> bytes | None:
        """As `Screen.by_body`."""
        refused = plain_response(503, b"no", content_type="text/plain").to_bytes(keep_alive=head.keep_alive)
        return refused if body == b"no" else None


def _post(body: bytes) -> bytes:
    return b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)


HERE = b"GET /here HTTP/1.1\r\nHost: x\r\n\r\n"
SCREENED: dict[str, tuple[bytes, list[int]]] = {
    "answered by the head": (HERE, [200]),
    "ten of them in one go": (HERE * 10, [200] * 10),
    "refused by the body": (_post(b"no"), [503]),
    "passed on by the body": (_post(b"yes"), [200]),
    "refused, then passed on": (_post(b"no") + _post(b"yes"), [503]),
    "passed on, then what would be refused": (_post(b"yes") + _post(b"no"), [200, 200]),
    "too many in one go": (HERE * (MAX_ANSWERS + 1), [200] * MAX_ANSWERS + [0]),
    "answered, and closed": (HERE.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"), [200, 0]),
    "a body that waits to be asked for": (_post(b"no").replace(b"Host", b"Expect: 100-continue\r\nHost"), [100, 503]),
    "answered before the body was asked for": (HERE.replace(b"Host", b"Expect: 100-continue\r\nHost"), [200]),
}  # fmt: skip


@pytest.mark.parametrize("sentence", SCREENED)
async def test_screen_answers_what_it_can(sentence: str, open_door: Open) -> None:
    """What is answered by a look never reaches the application, and order is kept."""
    data, expected = SCREENED[sentence]
    async with open_door(screen=LookAtBodies()) as opened:
        client = await opened.connect()
        client.send(data)
        found = [await client.status() for _ in expected]
        client.writer.close()

    assert expected == found
    assert b"no" not in opened.bodies[:1]


@pytest.mark.parametrize("sentence", ["refused by the body", "passed on by the body", "answered by the head"])
async def test_screened_connection_goes_on(sentence: str, open_door: Open) -> None:
    """Byte by byte, and then again on the same connection."""
    data, expected = SCREENED[sentence]
    found = []
    async with open_door(screen=LookAtBodies()) as opened:
        client = await opened.connect()
        for _ in range(2):
            for index in range(len(data)):
                client.send(data[index : index + 1])
                await asyncio.sleep(0)
            found.append(await client.status())

    assert expected * 2 == found


async def test_headers_without_an_end_are_not_kept(open_door: Open) -> None:
    """Twenty connections send a MiB of headers each: each is refused, and nothing of it stays."""
    blob = b"GET /echo HTTP/1.1\r\nHost: x\r\n" + b"".join(b"A%d: " % n + b"b" * 8_000 + b"\r\n" for n in range(120))

    async def attack(opened: Opened) -> int:
        client = await opened.connect()
        client.send(blob)
        return await client.status()

    async with open_door() as opened:
        found = await asyncio.gather(*(attack(opened) for _ in range(20)))
        opened.clock.now += 2 * LIMITS.linger_s
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")

    assert {431} == set(found)


class LateRefusals:
    """A screen that refuses `/late` later, and notes whom it was asked about."""

    def __init__(self) -> None:
        self.heads: list[RequestHead] = []

    def by_head(self, head: RequestHead, /) -> Delayed | Next:
        """As `Screen.by_head`."""
        self.heads.append(head)
        if head.target != b"/late":
            return Next.PASS
        return Delayed(plain_response(429, b"no", content_type="text/plain").to_bytes(keep_alive=head.keep_alive))

    def by_body(self, _head: RequestHead, _body: bytes, /) -> None:
        """As `Screen.by_body`."""


LATE = b"POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody"
DELAYED: dict[str, tuple[bytes, list[int]]] = {
    "alone": (LATE, [429]),
    "before another request": (LATE + GET, [429, 0]),
    "several in one go": (LATE * 20, [429] * 20 + [0]),
    "before junk": (LATE + b"\0junk\r\n\r\n", [400, 0]),
    "and closed": (LATE.replace(b"Host", b"Connection: close\r\nHost"), [429, 0]),
    "without its body": (LATE[:-4], [429]),
}


@pytest.mark.parametrize("sentence", DELAYED)
async def test_delayed_response(sentence: str, open_door: Open) -> None:
    """It is told in the end, and takes no place meanwhile; one who does not wait for it is not read any more."""
    data, expected = DELAYED[sentence]
    async with open_door(screen=LateRefusals()) as opened:
        client = await opened.connect()
        client.send(data)
        in_flight = opened.door.in_flight
        found = [await client.status() for _ in expected]

    assert (expected, 0, []) == (found, in_flight, opened.bodies)


async def test_request_after_a_delayed_response(open_door: Open) -> None:
    """The connection goes on, also if the refused body comes in pieces."""
    async with open_door(screen=LateRefusals()) as opened:
        client = await opened.connect()
        client.send(LATE[:-4])
        first = await client.status()
        client.send(b"bo")
        client.send(b"dy")
        client.send(LATE)
        then = await client.status()
        client.send(GET)
        last = await client.status()

    assert (429, 429, 200) == (first, then, last)


async def test_request_in_one_piece_with_the_end_of_a_refused_one(open_door: Open) -> None:
    """Where it begins is not known, so the connection ends; the client asks again on another."""
    async with open_door(screen=LateRefusals()) as opened:
        client = await opened.connect()
        client.send(LATE[:-4])
        first = await client.status()
        client.send(b"body" + GET)
        then = await client.status()

    assert (429, 0) == (first, then)


async def test_connection_that_is_lost_before_its_delayed_response(open_door: Open) -> None:
    """Nobody is there to hear it, and nothing of it stays."""
    async with open_door(screen=LateRefusals()) as opened:
        client = await opened.connect()
        client.send(LATE)
        await until_true(lambda: len(opened.door.screen.heads) == 1, "the request read")
        client.writer.transport.abort()
        await until_true(lambda: len(opened.door.phases) == 0, "nobody connected")

    assert 0 == opened.door.in_flight


async def test_head_has_peer_and_every_value_of_a_header(open_door: Open) -> None:
    """A proxy's own line may be the first or the last of several."""
    screen = LateRefusals()
    async with open_door(screen=screen) as opened:
        client = await opened.connect()
        client.send(GET.replace(b"Host", b"X-Forwarded-For: a, b\r\nx-forwarded-for: c\r\nHost"))
        await client.status()
    (head,) = screen.heads

    assert ("127.0.0.1", b"a, b,c") == (head.peer, head.headers[b"x-forwarded-for"])
