"""What goes into the outbox and comes out of it, how much of it may wait, and what happens when it is full."""

from typing import NamedTuple

from edge.errors import Reason, RefusedError
from edge.records import Priority

TICKETS = (Priority.URGENT, Priority.ESCALATION)
"""Kinds of parcels that are never dropped once they were accepted; telemetry is the other kind."""

PUT = (
    "INSERT INTO tickets (id, priority, origin, created, rank, size, payload) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO NOTHING"
)
"""Stores one `row`, unless its id is there already."""


class Parcel(NamedTuple):
    """Something for an origin, not stored yet. `origin` names a section of the configuration; empty: the default.

    `deadline` (Unix seconds) is its place among those of its priority; None: when it was put.
    """

    id: str
    payload: bytes
    priority: Priority = Priority.ESCALATION
    origin: str = ""
    deadline: float | None = None


class OutboxEntry(NamedTuple):
    """A ticket that waits, how often its delivery has failed, and how often because origin refused this very ticket."""

    id: str
    payload: bytes
    attempts: int
    refusals: int = 0


def row(parcel: Parcel, now: float) -> tuple[str, int, str, float, float, int, bytes]:
    """As `PUT` takes it."""
    rank = now if parcel.deadline is None else parcel.deadline
    return (parcel.id, parcel.priority, parcel.origin, now, rank, len(parcel.payload), parcel.payload)


class Usage(NamedTuple):
    """What lies in the outbox: how many parcels, and their payloads' bytes."""

    parcels: int = 0
    size_bytes: int = 0

    def plus(self, count: int, size_bytes: int) -> "Usage":
        """The sum of both."""
        return Usage(self.parcels + count, self.size_bytes + size_bytes)


class Bounds(NamedTuple):
    """How many tickets, how many bytes and how old the oldest may be.

    Tickets (urgent or not): when any bound is passed, new ones are refused, so that nobody is promised an answer which
    people cannot give; what was accepted is never dropped. A ticket that origin refuses for good becomes a dead letter;
    it is not deleted.
    Telemetry: the oldest is dropped, and counted.
    """

    max_tickets: int
    max_bytes: int = 512 * 2**20
    max_age_s: float = 86_400.0
    max_telemetry_bytes: int = 16 * 2**20
    max_telemetry_age_s: float = 3_600.0

    def check_tickets(self, found: Usage, added: Usage, oldest_age_s: float) -> None:
        """Raises `RefusedError` (overloaded) unless `added` fits in addition to `found`."""
        if found.parcels + added.parcels > self.max_tickets:
            what = f"{found.parcels} tickets and was given {added.parcels} more, expected at most {self.max_tickets}"
        elif found.size_bytes + added.size_bytes > self.max_bytes:
            what = f"{found.size_bytes} bytes and was given {added.size_bytes} more, expected at most {self.max_bytes}"
        elif oldest_age_s > self.max_age_s:
            raise RefusedError(
                f"the outbox's oldest ticket has waited {oldest_age_s:.0f} s for origin, expected at most"
                f" {self.max_age_s:.0f} s",
                reason=Reason.OVERLOADED,
            )
        else:
            return
        raise RefusedError(f"the outbox holds {what} altogether", reason=Reason.OVERLOADED)


def tickets_of(usage: dict[Priority, Usage]) -> Usage:
    """What tickets use, urgent or not."""
    urgent, ordinary = (usage[priority] for priority in TICKETS)
    return urgent.plus(*ordinary)
