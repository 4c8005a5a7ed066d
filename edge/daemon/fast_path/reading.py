r"""The requests in what was read at once, if all of them are of the plainest form. No I/O.

Plain is a GET or HEAD of HTTP/1.1 that keeps the connection, without a body, with one `Host`, and without a header that
changes what is done with it. llhttp parses every byte. Each reading gets a parser of its own, so nothing of one
connection is left for the next, and equal bytes are equal requests.

>>> PlainReader().read(b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
(PlainRequest(is_head=False, target=b'/a', headers={b'host': b'x'}),)
>>> PlainReader().read(b"GET /a HTTP/1.1\r\nHost: x\r\n") is None
True
"""

from collections.abc import Mapping
from typing import NamedTuple

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

MAX_REQUESTS = 32
"""Requests of one reading. The responses to more would fill memory faster than their reader takes them."""

MAX_HEADERS = 64
"""Headers of one request. Fewer than a door allows (`DoorLimits.max_headers`)."""

_METHODS = {b"GET": False, b"HEAD": True}
_NOT_PLAIN = frozenset(
    {
        # They say that there is a body, or what it is.
        b"content-length", b"content-encoding", b"transfer-encoding", b"trailer",
        # They ask for something else than the response.
        b"expect", b"range", b"if-range", b"upgrade", b"http2-settings",
        # aiohttp refuses it.
        b"sec-websocket-key1",
    }
)  # fmt: skip


class PlainRequest(NamedTuple):
    """One request of the plainest form."""

    is_head: bool
    target: bytes
    headers: Mapping[bytes, bytes]
    """By name in lower case; each was there once."""


class PlainReader:
    """Reads requests. The methods `on_…` are called by the parser, within `read`. Not thread-safe."""

    def __init__(self, max_bytes: int = 16_384) -> None:
        """`max_bytes`: of one reading. Not more than the headers of one request may have."""
        self._max_bytes = max_bytes
        self._parser = HttpRequestParser(self)
        self._found: list[PlainRequest] = []
        self._is_open = False
        self._target, self._headers = b"", dict[bytes, bytes]()

    def read(self, data: bytes) -> tuple[PlainRequest, ...] | None:
        """The requests in `data`. None if it has anything but whole requests of the plainest form, or too many."""
        if len(data) > self._max_bytes:
            return None
        self._found, self._is_open, self._parser = [], False, HttpRequestParser(self)
        try:
            self._parser.feed_data(data)
        except (HttpParserError, HttpParserUpgrade):
            return None
        if self._is_open or not self._found:
            return None
        return tuple(self._found)

    def on_message_begin(self) -> None:
        """A request begins."""
        if len(self._found) == MAX_REQUESTS:
            raise _NotPlainError
        self._is_open, self._target, self._headers = True, b"", {}

    def on_url(self, part: bytes) -> None:
        """A part of the target."""
        self._target += part

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        name = name.lower()
        if name in self._headers or len(self._headers) == MAX_HEADERS:
            raise _NotPlainError
        # llhttp leaves the blanks after a value (RFC 9112, section 5).
        self._headers[name] = value.rstrip(b" \t")

    def on_message_complete(self) -> None:
        """The request is whole."""
        parser, headers = self._parser, self._headers
        is_head = _METHODS.get(parser.get_method())
        is_plain = parser.should_keep_alive() and b"host" in headers and _NOT_PLAIN.isdisjoint(headers)
        if is_head is None or not is_plain or parser.get_http_version() != "1.1":
            raise _NotPlainError
        self._found.append(PlainRequest(is_head, self._target, headers))
        self._is_open = False


class _NotPlainError(Exception):
    """The request is not plain. llhttp ends the parsing with an error of its own."""
