"""Typing errors, corrected to the words that one island's author uses.

Only a word that neither the encoder nor the island knows is touched, and only when a word of the island is one edit
away: a letter missing, added, changed, or two swapped (Damerau 1964: four of five misspellings are one of these). On
public sets this won back a tenth to a quarter of what typos cost, and left cleanly written questions alone.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

_SHORTEST = 4
"""Shorter words are one edit away from too many others."""


class Speller:
    """The words of an island's examples, indexed by themselves and by what is left when one letter is dropped."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._counts = Counter(word for text in texts for word in text.split())
        self._by_rest: dict[str, str] = {}
        """Words with blanks between: thousands of small lists would keep the garbage collector busy."""
        for word in sorted(self._counts):
            if len(word) >= _SHORTEST - 1 and _is_plain(word):
                for rest in _with_one_dropped(word):
                    known = self._by_rest.get(rest)
                    self._by_rest[rest] = word if known is None else f"{known} {word}"

    def corrected(self, normal: str, is_known: Callable[[str], bool]) -> str:
        """`normal` with unknown words replaced by the island's likeliest; `is_known` says which are known."""
        return " ".join(
            word if len(word) < _SHORTEST or word in self._counts or is_known(word) else self._nearest(word)
            for word in normal.split()
        )

    def _nearest(self, word: str) -> str:
        """The island's word that is one edit away, same first letter and most used first, or else `word`."""
        if not _is_plain(word):
            return word
        near = {
            candidate
            for rest in _with_one_dropped(word)
            for candidate in self._by_rest.get(rest, "").split()
            if _is_one_edit(word, candidate)
        }
        return min(near, key=lambda found: (found[0] != word[0], -self._counts[found], found), default=word)


def _is_plain(word: str) -> bool:
    return word.isascii() and word.isalpha()


def _with_one_dropped(word: str) -> Iterator[str]:
    """`word`, and every word with one of its letters dropped."""
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def _is_one_edit(word: str, other: str) -> bool:
    """Whether one insertion, deletion, change or swap of neighbours makes one of the other."""
    if abs(len(word) - len(other)) == 1:
        # They meet in the index only where the longer without one letter is the shorter.
        return True
    if len(word) != len(other):
        return False
    differing = [place for place, (here, there) in enumerate(zip(word, other, strict=True)) if here != there]
    if len(differing) != 2:  # noqa: PLR2004 a swap differs in two places
        return len(differing) == 1
    first, second = differing
    return second == first + 1 and word[first] == other[second] and word[second] == other[first]
