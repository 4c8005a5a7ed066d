"""What stands in a request's body, and what goes into a response's."""

import msgspec
import pytest

from edge.errors import Reason, RefusedError
from edge.host import json_response, read_record
from edge.host.body import safe_detail


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body."""

    text: str
    count: int = 1


def test_body_that_is_a_record() -> None:
    """With its defaults."""
    assert Wish(text="tea") == read_record(b'{"text": "tea"}', Wish, what="a wish")


BODIES = {
    "nothing": (b"", "input data was truncated"),
    "no JSON": (b"{tea}", "JSON is malformed: object keys must be strings (byte 1)"),
    "a field of another type": (b'{"text": 7}', "expected `str`, got `int` - at `$.text`"),
    "a field that is missing": (b"{}", "object missing required field `text`"),
    "no UTF-8 in a text": (b'{"text": "\xff"}', "not UTF-8 at byte 0"),
}


@pytest.mark.parametrize(("body", "why"), BODIES.values(), ids=BODIES.keys())
def test_body_that_is_no_record(body: bytes, why: str) -> None:
    """The error says why the body is wrong, so that its sender can mend it."""
    with pytest.raises(RefusedError) as caught:
        read_record(body, Wish, what="a wish")

    assert (f"the body is not a wish: {why}", Reason.MALFORMED) == (caught.value.text, caught.value.reason)


def test_detail_of_no_text() -> None:
    """A detail begins in lower case, but for an acronym; an empty one stays empty."""
    assert ["", "x", "JSON is"] == [safe_detail(ValueError(text)) for text in ("", "X", "JSON is")]


def test_document_as_a_response() -> None:
    """JSON, and the status that is wanted."""
    response, refused = json_response({"n": 1}), json_response([], status=503)

    assert (200, b'{"n":1}', "application/json") == (response.status, response.body, response.content_type)
    assert (503, b"[]") == (refused.status, refused.body)
