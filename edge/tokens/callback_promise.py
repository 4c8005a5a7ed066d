"""What a viewer holds who was promised a callback: a token that names the ticket and the promise, and nothing else.

The ticket itself is durable before the token is given; the token only lets its holder ask what was promised.
"""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from edge.records import CallbackPromise, Ticket
from edge.tokens.token import make_token, open_token

_PURPOSE = b"skerry.callback"


class _Promise(NamedTuple):
    ticket: str
    island: str
    asked: float
    wait_s: float | None


def make_promise(ticket: Ticket, *, key: bytes) -> str:
    """The token for a ticket whose viewer will be called back."""
    content = _Promise(ticket.id, ticket.island, ticket.created.timestamp(), ticket.promised_wait_s)
    return make_token(msgspec.msgpack.encode(content), key=key, purpose=_PURPOSE)


def read_promise(token: str, *, key: bytes) -> CallbackPromise:
    """What was promised; raises `RefusedError` (`TOKEN_INVALID`) for a token that was not made here."""
    found = open_token(token, type=_Promise, key=key, purpose=_PURPOSE)
    asked = datetime.fromtimestamp(found.asked, tz=UTC)
    expected = None if found.wait_s is None else asked + timedelta(seconds=found.wait_s)
    return CallbackPromise(ticket=found.ticket, island=found.island, asked=asked, expected=expected)
