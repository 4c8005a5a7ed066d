"""Tickets to origin: one POST each, safe to repeat because its key is the ticket's id."""

import asyncio
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp
from yarl import URL

from edge.errors import UnreachableError
from edge.wire.peer import shown, unreachable

MAX_RETRY_AFTER_S = 3600.0
"""The longest wait that origin may ask for: a slip there must not park tickets for a day."""

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
                    retry_after_s=_asked_pause_s(response),
                )


def retry_after_s(value: str, *, now: datetime) -> float | None:
    """Seconds asked for by a `Retry-After` header (RFC 9110, section 10.2.3), at most an hour; None if unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER_S)
    until = _http_date(value)
    if until is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def _asked_pause_s(response: aiohttp.ClientResponse) -> float | None:
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    # A date is meant by origin's clock, which its own Date header tells; ours may be wrong.
    now = _http_date(response.headers.get("Date", ""))
    return retry_after_s(value, now=now or datetime.now(UTC))


def _http_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
