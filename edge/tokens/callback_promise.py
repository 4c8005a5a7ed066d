"""The token of a viewer who was promised a callback. It names the ticket and the promise.

The ticket is durable before the token is made. The token only lets a page look up the promise.
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
    purpose: str = ""


def make_promise(ticket: Ticket, *, key: bytes, purpose: str = "") -> str:
    """The token for a ticket whose viewer will be called back. Anybody can read it; it does not hold the question.

    `purpose`: what the viewer agreed to, as `id/version`; empty if the island asks for no consent.
    """
    content = _Promise(ticket.id, ticket.island, ticket.created.timestamp(), ticket.promised_wait_s, purpose)
    # Without a purpose as earlier releases wrote it, so that they read it.
    return make_token(msgspec.msgpack.encode(content if purpose else content[:4]), key=key, purpose=_PURPOSE)


def read_promise(token: str, *, key: bytes) -> CallbackPromise:
    """The promise in a token. Raises `RefusedError` (`TOKEN_INVALID`) if this PoP did not make it with this key."""
    promise = open_token(token, type=_Promise, key=key, purpose=_PURPOSE)
    asked = datetime.fromtimestamp(promise.asked, tz=UTC)
    expected = None if promise.wait_s is None else asked + timedelta(seconds=promise.wait_s)
    return CallbackPromise(
        ticket=promise.ticket, island=promise.island, asked=asked, expected=expected, purpose=promise.purpose
    )
