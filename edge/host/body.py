"""What stands in the body of a request, and what goes into that of a response."""

from typing import TypeVar

import msgspec
from aiohttp import web

from edge.errors import RefusedError

T = TypeVar("T")


def read_record(body: bytes, kind: type[T], *, what: str) -> T:
    """The body (JSON) as a record; raises `RefusedError` that says why it is not `what`, quoting nothing of it."""
    try:
        return msgspec.json.decode(body, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise RefusedError(f"the body is not {what}: {safe_detail(error)}") from error


def json_response(document: object, *, status: int = 200) -> web.Response:
    """The document as a response."""
    return web.Response(body=msgspec.json.encode(document), status=status, content_type="application/json")


def safe_detail(error: Exception) -> str:
    """What msgspec says of a body: about its form, never quoting what a viewer wrote."""
    if isinstance(error, UnicodeDecodeError):
        return f"not UTF-8 at byte {error.start}"
    text = str(error)
    return text if text.startswith("JSON") else text[:1].lower() + text[1:]
