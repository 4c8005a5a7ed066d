"""Does a message ask what its words are about? "I don't want to cancel" has the words of a question and asks nothing.

Cues are counted, and a logistic regression weighs them. The result is evidence and never a rule: nothing is refused
and nothing is answered by it alone. It says nothing about harm: "he keeps sending me messages" asks nothing by its
words, and needs people all the same.

>>> round(asks("i want to cancel my order"), 1) > round(asks("i don't want to cancel my order"), 1)
True
"""

import math
from typing import NamedTuple

from edge.triage.stance.cues import CUES

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
    text = f" {words} "
    found = {kind: [match.start() for cue in cues for match in cue.finditer(text)] for kind, cues in CUES.items()}
    # "Has it been fixed" settles nothing: what a message that opens as a question says first belongs to the question.
    if 0 in found["asks"]:
        for kind in ("settled", "tells"):
            found[kind] = [place for place in found[kind] if place >= _QUESTION_CHARACTERS]
    counts = {kind: float(min(len(places), _MOST)) for kind, places in found.items()}
    last = {kind: max(places, default=-1) for kind, places in found.items()}
    return Stance(
        **counts,
        asks_last=float(last["asks"] > max(last["refuses"], last["settled"])),
        refuses_last=float(last["refuses"] > last["asks"]),
        settled_last=float(last["settled"] > last["asks"]),
    )


def asks(words: str) -> float:
    """Probability that a message in normal form asks what its words are about, if half of all messages do."""
    total = _ALWAYS + sum(weight * value for weight, value in zip(_WEIGHTS, stance_of(words), strict=True))
    return 1 / (1 + math.exp(-total))


def stance_share(words: str) -> float:
    """How much of a confidence is left, given how a message stands to its words: from 0 to 1.

    The confidence is that a snippet answers what the words are about, if they ask at all. Of viewers' messages about a
    matter, few do not; so only clear cues change anything.
    """
    probability = asks(words)
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
