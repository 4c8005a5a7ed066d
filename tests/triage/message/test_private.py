"""`edge.triage.message.private`: what may name a person or open an account, and what may not be taken for it."""

import pytest

from edge.triage import Private, private_in, redacted

PRIVATE = {
    "mail maya@example.com now": (Private.EMAIL, "mail [removed] now"),
    "maya (at) example (dot) com": (Private.EMAIL, "[removed]"),
    "my card 4111-1111-1111-1111": (Private.NUMBER, "my card [removed]"),
    "call +49 (30) 123456": (Private.NUMBER, "call [removed]"),
    "call \uff10\uff13\uff10\uff11\uff12\uff13": (Private.NUMBER, "call [removed]"),
    "iban de89 3704 0044 0532 0130 00": (Private.ACCOUNT, "iban [removed]"),
    "key eyJhbGciOiJIUzI1NiIsInR5cCI6": (Private.CODE, "key [removed]"),
    "order NW-482913": (Private.NUMBER, "order NW-[removed]"),
    "code AB12CD345": (Private.CODE, "code [removed]"),
    "password: hunter2": (Private.LOGIN, "[removed]"),
    "api key: abcdef": (Private.LOGIN, "[removed]"),
    "my token=abcdef": (Private.LOGIN, "my [removed]"),
    "pw: hunter": (Private.LOGIN, "[removed]"),
    "my kennwort: hunter": (Private.LOGIN, "my [removed]"),
    "use sk-abcdefghijklmnop": (Private.CODE, "use [removed]"),
    "use ghp_abcdefghijklmnop": (Private.CODE, "use [removed]"),
    "ask @maya_b": (Private.HANDLE, "ask [removed]"),
}
ORDINARY = (
    "when does it ship", "is the rtx4090 in stock", "50 % off at 18:30?", "1,000,000 fans", "size 42 or 44",
    "forgot my password", "is the token sold out", "a well-known key ring",
    "Donaudampfschifffahrtsgesellschaft", "2 for 1 @ the door", "",
)  # fmt: skip


@pytest.mark.parametrize("text", PRIVATE)
def test_private_piece(text: str) -> None:
    """It is named by its kind, and removed."""
    assert PRIVATE[text] == (private_in(text), redacted(text))


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_words_stay(text: str) -> None:
    """Prices, sizes, times and long words."""
    assert (None, text) == (private_in(text), redacted(text))


def test_nothing_private_is_left() -> None:
    """What was removed is not found again."""
    assert [None] * len(PRIVATE) == [private_in(redacted(text)) for text in PRIVATE]
