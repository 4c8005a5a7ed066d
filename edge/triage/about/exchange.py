"""Is a question about another thing? What its words show, compared with the nearest of the island's own examples."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from enum import Enum
from typing import NamedTuple

from edge.triage.about.own import Own
from edge.triage.about.things import Things

_POINTERS = frozenset({
    "it", "this", "that", "these", "those", "them", "they", "one", "ones",
})  # fmt: skip
"""Words that point at what is on offer."""

LEAST_ALIKE = 0.45
"""Share of words that a question and an example must have in common before what differs can be an exchange."""

_MOST_WORDS = 9
"""Words of the longest exchange."""

_MISSPELT = 0.7
"""Of two words as alike as this one is the other misspelt (ratio of matching letters)."""


class How(Enum):
    """How a question differs from an example."""

    REPLACED = "replaced"
    """Other words stand where the example has a thing of the island's: "socks" for "hoodie"."""
    NARROWED = "narrowed"
    """Words stand before a thing of the island's: "train ticket" for "ticket"."""
    POINTED = "pointed"
    """Words stand where the example points at what is on offer: "the socks" for "it"."""


class Exchange(NamedTuple):
    """Words of a question that stand where an example has a thing of the island's."""

    theirs: str
    ours: str
    how: How
    alike: float
    """Share of the words that question and example have in common: from 0 to 1."""


def exchange_of(question: str, example: str, own: Own, things: Things) -> Exchange | None:
    """The exchange that makes the question of the example, both in normal form; None if there is none.

    A country, a date or a size in the place of another is none: the answer may well hold for both.
    """
    asked, known = question.split(), example.split()
    # Never below the ratio, and much faster: most pairs of texts end here.
    if 2.0 * sum(map(known.__contains__, asked)) / max(1, len(asked) + len(known)) < LEAST_ALIKE:
        return None
    matcher = SequenceMatcher(None, asked, known, autojunk=False)
    alike = matcher.ratio()
    if alike < LEAST_ALIKE:
        return None
    for tag, start, stop, from_, to in matcher.get_opcodes():
        theirs, ours = asked[start:stop], known[from_:to]
        if tag == "insert" or not theirs or len(theirs) > _MOST_WORDS:
            continue
        if not _is_new(things.without_values(theirs), ours, own):
            continue
        if tag == "delete" and own.has_name_in(known[from_ : from_ + 1]):
            return Exchange(" ".join([*theirs, known[from_]]), known[from_], How.NARROWED, alike)
        if tag == "replace" and _POINTERS.issuperset(ours):
            return Exchange(" ".join(theirs), " ".join(ours), How.POINTED, alike)
        if tag == "replace" and own.has_name_in(things.without_values(ours)):
            return Exchange(" ".join(theirs), " ".join(ours), How.REPLACED, alike)
    return None


def _is_new(theirs: Sequence[str], ours: Sequence[str], own: Own) -> bool:
    """True if a word among `theirs` may name a thing, is not the island's, and is no misspelling of one of `ours`."""
    return any(not any(_is_misspelt(word, other) for other in ours) for word in own.strange(theirs))


def _is_misspelt(word: str, other: str) -> bool:
    return SequenceMatcher(None, word, other, autojunk=False).ratio() >= _MISSPELT
