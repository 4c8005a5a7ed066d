"""Does a message ask what its words are about? "I don't want to cancel" has the words of a question and asks nothing.

Cues are counted, and a logistic regression weighs them. The result is evidence and never a rule: nothing is refused
and nothing is answered by it alone. It says nothing about harm: "he keeps sending me messages" asks nothing by its
words, and needs people all the same.

>>> round(asks("i want to cancel my order"), 1) > round(asks("i don't want to cancel my order"), 1)
True
"""

import math
import re
from functools import cache
from operator import mul
from typing import NamedTuple

from edge.triage.stance.cues import stance_cues
from edge.triage.stance.needs import NEEDS

STARTS, ENDS = 3, (3, 2)
"""Letters of a word's beginning and of its end that `NEEDS` names."""

_MOST = 3
"""A cue counts three times at most, so that a long message is not judged by its length."""

_QUESTION_CHARACTERS = 20
"""Characters that belong to the question with which a message opens: four words or so."""


class Stance(NamedTuple):
    """How a message stands to its own words. Counts are at most `_MOST`; flags are 0 or 1."""

    refuses: float
    """Count: does not want, does not ask, forbids, or denies that there is trouble."""
    settled: float
    """Count: calls off, is done, works again, is fine, thanks."""
    tells: float
    """Count: what somebody said or asked, other people's matters, asides, old stories."""
    past: float
    """Count of verbs in the past."""
    asks: float
    """Count: questions, requests, orders."""
    fails: float
    """Count: what does not work or has not come. Such a negation asks for help."""
    trouble: float
    """Count of words for trouble."""
    asks_last: float
    """Flag: the last cue of all asks."""
    refuses_last: float
    """Flag: a refusal follows all that asks."""
    settled_last: float
    """Flag: a settlement follows all that asks."""


def stance_of(words: str) -> Stance:
    """The stance of a message in normal form. Any text has one; the time grows with its length alone."""
    return _stance_among(words, _possible(words))


def _stance_among(words: str, bits: int) -> Stance:
    """The stance of a message that can have the cues of these bits alone."""
    text = f" {words} "
    found: list[list[int]] = [[] for _ in NEEDS]
    table = _table()
    # Most messages have the words for a few of all cues.
    while bits:
        kind, cue = table[(bits & -bits).bit_length() - 1]
        bits &= bits - 1
        found[kind] += [match.start() for match in cue.finditer(text)]
    # "Has it been fixed" settles nothing: what a message that opens as a question says first belongs to the question.
    if 0 in found[_ASKS]:
        for kind in (_SETTLED, _TELLS):
            found[kind] = [place for place in found[kind] if place >= _QUESTION_CHARACTERS]
    asks, refuses, settled = (max(found[kind], default=-1) for kind in (_ASKS, _REFUSES, _SETTLED))
    counts = [float(min(len(places), _MOST)) for places in found]
    flags = [float(asks > max(refuses, settled)), float(refuses > asks), float(settled > asks)]
    return Stance(*counts, *flags)


_REFUSES, _SETTLED, _TELLS, _ASKS = map(list(NEEDS).index, ("refuses", "settled", "tells", "asks"))

_CUES = sum(map(len, NEEDS.values())) // 2
"""How many cues there are. `NEEDS` has two rows for each."""


@cache
def _table() -> tuple[tuple[int, re.Pattern[str]], ...]:
    """All cues, each with the number of its kind. A cue's place is its bit in a set of cues."""
    return tuple((kind, cue) for kind, cues in enumerate(stance_cues().values()) for cue in cues)


_BY_WORD: dict[str, int] = {}
_BY_START: dict[str, int] = {}
_BY_END: dict[str, int] = {}
"""Bits of the cues that may be there, by a word, its beginning or its end: by the first needs, then by the second."""

for _row, _needs in enumerate(row for rows in NEEDS.values() for row in rows):
    _bit = 1 << (_row // 2 + _row % 2 * _CUES)
    for _need in _needs.split():
        _bits = _BY_START if _need.endswith("-") else _BY_END if _need.startswith("-") else _BY_WORD
        _bits[_need.strip("-")] = _bits.get(_need.strip("-"), 0) | _bit


def _possible(words: str) -> int:
    """The bits of the cues that a message may have, by its words."""
    bits = 0
    for word in words.split():
        known = _REMEMBERED.get(word)
        bits |= _bits_of(word) if known is None else known
    return bits & bits >> _CUES


def _bits_of(word: str) -> int:
    bits = _BY_WORD.get(word, 0) | _BY_START.get(word[:STARTS], 0)
    bits |= _BY_END.get(word[-ENDS[0] :], 0) | _BY_END.get(word[-ENDS[1] :], 0)
    if len(word) <= _LONGEST_WORD:
        # All are forgotten at once: a dict alone needs no lock, and half of the time of one that knows an order.
        if len(_REMEMBERED) >= _WORDS:
            _REMEMBERED.clear()
        _REMEMBERED[word] = bits
    return bits


_REMEMBERED: dict[str, int] = {}
"""Viewers of an event use the same words again and again."""

_WORDS, _LONGEST_WORD = 1024, 40
"""How many words are remembered, and the characters of the longest of them: 400 KB at most."""


def _has_one(words: str, bits: int) -> bool:
    """True if a message has one of the cues of these bits."""
    text, table = f" {words} ", _table()
    while bits:
        _, cue = table[(bits & -bits).bit_length() - 1]
        bits &= bits - 1
        if cue.search(text) is not None:
            return True
    return False


def asks(words: str) -> float:
    """Probability that a message in normal form asks what its words are about, if half of all messages do."""
    return _probability(stance_of(words))


def _probability(stance: Stance) -> float:
    total = _ALWAYS + sum(map(mul, _WEIGHTS, stance))
    return 1 / (1 + math.exp(-total))


def stance_share(words: str) -> float:
    """How much of a confidence is left, given how a message stands to its words: from 0 to 1.

    The confidence is that a snippet answers what the words are about, if they ask at all. Of viewers' messages about a
    matter, few do not; so only clear cues change anything.
    """
    bits = _possible(words)
    if not _has_one(words, bits & _AGAINST):
        return 1.0
    probability = _probability(_stance_among(words, bits))
    if probability >= 0.5:  # noqa: PLR2004 - no cue, or one that it asks
        return 1.0
    odds = ASKING / (1 - ASKING) * probability / (1 - probability)
    return odds / (1 + odds) / ASKING


ASKING = 0.97
"""Share of messages with the words of a snippet that ask for it."""

_WEIGHTS = Stance(
    refuses=-1.3, settled=-0.7, tells=-0.9, past=-0.6, asks=0.6, fails=1.6, trouble=0.7,
    asks_last=1.0, refuses_last=-1.4, settled_last=-1.4,
)  # fmt: skip
_ALWAYS = 0.5
"""Learned by `models/wording/train_stance.py` from `models/reading/learn`; `models/README.md` has the figures."""

_AGAINST = sum(
    1 << place
    for place, weight in enumerate(
        weight for cues, weight in zip(NEEDS.values(), _WEIGHTS, strict=False) for _ in range(len(cues) // 2)
    )
    if weight < 0
)
"""Bits of the cues that say that a message asks nothing. Without one of them it asks: most messages have none."""
