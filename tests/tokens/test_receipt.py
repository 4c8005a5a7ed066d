"""`edge.tokens.receipt`: only the PoP with the key can make one, and it says nothing about the viewer."""

import pytest

from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.tokens import Receipt, contact_of, make_receipt, make_token, read_receipt

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
DAY_S = 86_400.0
NAME = IslandName("acme", "drop")
RECEIPT = Receipt(b"n" * 12, "acme/drop", "ship-date", b"c" * 12, 1_000.25)


def read(token: str, *, now: float = 1_000.0) -> Receipt:
    """Read a token with the right key."""
    return read_receipt(token, key=KEY, now=now, life_s=7 * DAY_S)


def test_receipt_is_read_as_it_was_made() -> None:
    """It is shorter than 160 characters."""
    token = make_receipt(RECEIPT, key=KEY)

    assert RECEIPT == read(token)
    assert len(token) < 160


FORGED = {
    "another PoP's": make_receipt(RECEIPT, key=OTHER_KEY),
    "changed": "AAAA" + make_receipt(RECEIPT, key=KEY)[4:],
    "of another purpose": make_token(b"\x90", key=KEY, purpose=b"skerry.tree"),
    "of another form": make_token(b"\x90", key=KEY, purpose=b"skerry.receipt"),
    "words": "please",
    "empty": "",
    "not ASCII": "ü",
}


@pytest.mark.parametrize("token", FORGED.values(), ids=FORGED.keys())
def test_forged_receipt(token: str) -> None:
    """A forged receipt is refused with the same words for every kind of forgery."""
    with pytest.raises(RefusedError) as caught:
        read(token)

    assert (Reason.TOKEN_INVALID, "token is not valid, expected one that this PoP made") == (
        caught.value.reason,
        caught.value.text,
    )


def test_receipt_that_is_too_old() -> None:
    """The tally knows for a week which feedback was counted, so an older receipt is refused."""
    token = make_receipt(RECEIPT, key=KEY)
    read(token, now=1_000.25 + 7 * DAY_S)
    with pytest.raises(RefusedError) as caught:
        read(token, now=1_000.25 + 8 * DAY_S)

    assert (Reason.TOKEN_INVALID, "receipt is 8.0 days old, expected at most 7") == (
        caught.value.reason,
        caught.value.text,
    )


def test_name_of_a_contact() -> None:
    """It is the same only for the same session, island and key, and empty without a session."""
    others = {
        contact_of(NAME, "other", key=KEY),
        contact_of(IslandName("acme", "other"), "session", key=KEY),
        contact_of(NAME, "session", key=OTHER_KEY),
    }

    assert contact_of(NAME, "session", key=KEY) == contact_of(NAME, "session", key=KEY)
    assert contact_of(NAME, "session", key=KEY) not in others
    assert 3 == len(others)
    assert b"" == contact_of(NAME, "", key=KEY)
