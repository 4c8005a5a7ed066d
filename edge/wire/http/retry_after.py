"""How long a peer asks to be left alone, and what its clock says."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import aiohttp

from edge.host import utc_now

MAX_RETRY_AFTER_S = 3600.0
"""The longest wait that a peer may ask for: a slip there must not park tickets for a day."""


def retry_after_s(value: str, *, now: datetime) -> float | None:
    """Seconds asked for by a `Retry-After` header (RFC 9110, section 10.2.3), at most an hour; None if unreadable."""
    value = value.strip()
    if value.isascii() and value.isdigit():
        return min(float(value), MAX_RETRY_AFTER_S)
    until = http_date(value)
    if until is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def requested_retry_after_s(response: aiohttp.ClientResponse) -> float | None:
    """Seconds that a peer asked to be left alone, None where it did not say."""
    value = response.headers.get("Retry-After")
    if value is None:
        return None
    # A date is meant by the peer's clock, which its own Date header tells; ours may be wrong.
    now = http_date(response.headers.get("Date", ""))
    return retry_after_s(value, now=now or utc_now())


def http_date(text: str) -> datetime | None:
    """The moment in a header (RFC 9110, section 5.6.7), None if unreadable."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def peer_time(response: aiohttp.ClientResponse) -> datetime | None:
    """What the peer's clock says (`Date`), None where it does not say, or a cache has kept the answer (`Age`)."""
    return None if "Age" in response.headers else http_date(response.headers.get("Date", ""))
