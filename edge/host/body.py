"""JSON bodies of requests and responses."""

import re
from typing import TypeVar

import msgspec
from aiohttp import web

from edge.errors import RefusedError
from edge.records import DECODE_ERRORS

T = TypeVar("T")

_QUOTED = re.compile(r"(?<=Invalid enum value) .*?(?= - at `[^`]*`$|$)|(?<=unknown field) .*$", re.DOTALL)
"""What msgspec quotes of an input: a word that is not in an enumeration, and the name of a field.

What follows a field's name goes as well: a name may look like the place that msgspec adds.
"""


def read_record(body: bytes, kind: type[T], *, what: str) -> T:
    """The JSON body as a record of type `kind`.

    Raises `RefusedError` if it is not `what`. The text says why, and quotes nothing from the body.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except DECODE_ERRORS as error:
        raise RefusedError(f"the body is not {what}: {safe_detail(error)}") from error


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
