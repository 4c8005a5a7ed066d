"""A unigram vocabulary: the most probable pieces, found as by trying every way."""

import itertools
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.triage import Pieces

WORDS = ("<s>", "<pad>", "</s>", "<unk>", "\u2581", "a", "b", "c", "ab", "bc", "abc", "\u2581a", "\u2581ab", "aa")
SCORES = (0.0, 0.0, 0.0, 0.0, -2.0, -3.0, -3.1, -3.2, -4.0, -4.1, -8.0, -3.5, -5.5, -5.0)
KNOWN = dict(zip(WORDS, SCORES, strict=True))


@pytest.fixture(scope="module")
def pieces() -> Pieces:
    """Ten pieces."""
    return Pieces("\n".join(WORDS), struct.pack(f"<{len(SCORES)}f", *SCORES))


def score(parts: tuple[str, ...]) -> float:
    """What a way is worth; an unknown character costs ten more than the least likely piece."""
    return sum(KNOWN[part] if part in KNOWN else min(SCORES) - 10 if len(part) == 1 else -math.inf for part in parts)


def every_way(text: str) -> list[tuple[str, ...]]:
    """Every way to cut a text."""
    cuts = itertools.product((False, True), repeat=len(text) - 1)
    ways = []
    for cut in cuts:
        places = [0, *(at + 1 for at, is_cut in enumerate(cut) if is_cut), len(text)]
        ways.append(tuple(text[start:end] for start, end in itertools.pairwise(places)))
    return ways


@given(text=st.text(alphabet="abc\u2581z", min_size=1, max_size=8))
def test_segments_are_the_most_probable(pieces: Pieces, text: str) -> None:
    """Of all ways to cut a text, none is more probable."""
    found = pieces.segment(text)
    worth = sum(SCORES[token] if token > 3 else min(SCORES) - 10 for token in found)

    assert max(score(way) for way in every_way(text)) == pytest.approx(worth)


def test_text_is_framed_and_cut(pieces: Pieces) -> None:
    """Begin and end are counted; a text of nothing has these two alone."""
    assert [0, 12, 2] == pieces.ids("ab", most=64)
    assert [0, 2] == pieces.ids(" \n ", most=64)
    assert 64 == len(pieces.ids("a " * 500, most=64))


def test_forms_of_characters_are_one(pieces: Pieces) -> None:
    """Letters of full width are letters (NFKC), as when the weights were learned."""
    assert pieces.ids("ab", most=9) == pieces.ids("\uff41\uff42", most=9)


def test_vocabulary_and_scores_must_match() -> None:
    """A package of which a file was cut is refused."""
    with pytest.raises(ValueError, match="vocabulary has 14 pieces and 13 scores, expected one for each"):
        Pieces("\n".join(WORDS), struct.pack("<13f", *SCORES[:13]))
