"""Responses that are written without aiohttp: whole, as bytes, the same for everybody.

Nothing of a request is ever in them.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cached_property
from http import HTTPStatus
from typing import NamedTuple

import msgspec
from aiohttp import web

from edge.errors import Reason
from edge.host.problems import problem_document

NO_SNIFF = "nosniff"
"""Value of `X-Content-Type-Options`: browsers must take a response for what it says that it is."""


class Refusal(NamedTuple):
    """One response, as bytes."""

    head: bytes
    """Status line and headers, without the blank line."""
    body: bytes

    def to_bytes(self, *, is_head: bool = False, keep_alive: bool = True, more: bytes = b"") -> bytes:
        """The whole response. `is_head`: no body, for a HEAD request. `more`: further headers, each with its CRLF."""
        close = b"" if keep_alive else b"Connection: close\r\n"
        return b"".join((self.head, more, close, b"\r\n", b"" if is_head else self.body))


def problem_refusal(status: int, reason: Reason, detail: str, *, headers: Mapping[str, str] | None = None) -> Refusal:
    """A problem document as a refusal."""
    body = msgspec.json.encode(problem_document(status, reason, detail))
    return plain_response(status, body, content_type="application/problem+json", headers=headers)


def plain_response(status: int, body: bytes, *, content_type: str, headers: Mapping[str, str] | None = None) -> Refusal:
    """A response with this body."""
    fields = {"Content-Type": content_type, "Content-Length": str(len(body)), **(headers or {})}
    return _response(status, fields, body)


def empty_response(headers: Mapping[str, str]) -> Refusal:
    """A 204, which has no body and says no length."""
    return _response(HTTPStatus.NO_CONTENT, headers, b"")


def _response(status: int, headers: Mapping[str, str], body: bytes) -> Refusal:
    fields = {**headers, "X-Content-Type-Options": NO_SNIFF}
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return Refusal(f"HTTP/1.1 {status:d} {HTTPStatus(status).phrase}\r\n{lines}".encode("ascii"), body)


def _own_refusal(status: int, reason: Reason, detail: str, *, headers: Mapping[str, str] | None = None) -> Refusal:
    """A refusal of the door itself, which often does not know yet what was asked, and by whom."""
    # So every page may read it: nothing of anybody's is in it, and else a page would see only that something failed.
    pages = {"Access-Control-Allow-Origin": "*", "Access-Control-Expose-Headers": "Retry-After"}
    return problem_refusal(status, reason, detail, headers={**pages, **(headers or {})})


NOT_HTTP = _own_refusal(400, Reason.MALFORMED, "these bytes are no request, expected HTTP/1.1")
HEADERS_TOO_LARGE = _own_refusal(431, Reason.TOO_LARGE, "the headers are too large or too many, expected fewer")
TOO_MANY_PIECES = _own_refusal(413, Reason.TOO_LARGE, "the body comes in too many small pieces, expected fewer")
TOO_SLOW = _own_refusal(408, Reason.TIMEOUT, "the request did not arrive in time, expected it whole")
NO_TUNNEL = _own_refusal(
    405, Reason.MALFORMED, "found CONNECT, expected a request for this server", headers={"Allow": ""}
)
NO_SUCH_EXPECTATION = _own_refusal(417, Reason.MALFORMED, "found another expectation than 100-continue")
NO_ROOM = _own_refusal(
    503,
    Reason.OVERLOADED,
    "too many connections are open here, expected fewer; try again",
    headers={"Retry-After": "2", "Cache-Control": "no-store"},
)


_REQUEST_LINE = re.compile(rb"([!#-'*+.^_`|~0-9A-Za-z-]{1,32}) (/[!-~]*) HTTP/1\.[01]\r\n")
_KNOWN_METHODS = {b"GET", b"HEAD", b"POST", b"PUT", b"DELETE", b"CONNECT", b"OPTIONS", b"TRACE", b"PATCH"}
_VARIABLE = re.compile(r"\\\{\w+\\\}")


class KnownPaths:
    """The paths of an application, and the methods of each."""

    def __init__(self, app: web.Application) -> None:
        self._app = app

    def refusal_of_unknown_method(self, data: bytes) -> Refusal:
        """What to answer to bytes at whose method llhttp stopped: 405 with `Allow` if they ask for a path that is here.

        The connection ends with it, so it decides nothing if these bytes are read in another way elsewhere.
        """
        found = _REQUEST_LINE.match(data)
        # A method that llhttp knows is of a request before the one at which it stopped.
        if found is None or found[1] in _KNOWN_METHODS:
            return NOT_HTTP
        path = found[2].decode("ascii").partition("?")[0]
        allowed = next((methods for pattern, methods in self._methods if pattern.fullmatch(path)), None)
        if allowed is None:
            return NOT_HTTP
        detail = f"this method does nothing here, expected {allowed}"
        return _own_refusal(405, Reason.MALFORMED, detail, headers={"Allow": allowed})

    @cached_property
    def _methods(self) -> list[tuple[re.Pattern[str], str]]:
        """By pattern of the path: the methods as `Allow` has them."""
        by_path = defaultdict[str, set[str]](set)
        for route in self._app.router.routes():
            if route.resource is not None:
                by_path[route.resource.canonical].add(route.method)
        return [
            (re.compile(_VARIABLE.sub("[^/]+", re.escape(path))), ", ".join(sorted(methods)))
            for path, methods in by_path.items()
        ]
