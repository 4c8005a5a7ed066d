"""Tickets to origin: the contract of every desk's adapter, and the adapter for plain HTTP.

`deliver` may be called again for the same ticket, by this process or the next one. Origin still gets one ticket: it
recognises the id, or the adapter searches for the ticket before it creates one.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import NamedTuple, Protocol, runtime_checkable

import aiohttp
from yarl import URL

from edge.errors import Cause, UnreachableError
from edge.host import ignore
from edge.wire.desks.answers import BODY_TIMEOUT_S, check_taken
from edge.wire.http import peer_name, unreachable

_NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
"""The whole delivery has one (`answer_within`)."""


class TicketPlace(NamedTuple):
    """Where a ticket is at a desk that shows conversations."""

    conversation: int
    """Number of the conversation, or of the desk's ticket."""
    message: int
    """Id of the ticket's own message if it was added to a conversation; 0 if the conversation begins with it."""


class Origin(Protocol):
    """An adapter that delivers tickets to one desk."""

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Deliver a ticket. When this returns, origin has it, complete and once. `payload` is the ticket as JSON.

        Raises `RefusedError` if origin refuses this very ticket, `OriginGoneError` if it accepts none at all, and
        `UnreachableError` for anything else (try again, after `retry_after_s` if it is set). If origin answered and
        the ticket may be the reason, that is an `OriginFaultError`, or its subclass `PossibleRefusalError`. Origin may
        have the ticket even if this raises.
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
            timeout=_NO_TIMEOUT,
        ) as response:
            # Within the time for the whole delivery, so that a body that hangs undoes no acceptance.
            body_timeout_s = min(BODY_TIMEOUT_S, self._timeout_s / 4)
            await check_taken(response, f"ticket {ticket_id}", body_timeout_s=body_timeout_s)
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
        raise UnreachableError(f"{peer_name(url)} did not answer within {seconds:g} s", cause=Cause.SILENT) from error
