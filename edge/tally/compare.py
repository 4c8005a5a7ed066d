"""What people did with the answer that a ticket suggested, judged by the words of their reply.

Both texts are compared word by word, in triage's normal form. Only the result leaves this room; the reply is not
stored.
"""

import html
import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from edge.records import Suggestion
from edge.triage import normalise

SIMILAR_FROM = 0.6
"""From this similarity on, a reply is an edited suggestion. It is twice the words in common, in order, over all words.
0.6 is Python's rule of thumb for close matches (docs.python.org, difflib, "Simple SequenceMatcher"). An answer with a
greeting and a name around it is above."""

MAX_WORDS = 800
"""Words of each text that are compared, since the time is the product of both lengths. A reply of 4,000 characters has
about 700 words."""

_TAG = re.compile(r"<[^<>]{0,500}>")


def compare_reply(reply: str, suggested: Iterable[str]) -> Suggestion | None:
    """`USED` if the reply is a suggested answer, else `EDITED` if it is similar to one, else `IGNORED`.

    None: there is no reply, or no suggestion.
    """
    replied = _words(reply)
    offered = [words for words in map(_words, suggested) if words]
    if not replied or not offered:
        return None
    if replied in offered:
        return Suggestion.USED
    if any(_similarity(replied, words) >= SIMILAR_FROM for words in offered):
        return Suggestion.EDITED
    return Suggestion.IGNORED


def _similarity(first: list[str], second: list[str]) -> float:
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _words(text: str) -> list[str]:
    """Words of a text in normal form. Tags are removed, since some desks send HTML."""
    return normalise(html.unescape(_TAG.sub(" ", text))).split()[:MAX_WORDS]
