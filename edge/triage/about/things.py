"""Names of things that people sell, show, play and ask about, in groups of names for the same thing.

They are evidence, not a rule: a question that names a thing which the island never names is more often about that
other thing. `models/things/things.txt` holds them, in normal form.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple, Self

from edge.triage.model_file import model_file

LONGEST_NAME = 4
"""Words of the longest name."""

VAGUE = "?"
"""Stands behind a name that is usually something else in a question: a verb, an abbreviation, a general word."""

USUAL = "~"
"""Stands behind a name that any event's viewers use, such as "parcel". It has synonyms, and says nothing else."""

VALUE = "="
"""Stands behind a name of one value of many: a country, a month, a colour."""

_MARKS = VAGUE + USUAL + VALUE

_BETWEEN = ", "
"""Stands between the names of a thing."""

_SHORTEST_PLURAL = 4
"""Letters."""


class NameKeys(frozenset[str]):
    """Names by their keys (`key_of`). Immutable."""

    first_words: frozenset[str]
    """With what the names of several words begin. Few words do, so most need no look at the words that follow."""

    def __new__(cls, keys: Iterable[str] = ()) -> Self:
        """The names with these keys."""
        names = super().__new__(cls, keys)
        names.first_words = frozenset([key[: key.index(" ")] for key in names if " " in key])
        return names


class Mention(NamedTuple):
    """A name in a text."""

    start: int
    """Index of its first word."""
    stop: int
    """Index after its last word."""
    key: str
    """The name as `key_of` gives it."""


class Things:
    """The names that are known. Immutable."""

    def __init__(self, groups: Iterable[Sequence[str]], *, fingerprint: str = "") -> None:
        """`groups`: names for the same thing, in normal form, with marks (`VAGUE`, `USUAL`, `VALUE`) or none."""
        self.id = fingerprint
        self._lines = tuple(map(_BETWEEN.join, groups))
        keys = _keys_by_mark(self._lines)
        clear, vague, values = keys[""], keys[VAGUE] | keys[USUAL], keys[VALUE]
        self._clear, self._any, self._values = (
            NameKeys(clear - values - keys[USUAL]),
            NameKeys(clear | vague),
            NameKeys(values),
        )

    @cached_property
    def _groups(self) -> tuple[list[str], ...]:
        """The names of each thing. Only publishing needs them."""
        return tuple(line.split(_BETWEEN) for line in self._lines)

    @cached_property
    def _groups_of(self) -> dict[str, list[int]]:
        """Groups by the keys of their first name and of all clear ones. Only publishing needs them."""
        groups_of: dict[str, list[int]] = defaultdict(list)
        for index, group in enumerate(self._groups):
            for place, name in enumerate(group):
                if place == 0 or not name.endswith(VAGUE):
                    groups_of[key_of(name.rstrip(_MARKS).split())].append(index)
        return dict(groups_of)

    @classmethod
    def load(cls, data: bytes, card: bytes) -> Self:
        """The things in `data`: a group a line, its names parted by commas; a line with `#` names the kind below it.

        Raises `RefusedError` (`MODEL_MISMATCH`) if `card` describes another file; install the models of this release.
        """
        with model_file("things/things.txt", data, card) as sha256:
            lines = (line for line in data.decode().splitlines() if not line.startswith("#"))
            return cls(((line,) for line in lines), fingerprint=sha256)

    def mentions(self, words: Sequence[str], *, vague: bool = False) -> Iterator[Mention]:
        """The names in a text's words; vague ones only if asked for."""
        return mentions_in(words, self._any if vague else self._clear)

    def without_values(self, words: Sequence[str]) -> list[str]:
        """The words that belong to no number and to no name of one value of many."""
        return [word for word in without_names(words, self._values) if not word[0].isdigit()]

    def synonyms(self, name: str) -> tuple[str, ...]:
        """All names of the things that a name in normal form has; empty if it is unknown.

        A vague name counts for the thing that it is the usual name of: "code" is no promo code.
        """
        groups = (self._groups[index] for index in self._groups_of.get(key_of(name.split()), ()))
        return tuple(dict.fromkeys(other.rstrip(_MARKS) for group in groups for other in group))


def _keys_by_mark(lines: Iterable[str]) -> dict[str, set[str]]:
    """By mark, "" for none: the keys of the names in these lines. A start waits for it, so there is no call a name."""
    keys: dict[str, set[str]] = {VAGUE: set(), USUAL: set(), VALUE: set(), "": set()}
    for name in filter(None, _BETWEEN.join(lines).split(_BETWEEN)):
        mark = name[-1]
        if mark in _MARKS:
            name = name.rstrip(mark)  # noqa: PLW2901 - the name itself
        else:
            mark = ""
        # `stem` changes no word with another end.
        if name[-1] == "s" or name[-2:] == "ie":
            start, blank, last = name.rpartition(" ")
            name = start + blank + stem(last)  # noqa: PLW2901 - its key
        keys[mark].add(name)
    return keys


def mentions_in(words: Sequence[str], names: NameKeys) -> Iterator[Mention]:
    """These names in a text's words: longest first, none within another."""
    start = 0
    while start < len(words):
        if words[start] not in names.first_words:
            key = stem(words[start])
            if key in names:
                yield Mention(start, start + 1, key)
            start += 1
            continue
        stop = min(start + LONGEST_NAME, len(words))
        while stop > start and (key := key_of(words[start:stop])) not in names:
            stop -= 1
        if stop > start:
            yield Mention(start, stop, key)
        start = max(stop, start + 1)


def without_names(words: Sequence[str], names: NameKeys) -> list[str]:
    """The words that belong to none of these names."""
    left, start = list[str](), 0
    for one in mentions_in(words, names):
        left.extend(words[start : one.start])
        start = one.stop
    return [*left, *words[start:]]


def key_of(words: Sequence[str]) -> str:
    """Words as names are compared: the last one without its plural ending."""
    last = stem(words[-1])
    return last if len(words) == 1 else " ".join([*words[:-1], last])


def stem(word: str) -> str:
    """A word without its plural ending, as far as spelling tells: "hoodie", "hoody" and "hoodies" are all "hoody"."""
    # Most words end otherwise.
    if not word.endswith(("s", "ie")):
        return word
    if word.endswith("ie"):
        return word[:-2] + "y"
    if len(word) < _SHORTEST_PLURAL or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    return word[:-2] if word.endswith(("ches", "shes", "xes", "sses", "zes", "toes")) else word[:-1]
