"""A ticket token is good for one ticket, for a week, and with the key it was made with; derived ids repeat."""

import uuid
from datetime import UTC, datetime

import pytest

from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.tokens import (
    TICKET_TOKEN_LIFE_S,
    Receipt,
    TicketCapability,
    make_receipt,
    make_ticket_token,
    read_ticket_token,
    repeated_ticket_id,
)

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
ISLAND = str(IslandName("acme", "drop"))
AT = NOON.timestamp()


def test_token_there_and_back() -> None:
    """It holds ticket, island and expiry, and neither question nor session."""
    token = make_ticket_token("t-1", ISLAND, key=KEY, now=AT)
    found = read_ticket_token(token, "t-1", key=KEY, now=AT + TICKET_TOKEN_LIFE_S - 1)

    assert TicketCapability("t-1", ISLAND, AT + TICKET_TOKEN_LIFE_S) == found


BAD = {
    "another ticket's": (make_ticket_token("t-1", ISLAND, key=KEY, now=AT), "t-2", AT),
    "a week old": (make_ticket_token("t-1", ISLAND, key=KEY, now=AT), "t-1", AT + TICKET_TOKEN_LIFE_S),
    "made with another key": (make_ticket_token("t-1", ISLAND, key=OTHER_KEY, now=AT), "t-1", AT),
    "a receipt": (make_receipt(Receipt(b"n" * 12, ISLAND, "", b"", AT), key=KEY), "t-1", AT),
    "cut": (make_ticket_token("t-1", ISLAND, key=KEY, now=AT)[:-1], "t-1", AT),
    "empty": ("", "t-1", AT),
}


@pytest.mark.parametrize(("token", "ticket", "now"), BAD.values(), ids=BAD.keys())
def test_token_that_is_not_good(token: str, ticket: str, now: float) -> None:
    """It is refused with one reason; the text names no ticket."""
    with pytest.raises(RefusedError) as caught:
        read_ticket_token(token, ticket, key=KEY, now=now)
    assert caught.value.reason is Reason.TOKEN_INVALID
    assert "t-" not in caught.value.text


def test_id_of_a_repeated_ticket() -> None:
    """It is a UUID, the same for the same parts, and another one if a part, its place or the key is another."""
    parts = (b"session", b"v-1", b"key")
    found = repeated_ticket_id(*parts, key=KEY)
    others = {
        repeated_ticket_id(b"session", b"v-1", b"kex", key=KEY),
        repeated_ticket_id(b"session", b"v-1k", b"ey", key=KEY),
        repeated_ticket_id(b"v-1", b"session", b"key", key=KEY),
        repeated_ticket_id(*parts, key=OTHER_KEY),
    }

    assert found == repeated_ticket_id(*parts, key=KEY)
    assert (4, 4, str(uuid.UUID(found))) == (uuid.UUID(found).version, len(others), found)
    assert found not in others
