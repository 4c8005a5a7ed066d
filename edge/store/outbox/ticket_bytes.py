"""How a ticket is stored in the outbox: as JSON in stored words (`edge.stored_words`), in every release.

Only the fields that have other words are decoded: every escalation passes here twice, on the event loop.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

import msgspec

from edge.records import DECODE_ERRORS, Ticket
from edge.stored_words import CURRENT_TICKET_FIELDS, TICKET_FIELDS, WORD_FIELDS, current_word, stored_word

_Fields = dict[str, msgspec.Raw]
"""A JSON object whose values are not decoded."""

_WORDS = 128
"""Words that are remembered with the word for them: outcomes and reasons, in both directions."""

_encode = msgspec.json.encode
_ticket = msgspec.json.Decoder(_Fields)
_turns = msgspec.json.Decoder(list[_Fields])


def ticket_to_bytes(ticket: Ticket) -> bytes:
    """The ticket as the outbox stores it."""
    return _renamed(_encode(ticket), TICKET_FIELDS, stored_word)


def ticket_from_bytes(stored: bytes) -> bytes:
    """The ticket as desks get it: the same JSON in the words of today. Bytes that are no JSON object are unchanged."""
    try:
        return _renamed(stored, CURRENT_TICKET_FIELDS, current_word)
    except DECODE_ERRORS:
        return stored


def _renamed(ticket: bytes, names: Mapping[str, str], word: Callable[[str], str]) -> bytes:
    fields = _with_words(_ticket.decode(ticket), names, word)
    turns = fields.get("transcript")
    if turns is not None:
        fields["transcript"] = msgspec.Raw(_encode([_with_words(turn, names, word) for turn in _turns.decode(turns)]))
    return _encode(fields)


def _with_words(fields: _Fields, names: Mapping[str, str], word: Callable[[str], str]) -> _Fields:
    for name in WORD_FIELDS & fields.keys():
        fields[name] = _word(bytes(fields[name]), word)
    # Fields keep their order.
    return {names.get(name, name): value for name, value in fields.items()} if names.keys() & fields.keys() else fields


@lru_cache(_WORDS)
def _word(value: bytes, word: Callable[[str], str]) -> msgspec.Raw:
    found: str | None = msgspec.json.decode(value, type=str | None)
    return msgspec.Raw(_encode(None if found is None else word(found)))
