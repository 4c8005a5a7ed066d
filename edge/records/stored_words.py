"""Old words in bytes that outlive a process or a version, and what they are called now.

Signed islands, TUF targets, tickets in the outbox, the tally, the statuses of PoPs and a publisher's home keep the
field names and values that they were first written with. So a release can be taken back, and a PoP can be older or
newer than its publisher. Code, HTTP and command line say the word of today. This file is the only place that knows
both.

>>> stored_count("escalated.clarify_streak")
'handed_over.misses'
>>> current_word("misses")
'clarify_streak'
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

ISLAND_FIELDS: Final = {
    "target_precision": "wanted_precision",
    "max_clarify_streak": "misses_max",
    "max_repeats": "repeats_max",
    "rollout": "stage",
}
"""Fields of a signed island and of the TUF target that lists it, by the name of today: the name in stored bytes.

Records take this table and the next two as msgspec's `rename`.
"""

STATUS_FIELDS: Final = {
    "interval_s": "every_s",
    "rollout_percent": "percent",
    "previous_revision": "previous",
    "highest_revision": "highest",
}
"""Fields of a PoP's status, as it is posted and kept."""

HOME_FIELDS: Final = {"key_id": "keyid", "encrypted": "sealed", "encrypted_next": "sealed_next"}
"""Fields of the files of private keys and of holders' signatures."""

TICKET_FIELDS: Final = {"outcome": "decision"}
"""Fields of a ticket in the outbox."""

STORED_VALUES: Final = {"ignore": "refuse", "clarify_streak": "misses", "repeated_answer": "loop"}
"""Outcomes and reasons, likewise."""

STORED_COUNTS: Final = {"clarified": "asked_back", "escalated": "handed_over", "ignored": "left_alone"}
"""What the names of counts in the tally begin with, likewise."""

_CURRENT_TICKET_FIELDS: Final = {stored: current for current, stored in TICKET_FIELDS.items()}
_CURRENT_VALUES: Final = {stored: current for current, stored in STORED_VALUES.items()}
_CURRENT_COUNTS: Final = {stored: current for current, stored in STORED_COUNTS.items()}

_CLOSED: Final = frozenset({*TICKET_FIELDS.keys(), *TICKET_FIELDS.values(), "reason", "because"})
"""The fields of a ticket whose values are from a closed set; viewers' and desks' words stand in the others."""


def stored_word(word: str) -> str:
    """An outcome or a reason, as stored bytes have it."""
    return STORED_VALUES.get(word, word)


def current_word(word: str) -> str:
    """An outcome or a reason from stored bytes, in the words of today."""
    return _CURRENT_VALUES.get(word, word)


def stored_count(name: str) -> str:
    """The name of a count (`escalated.clarify_streak`), as the tally's file has it."""
    first, point, rest = name.partition(".")
    return f"{STORED_COUNTS.get(first, first)}{point}{stored_word(rest)}"


def current_count(name: str) -> str:
    """The name of a count from the tally's file, in the words of today."""
    first, point, rest = name.partition(".")
    return f"{_CURRENT_COUNTS.get(first, first)}{point}{current_word(rest)}"


def stored_ticket(document: Any) -> Any:
    """A ticket as JSON has it (dicts, lists, strings …), in stored words."""
    return _renamed(document, TICKET_FIELDS, stored_word)


def current_ticket(document: Any) -> Any:
    """A ticket from stored bytes, as JSON has it, in the words of today."""
    return _renamed(document, _CURRENT_TICKET_FIELDS, current_word)


def _renamed(document: Any, fields: Mapping[str, str], word: Callable[[str], str]) -> Any:
    if isinstance(document, dict):
        return {
            fields.get(name, name): word(value)
            if name in _CLOSED and isinstance(value, str)
            else _renamed(value, fields, word)
            for name, value in document.items()
        }
    return [_renamed(value, fields, word) for value in document] if isinstance(document, list | tuple) else document
