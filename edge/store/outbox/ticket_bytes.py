"""How a ticket is stored in the outbox: as JSON in stored words (`edge.stored_words`), in every release.

Only the fields that have other words are decoded: every escalation passes here twice, on the event loop.
"""

from collections.abc import Callable, Mapping

import msgspec

from edge.records import DECODE_ERRORS, Ticket
from edge.stored_words import CURRENT_TICKET_FIELDS, TICKET_FIELDS, WORD_FIELDS, current_word, stored_word

_Fields = dict[str, msgspec.Raw]
"""A JSON object whose values are not decoded."""

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
    return {
        names.get(name, name): msgspec.Raw(_encode(_word(value, word))) if name in WORD_FIELDS else value
        for name, value in fields.items()
    }


def _word(value: msgspec.Raw, word: Callable[[str], str]) -> str | None:
    found: str | None = msgspec.json.decode(value, type=str | None)
    return None if found is None else word(found)
