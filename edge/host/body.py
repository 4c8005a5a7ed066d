"""JSON bodies of requests and responses."""

from typing import TypeVar

import msgspec
from aiohttp import web

from edge.errors import RefusedError

T = TypeVar("T")


def read_record(body: bytes, kind: type[T], *, what: str) -> T:
    """The JSON body as a record of type `kind`.

    Raises `RefusedError` if it is not `what`. The text says why, and quotes nothing from the body.
    """
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"the body is not {what}: {safe_detail(error)}") from error


def json_response(document: object, *, status: int = 200) -> web.Response:
    """A response with `document` as JSON."""
    return web.Response(body=msgspec.json.encode(document), status=status, content_type="application/json")


def safe_detail(error: Exception) -> str:
    """Text of msgspec's `error`, which describes the body's form and never quotes what a viewer wrote."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    text = str(error)
    return text if text.startswith("JSON") else text[:1].lower() + text[1:]
