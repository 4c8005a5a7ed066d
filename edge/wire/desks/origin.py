"""Tickets to origin: what every desk's adapter promises, how its answers are read, and the plainest adapter of all.

An adapter's `deliver` may be called again for the same ticket, by this process or the next one, and gives origin one
ticket all the same: by an id that origin honours, or by looking for what is there before making it.
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
"""A desk's answer to one call is a few kilobytes; a list of a contact's conversations, some hundred."""

_TAKEN = range(200, 300)
_GONE = 410
_NEVER = frozenset({400, 413, 422})
"""Origin understood and does not want this very ticket; another one may be fine."""


class OriginGoneError(UnreachableError):
    """Origin wants nothing more from us (410): an operator has to look."""


class Origin(Protocol):
    """Where tickets go."""

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Origin has the ticket (JSON), whole and once, when this returns.

        Raises `RefusedError` when origin will never take this ticket, `OriginGoneError` when it wants none at all, and
        `UnreachableError` for everything else, with `retry_after_s` when it asked for a pause. It may have taken the
        ticket even so.
        """


@runtime_checkable
class KeepsConnection(Protocol):
    """An adapter with a connection of its own; the others use the session that they were handed."""

    async def close(self) -> None:
        """Let go of it; doing it twice is fine."""


OnTaken = Callable[[bytes, Iterable[tuple[str, str]]], None]
"""Told a ticket that origin took, and the headers of its reply. Raises nothing."""


class OriginClient:
    """Posts to `url`; `timeout_s` is for one whole delivery. Origin knows a repetition by `Idempotency-Key`."""

    def __init__(
        self, session: aiohttp.ClientSession, url: str, *, timeout_s: float, on_taken: OnTaken = ignore
    ) -> None:
        self._session = session
        self._url = URL(url)
        self._timeout_s = timeout_s
        self._on_taken = on_taken

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """One POST, as `Origin` promises."""
        body = self._body(ticket_id, payload)
        async with answer_within(self._timeout_s, self._url):
            headers = await self._post(ticket_id, body)
        self._on_taken(payload, headers)

    async def _post(self, ticket_id: str, body: bytes) -> list[tuple[str, str]]:
        async with self._session.post(
            self._url,
            data=body,
            headers={"Content-Type": "application/json", **self._headers(ticket_id, body)},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            check_taken(response, f"ticket {ticket_id}")
            return list(response.headers.items())

    def _body(self, ticket_id: str, payload: bytes) -> bytes:
        """What is posted for a ticket; raises `RefusedError` when the payload is none."""
        del ticket_id
        return payload

    def _headers(self, ticket_id: str, body: bytes) -> Mapping[str, str]:
        """What lets origin know a repetition, and us."""
        del body
        return {"Idempotency-Key": ticket_id}


@asynccontextmanager
async def answer_within(seconds: float, url: URL) -> AsyncIterator[None]:
    """Everything done inside ends in time, or raises `UnreachableError` that names `url`; network errors likewise."""
    try:
        async with asyncio.timeout(seconds):
            with unreachable(url):
                yield
    except TimeoutError as error:
        raise UnreachableError(f"{peer_name(url)} did not answer within {seconds:g} s") from error


def check_taken(response: aiohttp.ClientResponse, what: str) -> None:
    """Returns when origin answered 2xx and spoke for itself; raises as `Origin.deliver` does otherwise."""
    status = response.status
    where = f"{peer_name(response.url)} answered {what}"
    if status in _TAKEN:
        if response.content_type == "text/html":
            raise UnreachableError(f"{where} with a web page, expected its own word: somebody else answers there")
        return
    if status in _NEVER:
        raise RefusedError(f"{where} with status {status}, expected 2xx")
    if status == _GONE:
        raise OriginGoneError(f"{where} with status 410: it wants nothing more from here")
    raise UnreachableError(
        f"{where} with status {status}, expected 2xx", retry_after_s=requested_retry_after_s(response)
    )
