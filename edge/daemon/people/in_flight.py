"""How many tickets are on their way to their origin, so that no desk counts them yet.

A desk reports the queue that it sees. While its origin cannot be reached, tickets wait in the outbox: no report counts
them, but they are ahead of the next question. Only counts are kept, by tenant, in memory. Tickets that an earlier
process left in the outbox are not counted.
"""

from collections import Counter
from typing import NamedTuple

import msgspec

from edge.decide import CALLBACK_LANE
from edge.errors import RefusedError
from edge.records import DECODE_ERRORS, IslandName, Ticket


class InFlight(NamedTuple):
    """Numbers of tickets on their way: those for the queue, and promised callbacks."""

    queued: int
    promised: int


class _TicketKey(msgspec.Struct):
    island: str
    lane: str
    joins: str = ""
    ticket: str = ""
    """Of a take-back: the ticket, which is counted itself."""


class InFlightTickets:
    """Counts tickets on their way. Not thread-safe."""

    def __init__(self) -> None:
        self._count: Counter[tuple[str, bool]] = Counter()

    def count(self, ticket: Ticket) -> None:
        """Count a ticket that has left for origin. A follow-up has no place in the queue of its own."""
        if ticket.joins:
            return
        self._count[_key(ticket.island, ticket.lane)] += 1

    def uncount(self, payload: bytes) -> None:
        """Uncount a ticket (JSON) that was delivered, dropped, or became a dead letter. Other bytes change nothing."""
        key = _key_of(payload)
        # A ticket from before a restart was never counted here, so there may be nothing to uncount.
        if key is not None and self._count[key] > 0:
            self._count[key] -= 1

    def recount(self, payload: bytes) -> None:
        """Count a dead letter (JSON) that an operator retried. Other bytes change nothing."""
        key = _key_of(payload)
        if key is not None:
            self._count[key] += 1

    def get(self, tenant: str) -> InFlight:
        """Counts of one tenant."""
        return InFlight(self._count[(tenant, False)], self._count[(tenant, True)])

    def total(self) -> InFlight:
        """Counts of all tenants together, for a desk that reports for all."""
        counts = list(self._count.items())
        queued = sum(count for (_, is_callback), count in counts if not is_callback)
        promised = sum(count for (_, is_callback), count in counts if is_callback)
        return InFlight(queued, promised)


def _key(island: str, lane: str) -> tuple[str, bool]:
    return IslandName.parse(island).tenant, lane == CALLBACK_LANE


def _key_of(payload: bytes) -> tuple[str, bool] | None:
    """The key of a ticket as JSON; None for a follow-up, and for bytes that are no ticket."""
    try:
        ticket = msgspec.json.decode(payload, type=_TicketKey)
        return None if ticket.joins or ticket.ticket else _key(ticket.island, ticket.lane)
    except (RefusedError, *DECODE_ERRORS):
        return None
