"""A choice from what was offered: is it of this receipt, this session, this revision and this question?

The receipt is good for an hour. That it is good for one choice only, its caller must remember by its number.
"""

import hashlib
from math import inf

from edge.errors import BrokenRuleError, Reason, RefusedError
from edge.tokens.receipt import Receipt, read_receipt
from edge.tokens.ticket_token import repeated_ticket_id

CHOICE_LIFE_S = 3_600.0
"""How long an offer can be chosen from. After a longer time, a viewer has forgotten what was asked."""

_MINUTE_S = 60
_HASH_BYTES = 16
_PURPOSE = b"skerry.question"
_TICKET = b"choice"


def question_hash(text: str, *, key: bytes) -> bytes:
    """A hash of a question's text: 16 bytes that say nothing of it to anybody without the key."""
    content = text.encode(errors="surrogatepass")
    return hashlib.blake2b(content, digest_size=_HASH_BYTES, key=key, person=_PURPOSE).digest()


def read_offer(token: str, *, key: bytes, now: float, life_s: float = CHOICE_LIFE_S) -> Receipt:
    """Read the receipt of an offer. `now` is in Unix seconds.

    Raises `RefusedError` (`TOKEN_INVALID`): this PoP did not make it with this key, it is older than `life_s`, or it is
    of an outcome without options.
    """
    offer = read_receipt(token, key=key, now=now, life_s=inf)
    if now - offer.at > life_s:
        limit = f"{life_s / _MINUTE_S:g} min ago"
        raise _invalid(f"was made more than {limit}, expected at most {limit}: ask the question again")
    if not offer.offered and not offer.is_ramp:
        raise _invalid("is of an outcome without options to choose from, expected that of an offer")
    return offer


def check_choice(offer: Receipt, snippet: str | None, *, text: str, contact: bytes, key: bytes) -> None:
    """Check a choice from `offer`. `snippet`: what was picked; None for none of these. `contact`: who chooses.

    Raises `RefusedError`: `TOKEN_INVALID` if another session was offered it, or for another question; `MALFORMED` for a
    snippet that was not offered.
    """
    if offer.contact != contact:
        raise _invalid("is of another session, expected the session that asked")
    if offer.question != question_hash(text, key=key):
        raise _invalid("is of another question, expected 'text' as it was asked")
    if snippet is not None and snippet not in offer.offered:
        expected = f"null or one of {', '.join(offer.offered)}" if offer.offered else "null"
        raise BrokenRuleError(f"snippet was not offered, expected {expected}")


def check_revision(offer: Receipt, revision: int) -> None:
    """Check that the island has still the revision that made the offer: another may mean other answers by its ids.

    Raises `RefusedError` (`TOKEN_INVALID`).
    """
    if offer.revision != revision:
        raise _invalid(f"is of revision {offer.revision}, the island is revision {revision}: ask the question again")


def used_before() -> RefusedError:
    """The refusal of a second choice with one receipt."""
    return _invalid("was used for a choice before, expected that of another offer")


def choice_ticket_id(offer: Receipt, *, key: bytes) -> str:
    """The id of the ticket that a choice makes. It is the same for each choice from one offer: there is one ticket."""
    return repeated_ticket_id(_TICKET, offer.number, key=key)


def _invalid(problem: str) -> RefusedError:
    return RefusedError(f"receipt {problem}", reason=Reason.TOKEN_INVALID)
