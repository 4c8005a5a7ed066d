"""What may be decided about a request before aiohttp gets it.

A door asks its screen once the headers are there, and again once the body is, if the screen wants to see it. Both must
be fast and must not wait: they run for every request, also when there are ten times too many.
"""

from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, Protocol


class RequestHead(NamedTuple):
    """Request line and headers."""

    method: bytes
    target: bytes
    """Path and query, as they were sent."""
    headers: Mapping[bytes, bytes]
    """By name in lower case. The values of a repeated header are joined by commas."""
    keep_alive: bool
    """False if the connection must be closed after the response."""
    peer: str = ""
    """Address of the other end of the connection; empty on a unix socket."""


class Next(Enum):
    """What a door does with a request that is not answered at once."""

    PASS = "pass"  # noqa: S105 - no password
    """aiohttp gets it."""
    WAIT_FOR_BODY = "wait_for_body"
    """The screen is asked again once the body is there. Only for bodies that are short enough to be kept."""


class Delayed(NamedTuple):
    """A whole response that is told `DELAY_S` later. Nothing is read from the connection until then."""

    response: bytes


class Screen(Protocol):
    """Answers requests that need no more than a look."""

    def by_head(self, head: RequestHead, /) -> bytes | Delayed | Next:
        """A whole response, or what to do next."""

    def by_body(self, head: RequestHead, body: bytes, /) -> bytes | None:
        """A whole response; None passes the request on. Asked only after `WAIT_FOR_BODY`."""


class FastPath(Protocol):
    """Answers what a connection asks for at first, before any screen, as long as that is of the plainest form."""

    def answer(self, data: bytes, peer: str, /) -> bytes | None:
        """The responses to all that was read at once from `peer`. It must be fast and must not wait.

        None, and nothing counted, if that is anything but whole requests of the plainest form.
        """


class PassAll:
    """A screen that passes every request on."""

    def by_head(self, _head: RequestHead, /) -> bytes | Next:
        """Pass it on."""
        return Next.PASS

    def by_body(self, _head: RequestHead, _body: bytes, /) -> bytes | None:
        """Pass it on."""
        return None
