"""Bodies of requests and responses."""

import asyncio
from enum import StrEnum

import msgspec
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from edge.errors import Reason, RefusedError
from edge.host import json_response, length_of_body, read_body, read_record
from edge.host.body import safe_detail


class Wish(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A body."""

    text: str
    count: int = 1


def test_body_that_is_a_record() -> None:
    """A field that is left out has its default."""
    assert Wish(text="tea") == read_record(b'{"text": "tea"}', Wish, what="a wish")


BODIES = {
    "nothing": (b"", "input data was truncated"),
    "no JSON": (b"{tea}", "JSON is malformed: object keys must be strings (byte 1)"),
    "a field of another type": (b'{"text": 7}', "expected `str`, got `int` - at `$.text`"),
    "a missing field": (b"{}", "object missing required field `text`"),
    "a text that is not UTF-8": (b'{"text": "\xff"}', "not UTF-8 at byte 0"),
}


@pytest.mark.parametrize(("body", "why"), BODIES.values(), ids=BODIES.keys())
def test_body_that_is_no_record(body: bytes, why: str) -> None:
    """The error says why the body is wrong, so that its sender can correct it."""
    with pytest.raises(RefusedError) as caught:
        read_record(body, Wish, what="a wish")

    assert (f"the body is not a wish: {why}", Reason.MALFORMED) == (caught.value.text, caught.value.reason)


def test_first_letter_of_a_detail() -> None:
    """A detail begins in lower case unless it begins with JSON; an empty detail stays empty."""
    assert ["", "x", "JSON is"] == [safe_detail(ValueError(text)) for text in ("", "X", "JSON is")]


def test_document_as_a_response() -> None:
    """The response has the document as JSON, and the status."""
    response, refused = json_response({"n": 1}), json_response([], status=503)

    assert (200, b'{"n":1}', "application/json") == (response.status, response.body, response.content_type)
    assert (503, b"[]") == (refused.status, refused.body)


class Colour(StrEnum):
    """Two words."""

    RED = "red"
    BLUE = "blue"


class Paint(msgspec.Struct, forbid_unknown_fields=True):
    """A body with an enumeration."""

    colour: Colour = Colour.RED
    inner: Wish | None = None


QUOTING = {
    "a word that is not in an enumeration": ({"colour": "pelargonium"}, "invalid enum value - at `$.colour`"),
    "a word that looks like a place": ({"colour": "x' - at `$.pelargonium`"}, "invalid enum value - at `$.colour`"),
    "an unknown field": ({"pelargonium": 1}, "object contains unknown field"),
    "an unknown field with a sign": ({"` - at `$.pelargonium": 1}, "object contains unknown field"),
    "an unknown field further inside": (
        {"inner": {"text": "x", "pelargonium": 1}},
        "object contains unknown field",
    ),
}


@pytest.mark.parametrize(("body", "why"), QUOTING.values(), ids=QUOTING.keys())
def test_refusal_quotes_nothing(body: dict[str, object], why: str) -> None:
    """Not even where msgspec itself does."""
    with pytest.raises(RefusedError) as caught:
        read_record(msgspec.json.encode(body), Paint, what="paint")

    assert f"the body is not paint: {why}" == caught.value.text


class Counted(msgspec.Struct):
    """A record with whole numbers and others."""

    count: int
    share: float = 0.0
    name: str = ""


def test_whole_number_with_a_point() -> None:
    """It is the same number; one with a fraction, a word and one that is not exact are refused."""
    assert Counted(3, 0.5, "3.0") == read_record(
        b'{"count": 3.0, "share": 0.5, "name": "3.0"}', Counted, what="a count"
    )
    for body in (b'{"count": 3.5}', b'{"count": "3"}', b'{"count": 1e300}', b'{"count": 3.0, "name": 3.0}'):
        with pytest.raises(RefusedError, match=r"^the body is not a count: expected"):
            read_record(body, Counted, what="a count")


ANSWERS = {
    "whole": (b"Content-Length: 3\r\n\r\nabc", "abc"),
    "empty": (b"Content-Length: 0\r\n\r\n", ""),
    "too long": (b"Content-Length: 5\r\n\r\nabcde", "the note is 5 bytes, expected at most 4"),
    "no length": (
        b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        "the length of the note is not known, expected Content-Length and no Content-Encoding",
    ),
    "late": (b"Content-Length: 4\r\n\r\nab", "the note is incomplete, expected 4 bytes within 0.1 s"),
}


@pytest.mark.parametrize(("request_end", "expected"), ANSWERS.values(), ids=ANSWERS)
async def test_body_of_a_known_length(request_end: bytes, expected: str) -> None:
    """It is refused before it is read if it is too long or has no length, and afterwards if the rest does not come."""

    async def answer(request: web.Request) -> web.Response:
        try:
            length = length_of_body(request, 4, what="the note")
            return web.Response(body=await read_body(request, length, within_s=0.1, what="the note"))
        except RefusedError as error:
            return web.Response(text=error.text)

    app = web.Application()
    app.router.add_post("/", answer)
    async with TestServer(app) as server:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + request_end)
        found = await reader.readuntil(b"\r\n\r\n") + await reader.read()
        writer.close()

    assert expected == found.partition(b"\r\n\r\n")[2].decode()
