"""How long a peer asks us to wait, and the time of its clock."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from edge.host import utc_now

MAX_RETRY_AFTER_S = 3600.0
"""The longest wait that is accepted from a peer. A wrong value there must not delay tickets for a day."""


def retry_after_s(value: str, *, now: datetime) -> float | None:
    """Seconds in a `Retry-After` header (RFC 9110, section 10.2.3), at most an hour. None if it is unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER_S)
    until = http_date(value)
    if until is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def requested_retry_after_s(response: aiohttp.ClientResponse) -> float | None:
    """Seconds that the peer asks us to wait, at most an hour. None if it does not ask."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    # A date counts from the peer's own clock, which is in its Date header. Our clock may be wrong.
    now = http_date(response.headers.get("Date", ""))
    return retry_after_s(value, now=now or utc_now())


def http_date(text: str) -> datetime | None:
    """The time in a header (RFC 9110, section 5.6.7). None if it is unreadable."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def peer_time(response: aiohttp.ClientResponse) -> datetime | None:
    """Time of the peer's clock, from `Date`. None without one, or if the answer comes from a cache (`Age`)."""
    return None if "Age" in response.headers else http_date(response.headers.get("Date", ""))
