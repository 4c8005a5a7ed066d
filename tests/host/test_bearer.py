"""Bearer tokens: read from a header, compared with the known ones."""

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
    """The token of the header, or nothing."""
    assert token == bearer_token(header)


KNOWN = {"abc": 1, "abd": 2, "ü": 3, "": 4}
SHOWN = {
    "a known token": ("abc", [1]),
    "another known token": ("abd", [2]),
    "a token beyond ASCII": ("ü", [3]),
    "the same token as undecoded bytes": ("\udcc3\udcbc", []),
    "half of a token": ("ab", []),
    "more than a token": ("abcd", []),
    "in another case": ("ABC", []),
    "a lone surrogate": ("\ud800", []),
    "nothing, although an empty token is known": ("", []),
}


@pytest.mark.parametrize(("shown", "values"), SHOWN.values(), ids=SHOWN.keys())
def test_values_of_a_token(shown: str, values: list[int]) -> None:
    """Only the whole token matches."""
    assert values == matching(KNOWN, shown)


def test_every_token_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tokens after a match are compared too, so that the time taken reveals nothing."""
    compared: list[bytes] = []

    def compare_digest(known: bytes, shown: bytes) -> bool:
        compared.append(known)
        return known == shown

    monkeypatch.setattr("hmac.compare_digest", compare_digest)

    assert ["first"] == matching({"a": "first", "b": "second"}, "a")
    assert [b"a", b"b"] == compared
