"""Tickets in the outbox are in stored words, tickets at a desk in those of today; viewers' words are in neither."""

import msgspec

from edge.errors import Reason
from edge.records import Outcome, Ticket, Turn
from edge.store.outbox import ticket_from_bytes, ticket_to_bytes
from tests.wire.desks.test_desks import TICKET


def test_words_are_stored_and_read_back() -> None:
    """Outcome and reasons, also in the transcript; the viewer's own words stay, even if they are such a word."""
    turn = Turn(at=TICKET.created, text="refuse", outcome=Outcome.IGNORE, reason=Reason.REPEATED_ANSWER)
    ticket = msgspec.structs.replace(
        TICKET, text="misses", reason=Reason.HUMAN_ACTIVE, because=Reason.CLARIFY_STREAK, transcript=(turn,)
    )
    stored = msgspec.json.decode(ticket_to_bytes(ticket))
    (stored_turn,) = stored["transcript"]

    assert ("misses", "human_active", "misses") == (stored["text"], stored["reason"], stored["because"])
    assert ("refuse", "refuse", "loop") == (stored_turn["text"], stored_turn["decision"], stored_turn["reason"])
    assert "outcome" not in stored_turn
    assert ticket == msgspec.json.decode(ticket_from_bytes(ticket_to_bytes(ticket)), type=Ticket)


def test_bytes_that_are_no_json_stay() -> None:
    """The desk's adapter refuses them, so they become a dead letter."""
    assert b"no ticket" == ticket_from_bytes(b"no ticket")
