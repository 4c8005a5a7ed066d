"""How a ticket lies in the outbox: JSON in stored words (`edge.records.stored_words`), of every release."""

import msgspec

from edge.records import Ticket, current_ticket, stored_ticket


def ticket_to_bytes(ticket: Ticket) -> bytes:
    """The ticket as it is kept."""
    return msgspec.json.encode(stored_ticket(msgspec.to_builtins(ticket)))


def ticket_from_bytes(stored: bytes) -> bytes:
    """The ticket as desks get it: the same JSON in the words of today. Bytes that are no JSON come back as they are."""
    try:
        document = msgspec.json.decode(stored)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return stored
    return msgspec.json.encode(current_ticket(document))
