"""The capability to follow one ticket: only the asker who made the ticket gets it, and it is good for this ticket only.

It holds the ticket's id, its island and its expiry, but neither the question nor the session. The same file derives the
id of a ticket whose question came with an `Idempotency-Key`, so that a repetition makes no second ticket.
"""

import hashlib
import uuid
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.tokens.token import make_token, open_token

TICKET_TOKEN_LIFE_S = 7 * 86_400.0
"""How long a ticket can be followed. A PoP remembers the progress of a delivered ticket for as long."""

_PURPOSE = b"skerry.ticket"
_ID_PURPOSE = b"skerry.repeat"
_ID_BYTES = 16


class TicketCapability(NamedTuple):
    """What a ticket token allows: to follow this ticket until `expires` (Unix seconds)."""

    ticket: str
    island: str
    expires: float


def make_ticket_token(ticket: str, island: str, *, key: bytes, now: float, life_s: float = TICKET_TOKEN_LIFE_S) -> str:
    """The token for the asker whose question became, or joined, the ticket with this id. `now` is in Unix seconds."""
    capability = TicketCapability(ticket, island, now + life_s)
    return make_token(msgspec.msgpack.encode(capability), key=key, purpose=_PURPOSE)


def read_ticket_token(token: str, ticket: str, *, key: bytes, now: float) -> TicketCapability:
    """The capability in a token that is good for `ticket` at `now` (Unix seconds).

    Raises `RefusedError` (`TOKEN_INVALID`) for every other token. The text does not say whether the ticket exists.
    """
    capability = open_token(token, type=TicketCapability, key=key, purpose=_PURPOSE)
    if capability.ticket != ticket or now >= capability.expires:
        raise RefusedError("token is not good for this ticket, expected its own", reason=Reason.TOKEN_INVALID)
    return capability


def repeated_ticket_id(*parts: bytes, key: bytes) -> str:
    """The id (UUID) of the ticket of a request that is the same in all of `parts`; another one under another key."""
    content = msgspec.msgpack.encode(parts)
    digest = hashlib.blake2b(content, digest_size=_ID_BYTES, key=key, person=_ID_PURPOSE).digest()
    return str(uuid.UUID(bytes=digest, version=4))
