"""What people made of the answer that a ticket suggested, told from the words of their reply.

Both texts are compared word by word in triage's normal form. The reply is read, compared and forgotten: neither it nor
anything made of it but one of three words leaves this room.
"""

import html
import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from edge.records import Suggestion
from edge.triage import normalise

SIMILAR_FROM = 0.6
"""Twice the words in common, in order, over the words of both: Python's own rule of thumb for close matches
(docs.python.org, difflib, "Simple SequenceMatcher"). A greeting and a name around an answer leave more."""

MAX_WORDS = 800
"""Comparing takes the product of both lengths; a reply of 4,000 characters has about 700 words."""

_TAG = re.compile(r"<[^<>]{0,500}>")


def compare_reply(reply: str, suggested: Iterable[str]) -> Suggestion | None:
    """The best that holds for any suggested answer; None without a reply or without suggestions."""
    said = _words(reply)
    offered = [words for words in map(_words, suggested) if words]
    if not said or not offered:
        return None
    if said in offered:
        return Suggestion.USED
    if any(_likeness(said, words) >= SIMILAR_FROM for words in offered):
        return Suggestion.EDITED
    return Suggestion.IGNORED


def _likeness(one: list[str], other: list[str]) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _words(text: str) -> list[str]:
    """Desks write HTML; what they write it around is what counts."""
    return normalise(html.unescape(_TAG.sub(" ", text))).split()[:MAX_WORDS]
