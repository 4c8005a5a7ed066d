"""`edge.tokens.offer`: a choice is good for one offer, its session and its question."""

import base64

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge.errors import Reason, RefusedError
from edge.records.filters import FilterRule
from edge.tokens import (
    CHOICE_LIFE_S,
    Receipt,
    check_choice,
    check_revision,
    choice_ticket_id,
    make_receipt,
    question_hash,
    read_offer,
    read_receipt,
)
from edge.tokens.token import make_token

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
TEXT, AT = "where does it go", 1_000.25
PLAIN = Receipt(b"n" * 12, "acme/drop", "ship-date", b"c" * 12, AT)
OFFER = PLAIN._replace(revision=7, offered=("ship-date", "sizes"), question=question_hash(TEXT, key=KEY))


def refused(offer: Receipt = OFFER, snippet: str | None = None, text: str = TEXT, contact: bytes = b"c" * 12) -> str:
    """The text of the refusal of a choice."""
    with pytest.raises(RefusedError) as caught:
        check_choice(offer, snippet, text=text, contact=contact, key=KEY)
    return caught.value.text


def test_offer_is_read_as_it_was_made() -> None:
    """For an hour as an offer, and for feedback as long as any receipt. It does not hold the question."""
    token = make_receipt(OFFER, key=KEY)

    assert OFFER == read_offer(token, key=KEY, now=AT + CHOICE_LIFE_S)
    assert OFFER == read_receipt(token, key=KEY, now=AT + 86_400, life_s=604_800)
    assert len(token) < 240
    assert b"where" not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


def test_longest_offer_is_a_receipt() -> None:
    """A request takes receipts of 1,024 characters."""
    longest = OFFER._replace(island=f"{'t' * 63}/{'i' * 63}", snippet="s" * 63, offered=("a" * 63, "b" * 63, "c" * 63))

    assert len(make_receipt(longest, key=KEY)) < 1_024


def test_receipt_with_what_filters_found() -> None:
    """Rules come back, of an answer and of the longest offer; without any, a receipt is written as before."""
    rules = tuple(FilterRule)
    for receipt in (PLAIN, OFFER, OFFER._replace(is_ramp=True)):
        token = make_receipt(receipt._replace(rules=rules), key=KEY)
        assert rules == read_receipt(token, key=KEY, now=AT, life_s=1).rules
        assert len(token) < len(make_receipt(receipt, key=KEY)) + 120


def test_receipt_without_an_offer_is_written_as_before() -> None:
    """It has no fields that an older release does not know."""
    assert make_receipt(PLAIN, key=KEY) == make_receipt(PLAIN._replace(revision=7), key=KEY)
    assert PLAIN == read_receipt(make_receipt(PLAIN, key=KEY), key=KEY, now=AT, life_s=1)


NO_OFFERS = {
    "of an answer": (make_receipt(PLAIN, key=KEY), AT, "receipt is of an outcome without options"),
    "another PoP's": (make_receipt(OFFER, key=OTHER_KEY), AT, "token is not valid"),
    "too old": (
        make_receipt(OFFER, key=KEY),
        AT + CHOICE_LIFE_S + 1,
        "receipt was made more than 60 min ago, expected at",
    ),
    "words": ("please", AT, "token is not valid"),
}


@pytest.mark.parametrize(("token", "now", "text"), NO_OFFERS.values(), ids=NO_OFFERS)
def test_receipt_that_offers_nothing(token: str, now: float, text: str) -> None:
    """It is no token for a choice."""
    with pytest.raises(RefusedError, match=text) as caught:
        read_offer(token, key=KEY, now=now)

    assert Reason.TOKEN_INVALID is caught.value.reason


@given(st.data())
def test_changed_offer_is_no_offer(data: st.DataObject) -> None:
    """Whichever byte is another."""
    content = bytearray(base64.urlsafe_b64decode((token := make_receipt(OFFER, key=KEY)) + "=" * (-len(token) % 4)))
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises(RefusedError, match="token is not valid"):
        read_offer(base64.urlsafe_b64encode(content).decode().rstrip("="), key=KEY, now=AT)


def test_choice_of_what_was_offered() -> None:
    """One of the snippets, or none of these."""
    for snippet in ("ship-date", "sizes", None):
        check_choice(OFFER, snippet, text=TEXT, contact=b"c" * 12, key=KEY)
    check_revision(OFFER, 7)


def test_choice_that_does_not_fit() -> None:
    """Another session, question, snippet or revision. No text repeats what was sent."""
    assert "receipt is of another session, expected the session that asked" == refused(contact=b"")
    assert "receipt is of another question, expected 'text' as it was asked" == refused(text="Where does it go")
    assert "snippet was not offered, expected null or one of ship-date, sizes" == refused(snippet="price")
    with pytest.raises(
        RefusedError, match="receipt is of revision 7, the island is revision 8: ask the question again"
    ):
        check_revision(OFFER, 8)


def test_ticket_of_a_choice() -> None:
    """Its id depends on the receipt's number and the key alone."""
    again = OFFER._replace(offered=("sizes",), at=0.0)

    assert choice_ticket_id(OFFER, key=KEY) == choice_ticket_id(again, key=KEY)
    assert choice_ticket_id(OFFER, key=KEY) != choice_ticket_id(OFFER, key=OTHER_KEY)
    assert choice_ticket_id(OFFER, key=KEY) != choice_ticket_id(OFFER._replace(number=b"m" * 12), key=KEY)


def test_languages_of_an_offer() -> None:
    """They come back; without any, the receipt is as releases wrote it that knew none."""
    wanted = OFFER._replace(wanted="de-AT en")
    old = make_token(msgspec.msgpack.encode(tuple(OFFER)[:15]), key=KEY, purpose=b"skerry.receipt")

    assert wanted == read_offer(make_receipt(wanted, key=KEY), key=KEY, now=OFFER.at)
    assert old == make_receipt(OFFER, key=KEY)
    assert "" == read_offer(old, key=KEY, now=OFFER.at).wanted
