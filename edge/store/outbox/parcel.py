"""What goes into the outbox, and what comes out of it."""

from typing import NamedTuple

from edge.records import Priority

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
