"""Receipts: a token in each response, which feedback must bring back.

A receipt holds the island, the snippet, the contact and the time, but neither the question nor the session. Only the
PoP that answered can make it, so feedback cannot be invented. Its number makes sure that feedback counts once. Until
feedback arrives, the PoP stores nothing.

The receipt of an offer also names the offered snippets, and has a keyed hash of the question. So a choice can bring the
question again, and a PoP remembers none.
"""

import hashlib
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.tokens.token import make_token, open_token

NUMBER_BYTES = 12
"""Length of a receipt's random number. With a million receipts a day, two are equal once in 10^9 years."""

_CONTACT_BYTES = 12
_PURPOSE = b"skerry.receipt"
_CONTACT_PURPOSE = b"skerry.contact"
_DAY_S = 86_400


class Receipt(NamedTuple):
    """What a receipt says of one outcome.

    `number` is random, `contact` is empty without a session, and `at` is the time of the question in Unix seconds.
    `is_vouched`: a trusted ingest said who asked. `threshold`, `share` and `why` say which confidence an answer needed;
    None in a receipt of an earlier release, or without an island.
    """

    number: bytes
    island: str
    snippet: str
    contact: bytes
    at: float
    is_vouched: bool = False
    threshold: float | None = None
    share: float | None = None
    why: str | None = None
    revision: int = 0
    """Of an offer: the revision of the island that made it."""
    offered: tuple[str, ...] = ()
    """Of an offer: ids of the snippets."""
    question: bytes = b""
    """Of an offer: `question_hash` of the question."""
    ticket: str = ""
    """Of an offer while the viewer waits: id of the ticket that people have."""
    lane: str = ""
    """The lane of that ticket."""
    keeps_ticket: bool = False
    """True if a pick answers only a part of the question, so that people keep the ticket."""
    wanted: str = ""
    """Of an offer: the languages that the viewer wants, best first, with spaces between."""
    is_ramp: bool = False
    """Of an offer as a drop begins. It may be of trees alone, without a snippet."""
    rules: tuple[str, ...] = ()
    """Rules of the filters that found something in the question."""


_FIELDS_WITHOUT_OFFER = 9
"""The fields before `revision`. A receipt that offers nothing is written without those of an offer."""

_FIELDS_OF_OFFER = 15
"""The fields before `wanted`. A receipt without a language is written without it, so that earlier releases read it."""


_FIELDS_WITH_RAMP = 17
"""The fields before `rules`. Most questions have nothing that a filter finds."""


def make_receipt(receipt: Receipt, *, key: bytes) -> str:
    """The receipt as a token of about 150 characters; of 190 to 220 for an offer, and 60 more with a ticket.

    With what all filters may find it has 100 more.
    """
    content = receipt[: _fields_of(receipt)]
    return make_token(msgspec.msgpack.encode(content), key=key, purpose=_PURPOSE)


def _fields_of(receipt: Receipt) -> int:
    if receipt.rules:
        return len(receipt)
    if receipt.is_ramp:
        return _FIELDS_WITH_RAMP
    if not receipt.offered:
        return _FIELDS_WITHOUT_OFFER
    return _FIELDS_OF_OFFER + bool(receipt.wanted)


def read_receipt(token: str, *, key: bytes, now: float, life_s: float) -> Receipt:
    """Read a receipt. `now` is in Unix seconds.

    Raises `RefusedError` (`TOKEN_INVALID`) if this PoP did not make it with this key, or if it is older than `life_s`.
    """
    receipt = open_token(token, type=Receipt, key=key, purpose=_PURPOSE)
    if now - receipt.at > life_s:
        raise RefusedError(
            f"receipt is {(now - receipt.at) / _DAY_S:.1f} days old, expected at most {life_s / _DAY_S:g}",
            reason=Reason.TOKEN_INVALID,
        )
    return receipt


def contact_of(name: IslandName, session: str, *, key: bytes) -> bytes:
    """Name of a session's contact with an island: 12 bytes that reveal neither. Empty without a session."""
    if not session:
        return b""
    content = f"{name}\n{session}".encode()
    return hashlib.blake2b(content, digest_size=_CONTACT_BYTES, key=key, person=_CONTACT_PURPOSE).digest()
