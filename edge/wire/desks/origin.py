"""Tickets to origin: the contract of every desk's adapter, how answers are read, and the adapter for plain HTTP.

`deliver` may be called again for the same ticket, by this process or the next one. Origin still gets one ticket: it
recognises the id, or the adapter searches for the ticket before it creates one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Protocol, runtime_checkable

import aiohttp
from yarl import URL

from edge.errors import RefusedError, UnreachableError
from edge.host import ignore
from edge.wire.http import peer_name, requested_retry_after_s, unreachable

MAX_ANSWER_BYTES = 1_048_576
"""Largest answer of a desk. Most are a few kilobytes; the list of a contact's conversations, some hundred."""

_ACCEPTED = range(200, 300)
_GONE = 410
_REFUSED = frozenset({400, 413, 422})
"""Statuses that refuse this very ticket. Origin may accept another one."""


class OriginGoneError(UnreachableError):
    """Origin accepts no more tickets from this PoP (status 410). Stop delivering until an operator has acted."""


class Origin(Protocol):
    """An adapter that delivers tickets to one desk."""

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Deliver a ticket. When this returns, origin has it, complete and once. `payload` is the ticket as JSON.

        Raises `RefusedError` if origin refuses this very ticket (do not try again), `OriginGoneError` if it accepts
        none at all, and `UnreachableError` for anything else (try again, after `retry_after_s` if it is set). Origin
        may have the ticket even if this raises.
        """


@runtime_checkable
class KeepsConnection(Protocol):
    """An adapter with its own connection. The others use the session that they were given."""

    async def close(self) -> None:
        """Close the connection. Idempotent."""


OnDelivered = Callable[[bytes, Iterable[tuple[str, str]]], None]
"""Called with a delivered ticket and the headers of origin's reply. Must not raise."""


class OriginClient:
    """Posts each ticket to `url` with its id as `Idempotency-Key`. `timeout_s` is for one whole delivery."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, timeout_s: float, on_delivered: OnDelivered = ignore
    ) -> None:
        self._session = session
        self._url = URL(url)
        self._timeout_s = timeout_s
        self._on_delivered = on_delivered

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Deliver a ticket with one POST. Raises as `Origin.deliver`."""
        body = self._body(ticket_id, payload)
        async with answer_within(self._timeout_s, self._url):
            headers = await self._post(ticket_id, body)
        self._on_delivered(payload, headers)

    async def _post(self, ticket_id: str, body: bytes) -> list[tuple[str, str]]:
        async with self._session.post(
            self._url,
            data=body,
            headers={"Content-Type": "application/json", **self._headers(ticket_id, body)},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            check_accepted(response, f"ticket {ticket_id}")
            return list(response.headers.items())

    def _body(self, ticket_id: str, payload: bytes) -> bytes:
        """The body to post. Raises `RefusedError` if the payload is not a ticket."""
        del ticket_id
        return payload

    def _headers(self, ticket_id: str, body: bytes) -> Mapping[str, str]:
        """Headers by which origin recognises a repetition, and us."""
        del body
        return {"Idempotency-Key": ticket_id}


@asynccontextmanager
async def answer_within(seconds: float, url: URL) -> AsyncIterator[None]:
    """Limit the block to `seconds`. Timeouts and network errors become `UnreachableError`, which names `url`."""
    try:
        async with asyncio.timeout(seconds):
            with unreachable(url):
                yield
    except TimeoutError as error:
        raise UnreachableError(f"{peer_name(url)} did not answer within {seconds:g} s") from error


def check_accepted(response: aiohttp.ClientResponse, what: str) -> None:
    """Return if origin answered 2xx, and not with a web page. Otherwise raise as `Origin.deliver`."""
    status = response.status
    answer = f"{peer_name(response.url)} answered {what}"
    if status in _ACCEPTED:
        if response.content_type == "text/html":
            raise UnreachableError(f"{answer} with a web page, expected a desk's answer; check the origin's url")
        return
    if status in _REFUSED:
        raise RefusedError(f"{answer} with status {status}, expected 2xx")
    if status == _GONE:
        raise OriginGoneError(f"{answer} with status 410: it accepts no more tickets from this PoP")
    raise UnreachableError(
        f"{answer} with status {status}, expected 2xx", retry_after_s=requested_retry_after_s(response)
    )
