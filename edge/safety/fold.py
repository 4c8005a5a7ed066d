"""One spelling of a text, in which a pattern finds what a person would read, in any characters.

Characters that are drawn as nothing are left out, digits of every script become ASCII digits, wide and styled letters
plain ones, every space a space and every dash a hyphen. Letters of other scripts stay: `edge.safety.words` compares
them.
"""

import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

_UNSEEN = frozenset("\u034f\u115f\u1160\u3164\uffa0\u20e3")
"""Drawn as nothing, or only around the character before. The others have category Cf, or are variation selectors."""


class Folded(NamedTuple):
    """A text in one spelling."""

    text: str
    places: Sequence[int]
    """For each character of `text` the index of the character that it comes from."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original text that `text[start:end]`, which is not empty, comes from."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """The text in one spelling. Nothing raises, and ASCII stays as it is."""
    if text.isascii():
        return Folded(text, range(len(text)))
    written, places = list[str](), list[int]()
    for place, character in enumerate(text):
        for plain in character if character.isascii() else _plain(character):
            written.append(plain)
            places.append(place)
    return Folded("".join(written), places)


def _plain(character: str) -> str:
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category == "Pd":
        return "-"
    if category in {"Cf", "Cs"} or character in _UNSEEN or "\ufe00" <= character <= "\ufe0f":
        return ""
    return unicodedata.normalize("NFKC", character)
