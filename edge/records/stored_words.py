"""Old words in bytes that outlive a process or a version, and what they are called now.

Signed islands, TUF targets, tickets in the outbox, the tally, the statuses of PoPs and a publisher's home keep the
field names and values that they were first written with. So a release can be taken back, and a PoP can be older or
newer than its publisher. Code, HTTP and command line say the word of today. This file is the only place that knows
both.

>>> stored_word("escalated.clarify_streak")
'handed_over.misses'
>>> current_word("handed_over.misses")
'escalated.clarify_streak'
"""

from typing import Any, Final

STORED_FIELDS: Final = {
    # signed islands and the TUF targets that list them
    "target_precision": "wanted_precision",
    "max_clarify_streak": "misses_max",
    "max_repeats": "repeats_max",
    "rollout": "stage",
    # statuses of PoPs, as they are posted and kept
    "interval_s": "every_s",
    "rollout_percent": "percent",
    "previous_revision": "previous",
    "highest_revision": "highest",
    # private keys and signatures in a home
    "key_id": "keyid",
    "encrypted": "sealed",
    "encrypted_next": "sealed_next",
    # tickets
    "outcome": "decision",
}
"""Fields of records by the name of today: the name in stored bytes. Records take it as msgspec's `rename`."""

STORED_VALUES: Final = {
    # outcomes and reasons
    "ignore": "refuse",
    "clarify_streak": "misses",
    "repeated_answer": "loop",
    # counts in the tally
    "clarified": "asked_back",
    "escalated": "handed_over",
    "ignored": "left_alone",
}
"""Values from closed sets, likewise. The name of a count is such words with points between them."""

_CURRENT_FIELDS: Final = {stored: current for current, stored in STORED_FIELDS.items()}
_CURRENT_VALUES: Final = {stored: current for current, stored in STORED_VALUES.items()}

_CLOSED: Final = frozenset({"outcome", "reason", "because"})
"""The fields of a ticket whose values are from a closed set; viewers' and desks' words stand in the others."""


def stored_word(word: str) -> str:
    """A value or the name of a count, as stored bytes have it."""
    return ".".join(STORED_VALUES.get(part, part) for part in word.split("."))


def current_word(word: str) -> str:
    """The same, from stored bytes, in the words of today."""
    return ".".join(_CURRENT_VALUES.get(part, part) for part in word.split("."))


def stored_document(document: Any) -> Any:
    """A ticket as JSON has it (dicts, lists, strings …), in stored words."""
    if isinstance(document, dict):
        return {
            STORED_FIELDS.get(name, name): (
                stored_word(value) if name in _CLOSED and isinstance(value, str) else stored_document(value)
            )
            for name, value in document.items()
        }
    return [stored_document(value) for value in document] if isinstance(document, list) else document


def current_document(document: Any) -> Any:
    """The same, from stored bytes, in the words of today."""
    if isinstance(document, dict):
        renamed = ((_CURRENT_FIELDS.get(name, name), value) for name, value in document.items())
        return {
            name: current_word(value) if name in _CLOSED and isinstance(value, str) else current_document(value)
            for name, value in renamed
        }
    return [current_document(value) for value in document] if isinstance(document, list) else document
