"""A PoP's refusal as one of Skerry's errors: by who must act."""

import re
from collections.abc import Mapping

import msgspec

from edge.errors import LimitedError, Reason, RefusedError, SkerryError, UnreachableError
from edge.records import DECODE_ERRORS
from edge.wire.http import cause_of_status

_BAD_REQUEST, _LIMITED, _SERVER_ERROR = 400, 429, 500
_LIMIT_FIELDS = ("RateLimit-Policy", "RateLimit")
_LIMIT = re.compile(r'"(?P<name>[a-z_-]{1,64})"')


class _Refusal(msgspec.Struct):
    """What is read of a problem document. A newer PoP may have a reason that is not known here."""

    detail: str
    reason: str


def refusal_of(status: int, headers: Mapping[str, str], body: bytes, retry_after_s: float | None) -> SkerryError:
    """The error for a response with this status and body."""
    try:
        problem = msgspec.json.decode(body, type=_Refusal)
    except DECODE_ERRORS:
        problem = None
    if problem is None or status < _BAD_REQUEST:
        return UnreachableError(
            f"found HTTP {status} without a problem document, expected a PoP",
            retry_after_s=retry_after_s,
            cause=cause_of_status(status),
        )
    text = f"{problem.detail} ({problem.reason})"
    known = Reason(problem.reason) if problem.reason in set(Reason) else None
    if status == _LIMITED:
        return _limited(text, headers, retry_after_s)
    if status >= _SERVER_ERROR:
        return UnreachableError(text, reason=known, retry_after_s=retry_after_s, cause=cause_of_status(status))
    return RefusedError(text, reason=known)


def _limited(text: str, headers: Mapping[str, str], retry_after_s: float | None) -> LimitedError:
    fields = {name: headers[name] for name in _LIMIT_FIELDS if name in headers}
    limit = _LIMIT.search(fields.get("RateLimit-Policy", ""))
    return LimitedError(
        text, limit=limit["name"] if limit else "", retry_after_s=round(retry_after_s or 0), fields=fields
    )
