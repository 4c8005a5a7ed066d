"""Which names stand out in what an author wrote? They are proposed as what the island is about.

A name of a thing (`Things`) stands out wherever it is used; another word if several examples have it behind "the", "a"
or "my"; a proper name if prose has it in capitals.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import dropwhile, pairwise

from edge.triage.about.own import GENERAL, QUALITIES
from edge.triage.about.things import LONGEST_NAME, Things, key_of
from edge.triage.message import normalise

MOST_NAMES = 100
"""Names that are proposed."""

_LEAST_EXAMPLES = 2
"""Examples that must have a word behind a determiner before it is taken for a noun of the event."""

_DETERMINERS = frozenset({
    "the", "a", "an", "my", "your", "our", "this", "that", "his", "her", "their", "any", "no", "another",
})  # fmt: skip

_PROPER_NAME = re.compile(r"(?:(?<=[a-z,;] )[A-Z][\w'\u2019]+|[A-Z][\w'\u2019]+(?= [A-Z]))(?: [A-Z][\w'\u2019]+| \d+)*")
"""Capitals within a sentence, or two words with capitals anywhere. What stands between asterisks is often a button."""


def proposed_names(examples: Iterable[str], prose: Sequence[str], things: Things) -> tuple[str, ...]:
    """Names that stand out in viewers' questions and the author's prose, in normal form: at most `MOST_NAMES`."""
    asked = [normalise(example) for example in examples]
    names = [
        *_usual_nouns(asked),
        *_proper_names(prose),
        *_named_things([*asked, *map(normalise, prose)], things),
    ]
    first: dict[str, str] = {}
    for name in names:
        words = name.split()
        if len(words) <= LONGEST_NAME and things.without_values(words) == words:
            first.setdefault(key_of(words), name)
    return tuple(first.values())[:MOST_NAMES]


def with_synonyms(names: Iterable[str], but: Iterable[str], things: Things) -> tuple[str, ...]:
    """The names in normal form with their synonyms, without those in `but`."""
    left_out = {key_of(name.split()) for name in map(normalise, but) if name}
    own_names = filter(None, map(normalise, names))
    every = (name for own in own_names for name in (own, *things.synonyms(own)))
    return tuple(dict.fromkeys(name for name in every if key_of(name.split()) not in left_out))


def _named_things(texts: Iterable[str], things: Things) -> Iterator[str]:
    for words in (text.split() for text in texts):
        for one in things.mentions(words):
            yield " ".join(words[one.start : one.stop])


def _usual_nouns(examples: Iterable[str]) -> list[str]:
    """Words that stand behind a determiner in several examples, most used first."""
    counts = Counter[str]()
    for words in (example.split() for example in examples):
        behind = {word for before, word in pairwise(words) if before in _DETERMINERS}
        counts.update(word for word in behind if word.isalpha() and word not in GENERAL | QUALITIES | _DETERMINERS)
    return [word for word, count in counts.most_common() if count >= _LEAST_EXAMPLES]


def _proper_names(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        for found in _PROPER_NAME.finditer(text):
            if words := list(dropwhile(GENERAL.__contains__, normalise(found[0]).split())):
                yield " ".join(words)
