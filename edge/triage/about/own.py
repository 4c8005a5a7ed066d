"""What one island is about: the names and words of its examples, and those that its author signed."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, Self

from edge.triage.about.things import NameKeys, Things, key_of, mentions_in, stem, without_names

GENERAL = frozenset({
    "a", "an", "the", "this", "that", "these", "those", "it", "its", "my", "your", "our", "his", "her", "their",
    "some", "any", "one", "ones", "all", "and", "or", "but", "of", "on", "in", "at", "to", "for", "from", "with",
    "by", "i", "you", "he", "she", "we", "they", "me", "him", "us", "them", "is", "are", "was", "were", "be",
    "been", "do", "does", "did", "have", "has", "had", "not", "no", "so", "if", "then", "than", "as", "just",
    "also", "only", "too", "very", "there", "here", "out", "up", "off", "now", "today", "tonight", "please",
    "thing", "things", "stuff", "other", "another", "new", "old", "first", "last", "next", "same", "more", "most",
    "much", "many", "few", "lot", "which", "what", "who", "whose", "when", "where", "why", "how", "can", "could",
    "will", "would", "should", "may", "might", "must", "get", "got", "go", "going", "want", "need", "like",
})  # fmt: skip
"""Words that name no thing."""

QUALITIES = frozenset({
    "actual", "again", "amazing", "annual", "awesome", "bad", "beautiful", "best", "big", "bit", "certain",
    "cheap", "complete", "cool", "current", "cute", "daily", "damn", "different", "digital", "early", "edition",
    "entire", "exact", "exclusive", "expensive", "extra", "favorite", "favourite", "final", "free", "full",
    "future", "good", "great", "huge", "late", "latest", "limited", "little", "live", "long", "lovely", "main",
    "nice", "normal", "official", "online", "original", "paid", "physical", "premium", "previous", "real",
    "recent", "regular", "remaining", "right", "second", "short", "signed", "small", "special", "specific",
    "standard", "still", "stupid", "third", "three", "tiny", "tomorrow", "two", "upcoming", "various", "virtual",
    "way", "weekly", "whole", "wrong",
})  # fmt: skip
"""Words before a noun that describe a thing and name none."""


class Names(NamedTuple):
    """The names that an author gives, and their keys."""

    given: tuple[Sequence[str], Sequence[str]]
    """What the island is about, and what it is not about."""
    own: NameKeys
    """What it is about."""
    spelt: frozenset[str]
    """All words of these names."""
    words: frozenset[str]
    """The same without their plural endings, but for general ones."""
    excluded: NameKeys
    """What it is not about."""


class Own:
    """The names and words that are an island's own. Immutable."""

    def __init__(
        self,
        written: Iterable[str],
        about: Iterable[str],
        not_about: Iterable[str],
        before: Self | None = None,
    ) -> None:
        """All in normal form. `written`: words of examples.

        `about`: names of what the island is about; `not_about`: of what it is not about. `before`: what the revision
        before is about. Its names are used if they are the same.
        """
        given = tuple(about), tuple(not_about)
        names = before.names if before is not None and before.names.given == given else _names_of(*given)
        self.names: Names = names._replace(given=given)
        self._names, self._in_names, self._not_about = names.own, names.words, names.excluded
        self._of_names = names.spelt
        known = frozenset(written)
        self._words = frozenset(map(stem, known))
        self._known = known.union(GENERAL, QUALITIES)

    @property
    def is_about_something(self) -> bool:
        """False if nobody said what the island is about. Then no thing is another thing."""
        return bool(self._names)

    def strange(self, words: Sequence[str]) -> list[str]:
        """The words that may name a thing, that no example has, and that belong to no name of the island's."""
        unknown = self._unknown(words)
        if not unknown:
            return []
        # A name that covers one of them has it as a word, or has its stem.
        is_named = any(word in self._of_names or stem(word) in self._of_names for word in unknown)
        left = without_names(words, self._names) if is_named else words
        return [word for word in left if word in unknown]

    def is_name(self, words: Sequence[str]) -> bool:
        """True if the words are a name of the island's."""
        return key_of(words) in self._names

    def has_name_in(self, words: Sequence[str]) -> bool:
        """True if there is a word among these that belongs to a name of the island's."""
        return any(stem(word) in self._in_names for word in words)

    def names_other(self, words: Sequence[str], things: Things, *, vague: bool = False) -> bool:
        """True if there is a name of another thing among the words; one that is `vague` only if asked for."""
        found = things.mentions(words, vague=vague)
        return any(bool(self.strange(words[one.start : one.stop])) for one in found if one.key not in self._names)

    def excludes(self, words: Sequence[str]) -> bool:
        """True if the text names a thing that the island is not about, by its author's word."""
        return bool(self._not_about) and any(True for _ in mentions_in(words, self._not_about))

    def _unknown(self, words: Iterable[str]) -> set[str]:
        """The words that no example has, in any number, and that may name a thing."""
        return {word for word in set(words).difference(self._known) if stem(word) not in self._words}


def _names_of(about: Sequence[str], not_about: Sequence[str]) -> Names:
    excluded = NameKeys(key_of(text.split()) for text in not_about if text)
    named = [text.split() for text in about]
    names = NameKeys({key_of(words) for words in named if words} - excluded)
    spelt = frozenset(word for name in names for word in name.split())
    return Names((about, not_about), names, spelt, frozenset(map(stem, spelt)) - GENERAL, excluded)
