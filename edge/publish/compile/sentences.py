"""The sentences of an answer, as texts that the encoder reads: without marks of Markdown and addresses."""

import re
from collections.abc import Iterator
from functools import lru_cache

from edge.triage import normalise

_LEAST_WORDS = 3
"""Shorter ones, such as "Yes" or "Not yet", are about nothing in particular."""

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_ADDRESS = re.compile(r"<?\b(?:https?://|www\.|mailto:)\S+")
_MARKS = re.compile(r"^\s*(?:#{1,6}|[-*+>]|\d{1,3}[.)])\s+|`{1,3}|(?<!\w)[*_~]{1,3}|[*_~]{1,3}(?!\w)", re.MULTILINE)
"""Marks of emphasis stand at the edge of a word. Within one, as in `snake_case`, they belong to it."""
_BETWEEN = re.compile(r"(?<=[.!?:;])[\"”')]*\s+|\n+")


@lru_cache(maxsize=1024)  # twice the snippets of an island: each fold of an evaluation asks again
def sentences_of(answer: str) -> tuple[str, ...]:
    """The answer's sentences of three words or more, in normal form and in its order, each once.

    >>> sentences_of("Yes. It **ships within two weeks**, see [the table](https://example.org/a).")
    ('it ships within two weeks see the table',)
    """
    return tuple(dict.fromkeys(_sentences(answer)))


def _sentences(answer: str) -> Iterator[str]:
    text = _MARKS.sub("", _ADDRESS.sub(" ", _LINK.sub(r"\1", answer)))
    for sentence in map(normalise, _BETWEEN.split(text)):
        if len(sentence.split()) >= _LEAST_WORDS:
            yield sentence
