"""Tickets as the outbox stores them: JSON in stored words (`edge.records.stored_words`), the same in every release."""

import msgspec

from edge.records import Ticket, current_ticket, stored_ticket


def ticket_to_bytes(ticket: Ticket) -> bytes:
    """The ticket as the outbox stores it."""
    return msgspec.json.encode(stored_ticket(msgspec.to_builtins(ticket)))


def ticket_from_bytes(stored: bytes) -> bytes:
    """The ticket as desks get it: the same JSON in current words. Bytes that are not JSON are returned unchanged."""
    try:
        document = msgspec.json.decode(stored)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return stored
    return msgspec.json.encode(current_ticket(document))
