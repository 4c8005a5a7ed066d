"""Bearer tokens: read from a header, compared with those that are known."""

import pytest

from edge.host import bearer_token, matching

HEADERS = {
    "a bearer token": ("Bearer abc", "abc"),
    "the scheme in another case": ("bEARER abc", "abc"),
    "spaces around the token": ("Bearer   abc  ", "abc"),
    "a token of two words": ("Bearer abc def", "abc def"),
    "a token with bytes beyond ASCII": ("Bearer \udcff", "\udcff"),
    "no header": (None, ""),
    "an empty header": ("", ""),
    "no token": ("Bearer ", ""),
    "the scheme alone": ("Bearer", ""),
    "the token alone": ("abc", ""),
    "another scheme": ("Basic abc", ""),
    "a scheme that begins alike": ("Bearers abc", ""),
    "a space first": (" Bearer abc", ""),
    "a tab between": ("Bearer\tabc", ""),
}


@pytest.mark.parametrize(("header", "token"), HEADERS.values(), ids=HEADERS.keys())
def test_token_of_a_header(header: str | None, token: str) -> None:
    """Empty where there is none."""
    assert token == bearer_token(header)


KNOWN = {"abc": 1, "abd": 2, "ü": 3, "": 4}
SHOWN = {
    "a token that is known": ("abc", [1]),
    "another one": ("abd", [2]),
    "one beyond ASCII": ("ü", [3]),
    "the same as bytes that a header cannot say": ("\udcc3\udcbc", []),
    "half of a token": ("ab", []),
    "more than a token": ("abcd", []),
    "in another case": ("ABC", []),
    "a lone surrogate": ("\ud800", []),
    "nothing, although an empty token is known": ("", []),
}


@pytest.mark.parametrize(("shown", "found"), SHOWN.values(), ids=SHOWN.keys())
def test_what_stands_behind_a_token(shown: str, found: list[int]) -> None:
    """Only for the whole token."""
    assert found == matching(KNOWN, shown)


def test_every_token_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after one that matched, so that the time taken tells nothing."""
    compared: list[bytes] = []

    def compare_digest(known: bytes, shown: bytes) -> bool:
        compared.append(known)
        return known == shown

    monkeypatch.setattr("hmac.compare_digest", compare_digest)

    assert ["first"] == matching({"a": "first", "b": "second"}, "a")
    assert [b"a", b"b"] == compared
