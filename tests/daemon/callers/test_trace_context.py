"""`edge.daemon.callers`: a request's `traceparent`."""

import pytest

from edge.daemon.callers import trace_of

TRACES = {
    "a sampled request": ("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", True),
    "no trace": ("00-00000000000000000000000000000000-b7ad6b7169203331-01", False),
    "no parent": ("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", False),
    "upper case": ("00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01", False),
    "another version": ("ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", False),
    "words": ("hello", False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("header", "kept"), TRACES.values(), ids=TRACES.keys())
def test_traceparent(header: str, kept: bool) -> None:
    """A valid header is used unchanged, any other is dropped."""
    assert trace_of(header) == (header if kept else "")
