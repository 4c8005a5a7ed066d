"""What the words of a message are, counted from its start, so that any stretch of it is counted in one step."""

from collections.abc import Sequence
from itertools import accumulate, pairwise

from edge.triage.parts.clause_words import MODAL, Kind, kinds_of_words

PREDICATE = Kind.QUESTION | Kind.AUXILIARY | Kind.VERB
"""A clause has one of these."""


class Counted:
    """The words of one message, what each may be in a clause (`Kind`), and how many of a kind a stretch has."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.kinds = kinds_of_words(words)
        # Sums are made when they are asked for first: most messages need one or two of them. Not by `cached_property`,
        # which takes a lock for that, and as long as the sum.
        self._content = self._predicates = self._modals = self._asking = _NOT_MADE

    def has_modal(self, start: int, end: int) -> bool:
        """True if there is a word after which a verb without a subject may go on."""
        sums = self._modals
        if sums is _NOT_MADE:
            sums = self._modals = _sums([word.rpartition(" ")[2] in MODAL for word in self.words], ~0)
        return sums[end] > sums[start]

    def content(self, start: int, end: int) -> int:
        """How many words say what `[start:end]` is about."""
        sums = self._content
        if sums is _NOT_MADE:
            sums = self._content = _sums(self.kinds, Kind.CONTENT)
        return sums[end] - sums[start]

    def has_predicate(self, start: int, end: int) -> bool:
        """True if there is a verb or a question word."""
        sums = self._predicates
        if sums is _NOT_MADE:
            sums = self._predicates = _sums(self.kinds, PREDICATE)
        return sums[end] > sums[start]

    def asks(self, start: int, end: int) -> bool:
        """True if there is a question word, or a verb before its subject."""
        sums = self._asking
        if sums is _NOT_MADE:
            asking = [
                kind & Kind.QUESTION or (kind & Kind.AUXILIARY and follows & Kind.SUBJECT)
                for kind, follows in pairwise((*self.kinds, 0))
            ]
            sums = self._asking = _sums(asking, ~0)
        return sums[end] > sums[start]


_NOT_MADE: list[int] = []


def _sums(kinds: Sequence[int], wanted: int) -> list[int]:
    """How many of the first n words have one of the wanted kinds, for each n."""
    return list(accumulate([kind & wanted != 0 for kind in kinds], initial=0))
