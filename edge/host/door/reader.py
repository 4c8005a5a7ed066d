"""The bytes of one connection as requests: which pass to aiohttp, and which are answered at once. No I/O.

llhttp parses each byte. A request is decided by its head, or by its body if the screen wants to see that. It passes
once it is whole, so that one that arrives slowly is not in progress; and it passes with the bytes that it came in. They
may also hold the beginning of the next request, which then passes, too: where it begins in them is not known. For the
same reason a connection ends if a request that was answered here shares its bytes with one that would pass.
"""

from collections.abc import Callable
from typing import NamedTuple

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

from edge.host.door.limits import DoorLimits
from edge.host.door.refusal import HEADERS_TOO_LARGE, NO_SUCH_EXPECTATION, NO_TUNNEL, NOT_HTTP, Refusal
from edge.host.door.screen import Delayed, Next, RequestHead, Screen

_VERSIONS = {"1.0", "1.1"}
_NOTHING: dict[bytes, bytes] = {}
_NO_RESPONSES: list[bytes] = []
_EXPECTED = b"100-continue"
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

MAX_ANSWERS = 32
"""Requests of one reading that are answered here. No client sends more before it reads; the connection then ends."""


class Fed(NamedTuple):
    """What some bytes have brought."""

    passing: int = 0
    """Requests that were decided to pass."""
    responses: tuple[bytes, ...] = ()
    """Responses to write, in this order."""
    passes: bool = False
    """True if aiohttp must get these bytes, after those that were held."""
    is_last: bool = False
    """True if nothing more may be read from the connection."""
    refusal: Refusal | None = None
    """What to answer to bytes that are no request."""
    is_delayed: bool = False
    """True if the responses are to be written later."""


class RequestReader:
    """Reads the requests of one connection. The methods `on_…` are called by the parser, within `feed`."""

    # Thousands of streams are open at once, and each has one.
    __slots__ = (
        "_answered", "_body", "_count", "_head", "_headers", "_is_delayed", "_is_last", "_limits", "_may_keep_alive",
        "_may_look", "_parser", "_passes", "_passes_when_whole", "_passing", "_peer", "_responses", "_screen", "_size",
        "_target", "_unknown_method",
        "body_bytes", "has_head", "is_committed", "is_decided", "is_reading",
    )  # fmt: skip

    def __init__(
        self,
        limits: DoorLimits,
        screen: Screen,
        unknown_method: Callable[[bytes], Refusal] = lambda _data: NOT_HTTP,
    ) -> None:
        """`unknown_method`: what to answer to bytes that llhttp does not take."""
        self._limits, self._screen, self._unknown_method = limits, screen, unknown_method
        self._parser = HttpRequestParser(self)
        self.is_reading = False
        """True while a request has begun and not ended."""
        self.has_head = False
        """True once the headers of the request are there."""
        self.is_decided = False
        """True once the request passes or is answered."""
        self.is_committed = False
        """True while aiohttp has the beginning of the request."""
        self._may_look = self._may_keep_alive = True
        self._passes, self._passing = False, 0
        self._responses: list[bytes] = []
        self._answered, self._is_last, self._is_delayed, self._peer = 0, False, False, ""
        self._target, self._headers, self._count, self._size = b"", dict[bytes, bytes](), 0, 0
        self._head: RequestHead | None = None
        self._body: bytes | None = None
        self._passes_when_whole = False
        self.body_bytes = 0
        """Bytes of its body so far, without what chunks add."""

    def feed(self, data: bytes, *, may_look: bool, may_keep_alive: bool, peer: str = "") -> Fed:
        """Read the next bytes. `may_look`: no request is in progress, so one may be answered before it passes."""
        self._may_look, self._may_keep_alive, self._peer = may_look, may_keep_alive, peer
        self._passes, self._passing, self._responses, self._answered = self.is_committed, 0, [], 0
        self._is_last = self._is_delayed = False
        # The rest of an answered request, which aiohttp never saw the beginning of.
        is_tail = self.is_reading and self.is_decided and not self.is_committed
        try:
            self._parser.feed_data(data)
        except HttpParserUpgrade:
            # We speak no other protocol: the request is answered as if it had not asked for one.
            self.is_reading = False
            self._is_last = True
        except HttpParserError:
            is_too_large = self._size > self._limits.max_header_bytes or self._count > self._limits.max_headers
            return Fed(is_last=True, refusal=HEADERS_TOO_LARGE if is_too_large else self._unknown_method(data))
        is_undecided = self.is_reading and not self.is_decided
        if not self.is_reading:
            # Nothing of a request stays while its response, perhaps a stream, goes on.
            self._target, self._headers, self._head = b"", _NOTHING, None
        responses, self._responses = tuple(self._responses), _NO_RESPONSES
        # One who does not wait for a delayed response before he asks again gets no further one.
        is_beyond_first = self._is_delayed and self._answered > 1
        if is_beyond_first or ((self._answered or is_tail) and (self._passes or is_undecided)):
            return Fed(responses=responses, is_last=True, is_delayed=self._is_delayed)
        self.is_committed = self._passes and self.is_reading
        return Fed(self._passing, responses, self._passes, self._is_last, is_delayed=self._is_delayed)

    def commit(self) -> Fed:
        """Let the request pass that has a head and is not decided: what there is of its body is enough to hold."""
        self._passes_when_whole = False
        self._body = None
        self.is_decided = self.is_committed = True
        return Fed(passing=1, passes=True)

    def on_message_begin(self) -> None:
        """A request begins."""
        self.is_reading = True
        self.has_head = self.is_decided = False
        self._target, self._headers, self._count, self._size = b"", {}, 0, 0
        self._head = self._body = None
        self._passes_when_whole = False
        self.body_bytes = 0

    def on_url(self, part: bytes) -> None:
        """A part of the target."""
        self._target += part
        self._add_size(len(part))

    def on_header(self, name: bytes, value: bytes) -> None:
        """One header."""
        self._count += 1
        self._add_size(len(name) + len(value))
        # llhttp leaves the blanks after a value (RFC 9112, section 5).
        name, value = name.lower(), value.rstrip(b" \t")
        known = self._headers.get(name)
        self._headers[name] = value if known is None else b"%s,%s" % (known, value)

    def on_headers_complete(self) -> None:
        """Decide by the head, unless the bytes of this request pass already."""
        if self._parser.get_http_version() not in _VERSIONS:
            raise _RefusedError
        self.has_head = True
        if self._passes or not self._may_look:
            self._let_pass()
            return
        keep_alive = self._parser.should_keep_alive() and self._may_keep_alive
        head = self._head = RequestHead(self._parser.get_method(), self._target, self._headers, keep_alive, self._peer)
        if head.method == b"CONNECT":
            self._answer(NO_TUNNEL.to_bytes(keep_alive=False), keep_alive=False)
            return
        if self._parser.get_http_version() == "1.0":
            # Such a client does not know of it, and would take a "100 Continue" for the response (RFC 9110, 10.1.1).
            self._headers.pop(b"expect", None)
        if self._headers.get(b"expect", _EXPECTED).lower() != _EXPECTED:
            self._answer(NO_SUCH_EXPECTATION.to_bytes(keep_alive=False), keep_alive=False)
            return
        step = self._screen.by_head(head)
        if isinstance(step, Delayed):
            self._is_delayed = True
            self._answer(step.response, keep_alive=keep_alive)
        elif isinstance(step, bytes):
            self._answer(step, keep_alive=keep_alive)
        else:
            if b"expect" in self._headers:
                self._responses.append(_CONTINUE)
            if step is Next.WAIT_FOR_BODY:
                self._body = b""
            self._passes_when_whole = True

    def on_body(self, part: bytes) -> None:
        """A part of the body."""
        self.body_bytes += len(part)
        if self._body is not None:
            self._body += part

    def on_message_complete(self) -> None:
        """Decide by the body, if that was wanted. The request has ended."""
        self.is_reading = False
        if not self._passes_when_whole or self._head is None:
            return
        body, self._body = self._body, None
        response = None if body is None else self._screen.by_body(self._head, body)
        if response is None:
            self._let_pass()
        else:
            self._answer(response, keep_alive=self._head.keep_alive)

    def _add_size(self, size: int) -> None:
        self._size += size
        if self._size > self._limits.max_header_bytes or self._count > self._limits.max_headers:
            # llhttp ends the parsing with an error of its own.
            raise _RefusedError

    def _let_pass(self) -> None:
        self._passes = self.is_decided = True
        self._passing += 1

    def _answer(self, response: bytes, *, keep_alive: bool) -> None:
        self.is_decided = True
        if self._is_last:
            return
        self._answered += 1
        self._responses.append(response)
        # Who waits for a "100 Continue" sends its body or leaves it out: what follows cannot be told apart.
        is_unclear = b"expect" in self._headers and self.is_reading
        self._is_last = not keep_alive or is_unclear or self._answered == MAX_ANSWERS


class _RefusedError(Exception):
    """The request is refused, though llhttp would go on."""
