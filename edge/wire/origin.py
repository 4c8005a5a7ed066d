"""Tickets to origin: one POST each, safe to repeat because its key is the ticket's id."""

import asyncio

import aiohttp
from yarl import URL

from edge.errors import UnreachableError
from edge.wire.pause import asked_pause_s
from edge.wire.peer import shown, unreachable

_TAKEN = range(200, 300)


class OriginClient:
    """Posts to `url`; `timeout_s` is for one whole delivery."""

    def __init__(self, session: aiohttp.ClientSession, url: str, *, timeout_s: float) -> None:
        self._session = session
        self._url = URL(url)
        self._timeout_s = timeout_s

    async def deliver(self, ticket_id: str, payload: bytes) -> None:
        """Origin has taken the ticket (JSON) when this returns: it answered 2xx.

        Raises `UnreachableError` for anything else, with `retry_after_s` when origin asked for a pause. Origin may have
        taken the ticket even so; it knows a repetition by the header `Idempotency-Key`.
        """
        try:
            async with asyncio.timeout(self._timeout_s):
                with unreachable(self._url):
                    await self._post(ticket_id, payload)
        except TimeoutError as error:
            raise UnreachableError(f"{shown(self._url)} did not answer within {self._timeout_s:g} s") from error

    async def _post(self, ticket_id: str, payload: bytes) -> None:
        async with self._session.post(
            self._url,
            data=payload,
            headers={"Content-Type": "application/json", "Idempotency-Key": ticket_id},
            allow_redirects=False,
            timeout=aiohttp.ClientTimeout(total=None),
        ) as response:
            if response.status not in _TAKEN:
                raise UnreachableError(
                    f"{shown(self._url)} answered ticket {ticket_id} with status {response.status}, expected 2xx",
                    retry_after_s=asked_pause_s(response),
                )
