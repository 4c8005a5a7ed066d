"""What the words of a message are, counted from its start, so that any stretch of it is counted in one step."""

from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, pairwise

from edge.triage.parts.clause_words import MODAL, Kind, kinds_of_words

PREDICATE = Kind.QUESTION | Kind.AUXILIARY | Kind.VERB
"""A clause has one of these."""


class Counted:
    """The words of one message, what each may be in a clause (`Kind`), and how many of a kind a stretch has."""

    def __init__(self, words: Sequence[str]) -> None:
        self.words = words
        self.kinds = kinds_of_words(words)

    # Sums are made when they are asked for first: most messages need one or two of them.
    @cached_property
    def _content(self) -> list[int]:
        return _sums(self.kinds, Kind.CONTENT)

    @cached_property
    def _predicates(self) -> list[int]:
        return _sums(self.kinds, PREDICATE)

    @cached_property
    def _modals(self) -> list[int]:
        return list(accumulate((word.rpartition(" ")[2] in MODAL for word in self.words), initial=0))

    @cached_property
    def _asking(self) -> list[int]:
        asking = [
            kind & Kind.QUESTION or (kind & Kind.AUXILIARY and follows & Kind.SUBJECT)
            for kind, follows in pairwise((*self.kinds, 0))
        ]
        return _sums(asking, ~0)

    def has_modal(self, start: int, end: int) -> bool:
        """True if there is a word after which a verb without a subject may go on."""
        return self._modals[end] > self._modals[start]

    def content(self, start: int, end: int) -> int:
        """How many words say what `[start:end]` is about."""
        return self._content[end] - self._content[start]

    def has_predicate(self, start: int, end: int) -> bool:
        """True if there is a verb or a question word."""
        return self._predicates[end] > self._predicates[start]

    def asks(self, start: int, end: int) -> bool:
        """True if there is a question word, or a verb before its subject."""
        return self._asking[end] > self._asking[start]


def _sums(kinds: Sequence[int], wanted: int) -> list[int]:
    """How many of the first n words have one of the wanted kinds, for each n."""
    return list(accumulate((kind & wanted != 0 for kind in kinds), initial=0))
