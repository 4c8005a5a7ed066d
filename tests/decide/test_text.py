"""`edge.decide.text` and `edge.tokens`: which texts may be a question, and which texts open as a token."""

import math
from typing import Any

import pytest

from edge.decide import check_labels, check_text
from edge.errors import Reason, RefusedError
from edge.tokens import make_token, open_token

KEY, PURPOSE = b"k" * 32, b"skerry.test"
ALLOWED = {
    "the longest question": "x" * 2_000,
    "one sign": "?",
    "tabs and line ends": "a\tb\nc\r",
    "the first sign after the controls": "a b",
    "the last one before the second block of controls": "a~",
    "the first one after it": "a\xa0b",
    "the last one before the surrogates": "\ud7ff",
    "the first one after them": "\ue000",
}


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED.keys())
def test_text_that_may_be_a_question(text: str) -> None:
    """A text within the limits is accepted."""
    check_text(text)


REFUSED = {
    "nothing": ("", "text is empty, expected a question"),
    "only blanks": (" \n", "text is empty, expected a question"),
    "a sign too long": ("x" * 2_001, "text is 2001 characters, expected at most 2000"),
    **{
        f"the control U+{code:04X}": (
            f"ab{chr(code)}",
            f"text holds U+{code:04X} at character 3, expected no control characters",
        )
        for code in (0x00, 0x08, 0x0B, 0x1F, 0x7F, 0x80, 0x9F, 0xD800, 0xDFFF)
    },
}


@pytest.mark.parametrize(("text", "problem"), REFUSED.values(), ids=REFUSED.keys())
def test_text_that_is_no_question(text: str, problem: str) -> None:
    """The error says what is wrong, and at which character."""
    with pytest.raises(RefusedError) as caught:
        check_text(text)

    assert (Reason.TEXT_INVALID, problem) == (caught.value.reason, caught.value.text)


@pytest.mark.parametrize("content", [b"\xa1a", b"\xa2ab", b"\xa3abc", b"\xa4abcd"])
def test_token_of_any_length_is_safe_in_an_address(content: bytes) -> None:
    """A token opens to what was put in. It has no padding and a MAC of 16 bytes."""
    token = make_token(content, key=KEY, purpose=PURPOSE)

    assert content[1:].decode() == open_token(token, type=str, key=KEY, purpose=PURPOSE)
    assert math.ceil((16 + len(content)) * 4 / 3) == len(token)
    assert token.replace("-", "a").replace("_", "a").isalnum()


WRITTEN_OTHERWISE = {
    "with a line end in it": lambda token: f"{token[:8]}\n{token[8:]}",
    "with signs that are no base64": lambda token: f"{token[:8]}!!!!{token[8:]}",
    "cut off within its MAC": lambda token: token[:20],
    "nothing but its MAC": lambda token: token[:22],
}


@pytest.mark.parametrize("change", WRITTEN_OTHERWISE.values(), ids=WRITTEN_OTHERWISE.keys())
def test_token_that_is_written_otherwise(change: Any) -> None:
    """Any other spelling of a token is refused."""
    with pytest.raises(RefusedError) as caught:
        open_token(change(make_token(b"\xa3abc", key=KEY, purpose=PURPOSE)), type=str, key=KEY, purpose=PURPOSE)

    assert Reason.TOKEN_INVALID is caught.value.reason


UNSEEN = {
    "a line end": "\n",
    "a tab": "\t",
    "a C1 control": "\x9b",
    "a bidi override": "\u202e",
    "a space without width": "\u200b",
    "a line separator": "\u2028",
    "half a character": "\ud800",
}


@pytest.mark.parametrize("character", UNSEEN.values(), ids=UNSEEN.keys())
@pytest.mark.parametrize("field", ["session", "channel", "locale", "consent"])
def test_label_with_what_is_not_seen(field: str, character: str) -> None:
    """The error names field and character, and quotes nothing."""
    with pytest.raises(RefusedError) as caught:
        check_labels(**{field: f"words{character}"})

    expected = "expected no control, format or line separator characters"
    assert f"{field} holds U+{ord(character):04X} at character 6, {expected}" == caught.value.text
    assert Reason.TEXT_INVALID is caught.value.reason


@pytest.mark.parametrize("label", ["", "stream:twitch", "consent 9/2026", "日本", "a\xa0b", "\U0001f44d"])
def test_label_that_is_seen(label: str) -> None:
    """What people can read in one line."""
    check_labels(session=label)
