"""Does an origin's answer speak of one ticket, or of all? What else it took or did not take tells.

Pure, and in memory: after a restart nothing is known of any ticket, so nothing counts against one.
"""

from typing import NamedTuple

from edge.errors import RefusedError, UnreachableError
from edge.host import RecentlyUsed
from edge.store.outbox import OutboxEntry

DeliveryFault = UnreachableError | RefusedError

MAX_TICKETS = 10_000
"""Tickets of which it is remembered when origin did not take them. Of more, the latest."""


class Attempt(NamedTuple):
    """One delivery, and how it ended: origin has the ticket, or a fault."""

    entry: OutboxEntry
    fault: DeliveryFault | None
    is_refusal: bool = False
    """True if origin refused this very ticket."""


class Uptake:
    """What one origin has taken lately, and what it has not."""

    def __init__(self) -> None:
        self._taken = 0
        self._untaken: RecentlyUsed[str, int] = RecentlyUsed(MAX_TICKETS)
        self._failed: set[str] = set()

    def took(self, ticket: str) -> None:
        """Origin took a ticket."""
        self._taken += 1
        self._untaken.pop(ticket)
        self._failed.clear()

    def is_own_fault(self, ticket: str) -> bool:
        """Record that origin answered and did not take a ticket. True if others went on, so that it is the reason.

        Others went on if origin took one since it last did not take this one. The first time: if the last that it
        answered was taken.
        """
        before = self._untaken.get(ticket)
        self._untaken.put(ticket, self._taken)
        if before is None:
            return self._taken > 0 and not self._failed
        return self._taken > before

    def is_news(self, ticket: str) -> bool:
        """Record a fault of origin. False if the same ticket had one already, and origin took nothing since.

        One ticket that is tried again and again says no more of origin than one attempt.
        """
        is_news = ticket not in self._failed
        if len(self._failed) < MAX_TICKETS:
            self._failed.add(ticket)
        return is_news
