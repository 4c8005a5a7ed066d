"""Which request asked: W3C Trace Context (https://www.w3.org/TR/trace-context/), version 00."""

import re

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace_of(header: str) -> str:
    """A request's `traceparent` if it is one (W3C Trace Context, version 00), else nothing."""
    return header if _TRACEPARENT.fullmatch(header) else ""
