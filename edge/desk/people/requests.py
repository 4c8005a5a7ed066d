"""Reads what people's requests say. Pure. Every function raises `RefusedError` that quotes nothing."""

from collections.abc import Mapping
from typing import NamedTuple, TypeVar

from edge.errors import Reason, RefusedError
from edge.foreign_words import is_shown
from edge.host import read_record
from edge.records.desk import QueueState

T = TypeVar("T")

MAX_PAGE_ROWS = 200
_MAX_DIGITS = 4
_MAX_CURSOR_CHARACTERS = 500
_LINE_SIGNS = frozenset("\n\r\t")


class QueueQuery(NamedTuple):
    """The query of `GET /v1/queue`."""

    state: QueueState
    lane: str
    after: str
    limit: int


def queue_query(query: Mapping[str, str]) -> QueueQuery:
    """State, lane, place and size of a page."""
    state, limit = query.get("state", QueueState.OPEN), query.get("limit", str(MAX_PAGE_ROWS))
    if state not in set(QueueState):
        raise RefusedError(f"`state` is not one, expected one of {', '.join(QueueState)}")
    if not limit.isascii() or not limit.isdigit() or len(limit) > _MAX_DIGITS or not 0 < int(limit) <= MAX_PAGE_ROWS:
        raise RefusedError(f"`limit` is not a number of rows, expected 1 to {MAX_PAGE_ROWS}")
    after = query.get("after", "")
    if len(after) > _MAX_CURSOR_CHARACTERS:
        raise RefusedError("`after` is not the `next` of an earlier page, expected that or nothing")
    return QueueQuery(QueueState(state), query.get("lane", ""), after, int(limit))


def optional_record(body: bytes, kind: type[T], *, what: str) -> T:
    """The body as a record; an empty body is an empty one."""
    return read_record(body or b"{}", kind, what=what)


def check_words(text: str, *, what: str) -> None:
    """Refuse text without a sign that is seen, and one with controls. Signs for the direction of writing stay."""
    if any(ord(sign) < ord(" ") or "\x7f" <= sign <= "\x9f" for sign in text if sign not in _LINE_SIGNS):
        raise RefusedError(f"the {what} has controls, expected text, line breaks and tabs", reason=Reason.TEXT_INVALID)
    if not any(is_shown(sign) and not sign.isspace() for sign in text):
        raise RefusedError(f"the {what} has nothing to read, expected text", reason=Reason.TEXT_INVALID)
