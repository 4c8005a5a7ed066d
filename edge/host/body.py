"""Bodies of requests and responses, most of them JSON."""

import asyncio
import re
from typing import Any, TypeVar

import msgspec
from aiohttp import web

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS

T = TypeVar("T")

_FOUND_FLOAT = re.compile(r"Expected `int[^`]*`, got `float`")
_MAX_EXACT = 2**53
"""Up to here a number of 64 bits is exact (RFC 8259, section 6)."""

_QUOTED = re.compile(r"(?<=Invalid enum value) .*?(?= - at `[^`]*`$|$)|(?<=unknown field) .*$", re.DOTALL)
"""What msgspec quotes of an input: a word that is not in an enumeration, and the name of a field.

What follows a field's name goes as well: a name may look like the place that msgspec adds.
"""


def read_record(body: bytes, kind: type[T], *, what: str) -> T:
    """The JSON body as a record of type `kind`.

    Raises `RefusedError` if it is not `what`. The text says why, and quotes nothing from the body.
    """
    try:
        return _decoded(body, kind)
    except DECODE_ERRORS as error:
        raise RefusedError(f"the body is not {what}: {safe_detail(error)}") from error


def length_of_body(request: web.Request, max_bytes: int, *, what: str = "the body") -> int:
    """The bytes that a request announces, before any of them is read. Raises `RefusedError` if they are too many."""
    length = request.content_length
    if length is None or "Content-Encoding" in request.headers:
        raise RefusedError(f"the length of {what} is not known, expected Content-Length and no Content-Encoding")
    if length > max_bytes:
        raise RefusedError(f"{what} is {length} bytes, expected at most {max_bytes}", reason=Reason.TOO_LARGE)
    return length


async def read_body(request: web.Request, length: int, *, within_s: float, what: str = "the body") -> bytes:
    """A body of this length. Raises `RefusedError` if it ends early, or does not come in time."""
    try:
        async with asyncio.timeout(within_s):
            return await request.content.readexactly(length) if length else b""
    except (TimeoutError, asyncio.IncompleteReadError) as error:
        raise RefusedError(f"{what} is incomplete, expected {length} bytes within {within_s:g} s") from error


def _decoded(body: bytes, kind: type[T]) -> T:
    """As msgspec, but that `3.0` is the whole number 3, as JSON Schema says (2020-12, validation, section 6.1.1)."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        if _FOUND_FLOAT.search(str(error)) is None:
            raise
    return msgspec.convert(_with_whole_numbers(msgspec.json.decode(body)), kind)


def _with_whole_numbers(found: Any) -> Any:
    match found:
        case float() if found.is_integer() and abs(found) <= _MAX_EXACT:
            return int(found)
        case list():
            return [_with_whole_numbers(one) for one in found]
        case dict():
            return {name: _with_whole_numbers(one) for name, one in found.items()}
    return found


def json_response(document: object, *, status: int = 200) -> web.Response:
    """A response with `document` as JSON."""
    return web.Response(body=msgspec.json.encode(document), status=status, content_type="application/json")


def safe_detail(error: Exception) -> str:
    """What is wrong with the form of an input, from msgspec's `error`. Nothing of the input is quoted."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    if isinstance(error, RecursionError):
        return "nested too deep"
    text = _QUOTED.sub("", str(error))
    return text if text.startswith("JSON") else text[:1].lower() + text[1:]
