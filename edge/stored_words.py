"""The older words in stored bytes, and the current words for them.

Signed islands, TUF targets, tickets in the outbox, the tally, PoP statuses and the publisher's home keep the field
names and values that they were first written with. So an upgrade can be undone, and a PoP can be older or newer than
its publisher. Code, HTTP and the command line use the current words. Only this file knows both.

>>> stored_count("escalated.clarify_streak")
'handed_over.misses'
>>> current_word("misses")
'clarify_streak'
"""

from typing import Final

ISLAND_FIELDS: Final = {
    "target_precision": "wanted_precision",
    "max_clarify_streak": "misses_max",
    "max_repeats": "repeats_max",
    "rollout": "stage",
}
"""Fields of a signed island and of the TUF target that lists it: current name to stored name.

This table and the next two are the `rename` of msgspec records.
"""

STATUS_FIELDS: Final = {
    "interval_s": "every_s",
    "rollout_percent": "percent",
    "previous_revision": "previous",
    "highest_revision": "highest",
}
"""Fields of a PoP's status, as it is posted and stored: current name to stored name."""

HOME_FIELDS: Final = {"key_id": "keyid", "encrypted": "sealed", "encrypted_next": "sealed_next"}
"""Fields in files of private keys and in signature files of a ceremony: current name to stored name."""

TICKET_FIELDS: Final = {"outcome": "decision"}
"""Fields of a ticket in the outbox: current name to stored name."""

STORED_VALUES: Final = {"ignore": "refuse", "clarify_streak": "misses", "repeated_answer": "loop"}
"""Outcomes and reasons: current word to stored word."""

STORED_COUNTS: Final = {"clarified": "asked_back", "escalated": "handed_over", "ignored": "left_alone"}
"""First parts of the names of counts in the tally: current word to stored word."""

CURRENT_TICKET_FIELDS: Final = {stored: current for current, stored in TICKET_FIELDS.items()}
_CURRENT_VALUES: Final = {stored: current for current, stored in STORED_VALUES.items()}
_CURRENT_COUNTS: Final = {stored: current for current, stored in STORED_COUNTS.items()}

WORD_FIELDS: Final = frozenset({*TICKET_FIELDS.keys(), *TICKET_FIELDS.values(), "reason", "because"})
"""Fields of a ticket whose values are translated. All other fields may hold viewers' or desks' words."""


def stored_word(word: str) -> str:
    """The stored word for an outcome or a reason."""
    return STORED_VALUES.get(word, word)


def current_word(word: str) -> str:
    """The current word for an outcome or a reason from stored bytes."""
    return _CURRENT_VALUES.get(word, word)


def stored_count(name: str) -> str:
    """The stored name of a count such as `escalated.clarify_streak`."""
    first, point, rest = name.partition(".")
    return f"{STORED_COUNTS.get(first, first)}{point}{stored_word(rest)}"


def current_count(name: str) -> str:
    """The current name of a count from the tally's file."""
    first, point, rest = name.partition(".")
    return f"{_CURRENT_COUNTS.get(first, first)}{point}{current_word(rest)}"
