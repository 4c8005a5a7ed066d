"""Correction of typing errors to the words that one island's author uses.

A word is changed only if neither the encoder nor the island knows it, and a word of the island is one edit away: a
letter missing, added or changed, or two neighbours swapped (Damerau 1964: four of five misspellings are one of these).
On public sets this recovered a tenth to a quarter of the accuracy that typos cost. Clean questions stayed as they were.

A correction is believed as far as its context supports it (`believed_share`): an unknown word in a chat is often slang,
and "poop" is not "coop".
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Self

from edge.triage.about import GENERAL

_SHORTEST = 4
"""Letters of the shortest word that is corrected. Shorter ones are one edit away from too many words."""

_ASKING = frozenset({
    "what", "which", "who", "whose", "when", "where", "why", "how", "can", "could", "will", "would", "should", "may",
    "might", "must", "do", "does", "did", "is", "are", "was", "were", "have", "has", "had", "want", "need", "any", "my",
    "what's", "who's", "when's", "where's", "how's",
})  # fmt: skip
"""Words of questions. Near one of them an unknown word is more often mistyped than slang."""

_MOST_CHANGED = 0.25
"""Share of words that are new or gone, above which an index is made from nothing. A word takes longer to exchange."""

_WITHOUT_SUPPORT = 0.15
"""Share of the belief in corrections that is left if no other word supports them."""

_OTHER_INITIAL = 0.35
"""The same, if a first letter was corrected. People hardly ever mistype that one.

Both are from `models/wording/train_mending.py`; `models/README.md` has the figures."""


class Speller:
    """The words of an island's examples, indexed by the word and by what is left when one letter is dropped."""

    def __init__(self, words: Iterable[str], before: Self | None = None) -> None:
        """`words`: all words of the examples, each as often as it is used.

        `before`: the speller of other examples. Its index is used as far as their words are the same.
        """
        self._counts = Counter(words)
        self._by_rest: Mapping[str, str] = _indexed(self._counts) if before is None else before.index_of(self._counts)
        """Words, joined by blanks. Thousands of small lists would keep the garbage collector busy."""

    @property
    def words(self) -> Collection[str]:
        """The words of the examples, each once."""
        return self._counts.keys()

    def corrected(self, normal: str, is_known: Callable[[str], bool]) -> str:
        """`normal` with each unknown word replaced by the island's most likely one.

        `is_known`: true for a word that must not be changed.
        """
        words = normal.split()
        for place, word in enumerate(words):
            if word not in self._counts and len(word) >= _SHORTEST and not is_known(word):
                words[place] = self._nearest(word)
        return " ".join(words)

    def believed_share(self, normal: str, corrected: str) -> float:
        """How much of a confidence is left: all of it if nothing was corrected, or if the context supports it."""
        if normal == corrected:
            return 1.0
        share = 1.0 if self.is_supported(normal, corrected) else _WITHOUT_SUPPORT
        return share * (_OTHER_INITIAL if self.has_other_initial(normal, corrected) else 1.0)

    def is_supported(self, normal: str, corrected: str) -> bool:
        """True if a word that was not corrected is the island's, or one of a question's."""
        return any(
            one == other and (one in _ASKING or (one in self._counts and one not in GENERAL))
            for one, other in zip(normal.split(), corrected.split(), strict=True)
        )

    @staticmethod
    def has_other_initial(normal: str, corrected: str) -> bool:
        """True if the first letter of a word was corrected."""
        return any(one[0] != other[0] for one, other in zip(normal.split(), corrected.split(), strict=True))

    def index_of(self, words: Mapping[str, int]) -> Mapping[str, str]:
        """The index of these words, made from this speller's: words by what is left without one letter."""
        gone, new = self._counts.keys() - words.keys(), words.keys() - self._counts.keys()
        if len(gone) + len(new) > len(words) * _MOST_CHANGED:
            return _indexed(words)
        changed = [word for word in (*gone, *new) if _is_indexed(word)]
        if not changed:
            return self._by_rest
        by_rest = dict(self._by_rest)
        for word in changed:
            for rest in _with_one_dropped(word):
                # A new word is put in, and one that is gone is taken out.
                known = {word}.symmetric_difference(by_rest.get(rest, "").split())
                if known:
                    by_rest[rest] = " ".join(sorted(known))
                else:
                    del by_rest[rest]
        return by_rest

    def _nearest(self, word: str) -> str:
        """The island's word that is one edit away; `word` if there is none.

        Of several, a word with the same first letter wins, then the one that is used most.
        """
        if not _is_plain(word):
            return word
        near = {
            candidate
            for rest in _with_one_dropped(word)
            for candidate in self._by_rest.get(rest, "").split()
            if _is_one_edit(word, candidate)
        }
        return min(near, key=lambda other: (other[0] != word[0], -self._counts[other], other), default=word)


def _indexed(words: Iterable[str]) -> dict[str, str]:
    """The words by what is left of them when one letter is dropped, joined by blanks, in alphabetical order."""
    by_rest: dict[str, str] = {}
    for word in sorted(filter(_is_indexed, words)):
        for rest in _with_one_dropped(word):
            known = by_rest.get(rest)
            by_rest[rest] = word if known is None else f"{known} {word}"
    return by_rest


def _is_indexed(word: str) -> bool:
    return len(word) >= _SHORTEST - 1 and _is_plain(word)


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _with_one_dropped(word: str) -> set[str]:
    """`word`, and every word with one of its letters dropped."""
    rests = {word[:index] + word[index + 1 :] for index in range(len(word))}
    rests.add(word)
    return rests


def _is_one_edit(word: str, other: str) -> bool:
    """True if one insertion, deletion, change or swap of neighbours turns one word into the other."""
    if abs(len(word) - len(other)) == 1:
        # The index brings these two together only if the longer without one letter is the shorter.
        return True
    if len(word) != len(other):
        return False
    differing = [index for index, (here, there) in enumerate(zip(word, other, strict=True)) if here != there]
    if len(differing) != 2:  # noqa: PLR2004 a swap differs in two places
        return len(differing) == 1
    first, second = differing
    return second == first + 1 and word[first] == other[second] and word[second] == other[first]
