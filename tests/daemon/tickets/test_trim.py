"""`edge.daemon.tickets`: a stream keeps little of its request, which it has for hours."""

import pytest
from aiohttp.http_parser import RawRequestMessage
from aiohttp.test_utils import make_mocked_request
from yarl import URL

from edge.daemon.tickets import trim_events_head

EVENTS = "/v1/tickets/t/events"
NEEDED = {
    "Authorization": "Bearer token", "Content-Encoding": "gzip", "Last-Event-ID": "2-1-0", "Origin": "https://shop",
    "Prefer": "wait=20",
}  # fmt: skip
OTHERS = {"Host": "pop", "Cookie": "c" * 4_000, "User-Agent": "u" * 200}


def head(target: str, headers: dict[str, str]) -> RawRequestMessage:
    """The head of a request, as aiohttp has it."""
    parts = [(name.lower(), value) for name, value in headers.items()]
    raw = tuple((name.encode(), value.encode()) for name, value in parts)
    message: RawRequestMessage = make_mocked_request("GET", target, headers=parts)._message
    return message._replace(raw_headers=raw)


TARGETS = {
    "as it should be": EVENTS,
    "with a query": f"{EVENTS}?{'q' * 8_000}",
    "with a fragment": f"{EVENTS}#{'f' * 8_000}",
    "escaped": "/v1/%74ickets/t/%65vents",
    "of a proxy": f"http://pop:80{EVENTS}",
}


@pytest.mark.parametrize("sentence", TARGETS)
def test_stream_keeps_what_it_needs_of_its_request(sentence: str) -> None:
    """Its own headers and its path, however else the request is filled."""
    trimmed = trim_events_head(head(TARGETS[sentence], NEEDED | OTHERS))

    assert NEEDED == dict(trimmed.headers)
    assert (EVENTS, URL(EVENTS), ()) == (trimmed.path, trimmed.url, trimmed.raw_headers)


def test_header_that_is_far_too_long_is_dropped() -> None:
    """No token, position or preference is; so nothing that is sent stays large."""
    trimmed = trim_events_head(head(EVENTS, dict.fromkeys(NEEDED, "x" * 513)))

    assert {} == dict(trimmed.headers)


@pytest.mark.parametrize("target", ["/v1/tickets/t", "/v1/ask", f"/v2{EVENTS}", f"{EVENTS}/more", "*"])
def test_other_requests_stay_whole(target: str) -> None:
    """A desk's webhook needs headers that we do not know."""
    whole = head(target, NEEDED | OTHERS)

    assert trim_events_head(whole) is whole
