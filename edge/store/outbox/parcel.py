"""What the outbox stores, how much of it, and what happens when it is full."""

from typing import NamedTuple

from edge.errors import Reason, RefusedError
from edge.records import Priority

TICKETS = (Priority.URGENT, Priority.ESCALATION)
"""Priorities of tickets. A ticket that was stored is never dropped; telemetry may be."""

PUT = (
    "INSERT INTO tickets (id, priority, origin, created, rank, size, payload) VALUES (?, ?, ?, ?, ?, ?, ?)"
    " ON CONFLICT (id) DO NOTHING"
)
"""Store one `row`, unless a parcel with its id is stored already."""


FOLLOW_UP_MARK = "."
"""Stands in the id of a follow-up, between the id of the ticket that it joins and its own part."""


def follow_up_id(ticket: str, own: str) -> str:
    """The id of a parcel that follows up `ticket`: it is due only after that ticket, and follow-ups of it before."""
    return f"{ticket}{FOLLOW_UP_MARK}{own}"


class Parcel(NamedTuple):
    """A ticket or telemetry for an origin, before it is stored.

    `origin` is the name of an origin in the configuration; empty: the default one. Within a priority, parcels leave in
    the order of `deadline` (Unix seconds). Without a deadline, the time when it is put counts.
    """

    id: str
    payload: bytes
    priority: Priority = Priority.ESCALATION
    origin: str = ""
    deadline: float | None = None


class OutboxEntry(NamedTuple):
    """A stored parcel that is due. `attempts` have failed; in `refusals` of them origin refused this very ticket."""

    id: str
    payload: bytes
    attempts: int
    refusals: int = 0


def row(parcel: Parcel, now: float) -> tuple[str, int, str, float, float, int, bytes]:
    """Parameters of `PUT` for a parcel that is put at `now` (Unix seconds)."""
    rank = now if parcel.deadline is None else parcel.deadline
    return (parcel.id, parcel.priority, parcel.origin, now, rank, len(parcel.payload), parcel.payload)


class Usage(NamedTuple):
    """Number of parcels, and total size of their payloads."""

    parcels: int = 0
    size_bytes: int = 0

    def plus(self, count: int, size_bytes: int) -> "Usage":
        """The sum of both."""
        return Usage(self.parcels + count, self.size_bytes + size_bytes)


class Bounds(NamedTuple):
    """Limits of the outbox: number of tickets, total size, and age of the oldest.

    Tickets, urgent or not: beyond any limit, new tickets are refused, so that no viewer is promised an answer that
    people cannot give. A stored ticket is never dropped. If origin keeps refusing it, it becomes a dead letter.

    Telemetry: beyond any limit, the oldest is dropped and counted.
    """

    max_tickets: int
    max_bytes: int = 512 * 2**20
    max_age_s: float = 86_400.0
    max_telemetry_bytes: int = 16 * 2**20
    max_telemetry_age_s: float = 3_600.0

    def check_tickets(self, stored: Usage, added: Usage, oldest_age_s: float) -> None:
        """Raise `RefusedError` (`OVERLOADED`) unless `added` fits in addition to `stored`."""
        if stored.parcels + added.parcels > self.max_tickets:
            what = f"{stored.parcels} tickets and was given {added.parcels} more, expected at most {self.max_tickets}"
        elif stored.size_bytes + added.size_bytes > self.max_bytes:
            what = f"{stored.size_bytes} bytes and was given {added.size_bytes} more, expected at most {self.max_bytes}"
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
    """Usage of all tickets, urgent or not."""
    urgent, ordinary = (usage[priority] for priority in TICKETS)
    return urgent.plus(*ordinary)
