"""`edge.safety.fold`: one spelling of a text, and where each character of it comes from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.safety.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Plain 1-2", "Plain 1-2"),
        ("\uff14\uff11 ٤١ ۴۱ ४१", "41 41 41 41"),
        ("jo\uff20\uff45\uff58", "jo@ex"),
        ("a\u200bb\u00adc\ufe0fd", "abcd"),
        ("1\u00a02\u20093", "1 2 3"),
        ("1\u20112\u20133", "1-2-3"),
        ("ﬁ", "fi"),
        ("Straße Ü", "Straße Ü"),
    ],
)
def test_folded(text: str, folded: str) -> None:
    """Digits, widths, spaces, dashes and characters that are not seen."""
    assert folded == fold(text).text


def test_span_of_what_was_folded() -> None:
    """A piece of the folded text is a piece of the original, with what is not seen inside it."""
    folded = fold("x 4\u200b1\u200b. y")
    start = folded.text.index("41")

    assert (2, 5) == folded.span(start, start + 2)


@given(st.text())
def test_every_text_can_be_folded(text: str) -> None:
    """Each character has a place, and places never go back."""
    folded = fold(text)

    assert len(folded.text) == len(folded.places)
    assert list(folded.places) == sorted(folded.places)
