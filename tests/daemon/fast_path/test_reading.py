"""`edge.daemon.fast_path.reading`: what is plain, and what is aiohttp's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.daemon.fast_path.reading import MAX_HEADERS, MAX_REQUESTS, PlainReader, PlainRequest

GET = b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n"
FOUND = PlainRequest(is_head=False, target=b"/a", headers={b"host": b"x"})


def with_header(line: bytes) -> bytes:
    """A GET with one header more."""
    return GET.replace(b"\r\n\r\n", b"\r\n" + line + b"\r\n\r\n")


PLAIN: dict[str, tuple[bytes, int]] = {
    "a GET": (GET, 1),
    "a HEAD": (GET.replace(b"GET", b"HEAD"), 1),
    "two, one after the other": (GET * 2, 2),
    "as many as may be": (GET * MAX_REQUESTS, MAX_REQUESTS),
    "an empty line before it": (b"\r\n" + GET, 1),
    "a wish to keep the connection": (with_header(b"Connection: keep-alive"), 1),
    "what a browser sends": (with_header(b'If-None-Match: "x"\r\nAccept-Language: de\r\nOrigin: https://a.example'), 1),
}


@pytest.mark.parametrize("sentence", PLAIN)
def test_plain_requests_are_found(sentence: str) -> None:
    """All of them, in their order."""
    data, count = PLAIN[sentence]
    found = PlainReader().read(data)

    assert found is not None
    assert [b"/a"] * count == [request.target for request in found]
    assert [data.lstrip().startswith(b"HEAD")] * count == [request.is_head for request in found]


NOT_PLAIN: dict[str, bytes] = {
    "nothing": b"",
    "an empty line": b"\r\n",
    "another method": GET.replace(b"GET", b"POST"),
    "a wish to close": with_header(b"Connection: close"),
    "HTTP/1.0": GET.replace(b"1.1", b"1.0"),
    "HTTP/1.0 that keeps the connection": with_header(b"Connection: keep-alive").replace(b"1.1", b"1.0"),
    "HTTP/0.9": b"GET /a\r\n\r\n",
    "HTTP/2": GET.replace(b"1.1", b"2.0"),
    "no host": GET.replace(b"Host: x\r\n", b""),
    "two hosts": with_header(b"Host: x"),
    "a header twice": with_header(b"If-None-Match: a\r\nif-none-match: b"),
    "a body": with_header(b"Content-Length: 1") + b"x",
    "no body, in words": with_header(b"Content-Length: 0"),
    "chunks": with_header(b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
    "an encoding": with_header(b"Content-Encoding: gzip"),
    "an expectation": with_header(b"Expect: 100-continue"),
    "a range": with_header(b"Range: bytes=0-1"),
    "another protocol": with_header(b"Connection: Upgrade\r\nUpgrade: h2c"),
    "another protocol, in one header": with_header(b"Upgrade: h2c"),
    "an old web socket": with_header(b"Sec-WebSocket-Key1: x"),
    "a tunnel": b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
    "more requests than may be": GET * (MAX_REQUESTS + 1),
    "more headers than may be": with_header(b"\r\n".join(b"A%d: b" % n for n in range(MAX_HEADERS))),
    "more bytes than may be": with_header(b"A: " + b"b" * 1_024),
    "junk": b"\x16\x03\x01\x02\x00\x01",
    "junk after a request": GET + b"junk\r\n\r\n",
    "a plain one, then another": GET + GET.replace(b"GET", b"POST"),
    "a byte that no header may have": with_header(b"A: \x01"),
    "a folded header": with_header(b"A: b\r\n c"),
    "a space before the colon": with_header(b"A : b"),
    "a line that ends early": GET.replace(b"\r\n", b"\n"),
}


@pytest.mark.parametrize("sentence", NOT_PLAIN)
def test_everything_else_is_aiohttps(sentence: str) -> None:
    """And nothing of it is left for the next reading, which may be another connection's."""
    reader = PlainReader(max_bytes=1_024)

    assert reader.read(NOT_PLAIN[sentence]) is None
    assert (FOUND,) == reader.read(GET)


@pytest.mark.parametrize("size", range(len(GET)))
def test_part_of_a_request_is_aiohttps(size: int) -> None:
    """Cut at any byte, alone or after a whole one: the connection is handed over before anything is answered."""
    reader = PlainReader()

    assert reader.read(GET[:size]) is None
    assert reader.read(GET + GET[:size]) == ((FOUND,) if size == 0 else None)
    assert (FOUND,) == reader.read(GET)


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes(before: bytes, after: bytes) -> None:
    """They never raise, and a reading says the same, however much junk was read before."""
    reader = PlainReader()
    reader.read(before)

    assert PlainReader().read(after) == reader.read(after)
    assert (FOUND,) == reader.read(GET)
