"""The trace of a request: W3C Trace Context (https://www.w3.org/TR/trace-context/), version 00."""

import re

_TRACEPARENT = re.compile(r"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def trace_of(header: str) -> str:
    """The `traceparent` header if it is valid, else ''."""
    return header if _TRACEPARENT.fullmatch(header) else ""
