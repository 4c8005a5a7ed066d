"""Tickets that were handed over here and that no desk counts yet, because origin does not have them.

A desk reports the queue it sees. While origin is away, tickets in the outbox are in no report, but they are still
ahead of the next question. Counts only, by tenant; what an earlier process left in the outbox is not among them.
"""

from collections import Counter
from typing import NamedTuple

import msgspec

from edge.decide import CALLBACK_LANE
from edge.errors import RefusedError
from edge.records import IslandName, Ticket


class InFlight(NamedTuple):
    """Places in the queue and callbacks that are still on their way."""

    queued: int
    promised: int


class _About(msgspec.Struct):
    island: str
    lane: str


class InFlightTickets:
    """Counts them. Not for threads."""

    def __init__(self) -> None:
        self._count: Counter[tuple[str, bool]] = Counter()

    def count(self, ticket: Ticket) -> None:
        """Count a ticket that has left for origin."""
        self._count[_key(ticket.island, ticket.lane)] += 1

    def uncount(self, payload: bytes) -> None:
        """Uncount a ticket (JSON) that was delivered or set aside: no longer on its way. Other bytes change nothing."""
        try:
            about = msgspec.json.decode(payload, type=_About)
            key = _key(about.island, about.lane)
        except (msgspec.DecodeError, UnicodeDecodeError, RefusedError):
            return
        if self._count[key] > 0:
            self._count[key] -= 1

    def get(self, tenant: str) -> InFlight:
        """Those of one tenant."""
        return InFlight(self._count[(tenant, False)], self._count[(tenant, True)])

    def total(self) -> InFlight:
        """Those of all tenants, for a desk that speaks for all."""
        found = list(self._count.items())
        return InFlight(*(sum(count for (_, later), count in found if later is wanted) for wanted in (False, True)))


def _key(island: str, lane: str) -> tuple[str, bool]:
    return IslandName.parse(island).tenant, lane == CALLBACK_LANE
