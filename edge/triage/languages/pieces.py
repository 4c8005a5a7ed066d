"""Text to token ids with a unigram vocabulary (Kudo 2018, arXiv:1804.10959), by the Viterbi algorithm.

Written here, because the tokenizer library that the other encoder uses needs 128 MiB for this vocabulary, and this one
takes 11.
"""

import math
import unicodedata
from array import array
from collections.abc import Callable

BOUNDARY = "\u2581"
"""Stands before each word, in place of its space."""

BEGIN, END, UNKNOWN = 0, 2, 3
"""Token ids that frame a text, and that stands for a character outside the vocabulary."""

SPECIAL = 4
"""The first tokens are no pieces of text."""

_UNKNOWN_COSTS = 10.0
"""An unknown character scores this much less than the least likely piece."""

_AT_ONCE = 4_096
"""Pieces that are read without a pause for other threads: half a millisecond."""


class Pieces:
    """A vocabulary: pieces of words and their log probabilities. Immutable, so it is thread-safe."""

    def __init__(self, pieces: str, scores: bytes, *, pause: Callable[[], None] = lambda: None) -> None:
        """`pieces`: one a line, in the order of their ids. `scores`: float32, little-endian, one for each piece.

        `pause` is called every half millisecond, for a caller in a thread that others wait for. Raises `ValueError` if
        their numbers differ, or if there are none.
        """
        self._ids: dict[str, int] = {}
        lines = pieces.split("\n")
        for start in range(0, len(lines), _AT_ONCE):
            self._ids.update((line, start + at) for at, line in enumerate(lines[start : start + _AT_ONCE]))
            pause()
        self._scores = array("f", scores)
        if not len(lines) == len(self._scores) > SPECIAL:
            raise ValueError(
                f"vocabulary has {len(lines)} pieces and {len(self._scores)} scores, expected one for each"
            )
        self._longest = max(map(len, lines[SPECIAL:]))
        self._unknown = min(self._scores[SPECIAL:]) - _UNKNOWN_COSTS

    def __len__(self) -> int:
        return len(self._scores)

    def ids(self, text: str, *, most: int) -> list[int]:
        """Token ids of `text`, begin and end included, `most` at most. Linear in its length."""
        words = unicodedata.normalize("NFKC", text).split()
        found = self.segment(BOUNDARY + BOUNDARY.join(words)) if words else []
        return [BEGIN, *found[: most - 2], END]

    def segment(self, text: str) -> list[int]:
        """The most probable pieces of `text`."""
        size = len(text)
        best, back, token = [0.0] + [-math.inf] * size, [0] * (size + 1), [UNKNOWN] * (size + 1)
        get, scores, longest = self._ids.get, self._scores, self._longest
        for start in range(size):
            here = best[start]
            if here + self._unknown > best[start + 1]:
                best[start + 1], back[start + 1], token[start + 1] = here + self._unknown, start, UNKNOWN
            for end in range(start + 1, min(start + longest, size) + 1):
                piece = get(text[start:end], UNKNOWN)
                if piece >= SPECIAL and here + scores[piece] > best[end]:
                    best[end], back[end], token[end] = here + scores[piece], start, piece
        found, at = list[int](), size
        while at:
            found.append(token[at])
            at = back[at]
        return found[::-1]
