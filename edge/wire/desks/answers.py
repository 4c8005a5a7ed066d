"""How a desk's answer over HTTP is read: has it taken the ticket, and if not, what is the reason?

A status often does not say whether it is about this ticket or about all: a firewall refuses one text with the same 403
as a wrong token every text. So such an answer is a `PossibleRefusalError`, and who knows whether other tickets are
taken decides (`edge.daemon.handoff.delivery`).
"""

import asyncio
import re
from contextlib import suppress

import aiohttp
from yarl import URL

from edge.errors import Cause, UnreachableError
from edge.wire.http import cause_of_status, peer_name, requested_retry_after_s

MAX_ANSWER_BYTES = 1_048_576
"""Largest answer of a desk. Most are a few kilobytes; the list of a contact's conversations, some hundred."""

MAX_ITEM_BYTES = 8 * MAX_ANSWER_BYTES
"""Largest item of a list that is read item by item. Zammad lets an article have 1.5 million characters."""

BODY_TIMEOUT_S = 2.0
"""Time for the first bytes of an answer's body. A desk that has said 2xx and then hangs has taken the ticket."""

_ACCEPTED = range(200, 300)
_GONE = 410
_CONFLICT = 409
_NOT_FOUND = 404
_CLIENT_ERRORS = range(400, 500)
_LATER = frozenset({408, 425, 429})
"""Statuses of 4xx that speak of the moment: the same request may be taken later (RFC 9110, RFC 8470, RFC 6585)."""

_PAGE = re.compile(
    rb"(?>\xef\xbb\xbf|\s|<!--.*?-->|<\?xml.*?\?>)*+<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
"""Without going back: what was read as a comment is one. Otherwise a kilobyte of comments takes for ever."""

_MAX_PAGE_START_BYTES = 1_024
"""Where a page says that it is one. Comments before it may be longer, but no portal's are."""


class OriginGoneError(UnreachableError):
    """Origin accepts no more tickets from this PoP (status 410). Stop delivering until an operator has acted."""


class OriginFaultError(UnreachableError):
    """Origin answered, and did not take the ticket. The ticket itself may be the reason."""


class PossibleRefusalError(OriginFaultError):
    """Origin answered with a status that may refuse this very ticket, or every one."""


class NothingThereError(PossibleRefusalError):
    """Origin has nothing at this address (status 404): it was deleted, or the address is wrong."""


class StillAtWorkError(OriginFaultError):
    """Origin is still at work on an earlier attempt of this very ticket. That says nothing against either."""


async def check_taken(response: aiohttp.ClientResponse, what: str, *, body_timeout_s: float = BODY_TIMEOUT_S) -> None:
    """Return if origin has taken what was posted under our idempotency key. Otherwise raise as `Origin.deliver`.

    Taken is 2xx, and 409: origin knows the key. With `Retry-After` a 409 says that the first request is still at work
    (draft-ietf-httpapi-idempotency-key-header, section 2.6), so it is asked again.
    """
    if response.status == _CONFLICT and "Retry-After" in response.headers:
        raise StillAtWorkError(
            f"{peer_name(response.url)} is still at work on {what}", retry_after_s=requested_retry_after_s(response)
        )
    if response.status != _CONFLICT:
        check_status(response, what)
    refuse_page(await _first_bytes(response, body_timeout_s), response.url, what)


def check_status(response: aiohttp.ClientResponse, what: str) -> None:
    """Return if origin answered 2xx. Otherwise raise as `Origin.deliver`."""
    status = response.status
    if status in _ACCEPTED:
        return
    answer = f"{peer_name(response.url)} answered {what} with status {status}"
    if status == _GONE:
        raise OriginGoneError(f"{answer}: it accepts no more tickets from this PoP")
    is_doubtful = status in _CLIENT_ERRORS and status not in _LATER
    fault = PossibleRefusalError if is_doubtful else OriginFaultError
    if status == _NOT_FOUND:
        fault = NothingThereError
    raise fault(
        f"{answer}, expected 2xx",
        retry_after_s=requested_retry_after_s(response),
        cause=cause_of_status(status),
    )


def refuse_page(body: bytes, url: URL, what: str) -> None:
    """Raise `OriginFaultError` if a body is a web page: a portal's or a proxy's, which says 2xx to everything.

    The content type says nothing: many frameworks send `ok` as `text/html`.
    """
    if _PAGE.match(body[:_MAX_PAGE_START_BYTES]):
        raise OriginFaultError(
            f"{peer_name(url)} answered {what} with a web page, expected a desk's answer; check the origin's url",
            cause=Cause.STRANGE_ANSWER,
        )


async def _first_bytes(response: aiohttp.ClientResponse, timeout_s: float) -> bytes:
    """The beginning of the body, as far as it comes. Raises nothing: the status has said what counts."""
    content = response.content
    if content.is_eof() and content.exception() is None:
        # It came with the headers, as most do: nothing is waited for.
        return content.read_nowait(_MAX_PAGE_START_BYTES)
    found = bytearray()
    with suppress(TimeoutError, aiohttp.ClientError, OSError):
        async with asyncio.timeout(timeout_s):
            while len(found) < _MAX_PAGE_START_BYTES and (chunk := await response.content.readany()):
                found += chunk
    return bytes(found)
