"""What a decision is known by afterwards: a token in its response, which feedback must bring back.

It says which snippet of which island was meant, in which contact, and when; nothing of what was asked or by whom. Only
the PoP that decided can have made it, so nobody can speak of decisions that were never made, and the number in it
lets each be spoken of once. Nothing is remembered of a decision until somebody does.
"""

import hashlib
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.tokens.token import make_token, open_token

NUMBER_BYTES = 12
"""Random; two of a million decisions a day are alike once in a thousand million years."""

_CONTACT_BYTES = 12
_PURPOSE = b"skerry.receipt"
_CONTACT_PURPOSE = b"skerry.contact"
_DAY_S = 86_400


class Receipt(NamedTuple):
    """One decision. `at` is Unix seconds, `contact` is empty without a session."""

    number: bytes
    island: str
    snippet: str
    contact: bytes
    at: float


def make_receipt(receipt: Receipt, *, key: bytes) -> str:
    """The token, about 140 characters."""
    return make_token(msgspec.msgpack.encode(receipt), key=key, purpose=_PURPOSE)


def read_receipt(token: str, *, key: bytes, now: float, life_s: float) -> Receipt:
    """The decision; raises `RefusedError` (`TOKEN_INVALID`) when it was not made here, or longer than `life_s` ago."""
    receipt = open_token(token, type=Receipt, key=key, purpose=_PURPOSE)
    if now - receipt.at > life_s:
        raise RefusedError(
            f"receipt is {(now - receipt.at) / _DAY_S:.1f} days old, expected at most {life_s / _DAY_S:g}",
            reason=Reason.TOKEN_INVALID,
        )
    return receipt


def contact_of(name: IslandName, session: str, *, key: bytes) -> bytes:
    """What a session's contact with an island is known by, which gives neither away; empty without a session."""
    if not session:
        return b""
    said = f"{name}\n{session}".encode()
    return hashlib.blake2b(said, digest_size=_CONTACT_BYTES, key=key, person=_CONTACT_PURPOSE).digest()
