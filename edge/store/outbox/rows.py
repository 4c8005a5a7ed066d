"""The outbox of a stopped PoP, for its operator: list its parcels, read one, retry dead letters."""

from collections.abc import Iterator
from typing import NamedTuple

from edge.errors import RefusedError
from edge.records import Priority
from edge.store.outbox.outbox import Outbox

_COLUMNS = "id, priority, origin, held, created, due, attempts, error, size"


class OutboxRow(NamedTuple):
    """One parcel without its payload. `created` and `due` are Unix seconds, `size` is in bytes."""

    id: str
    priority: Priority
    origin: str
    dead_letter: bool
    created: float
    due: float
    attempts: int
    error: str
    size: int


def read_rows(outbox: Outbox) -> Iterator[OutboxRow]:
    """Every parcel, dead letters included, in the order they were put. Rows are read lazily, in one transaction."""
    with outbox.transaction() as connection:
        for row in connection.execute(f"SELECT {_COLUMNS} FROM tickets ORDER BY place"):  # noqa: S608 - a constant
            yield OutboxRow(row[0], Priority(row[1]), row[2], bool(row[3]), *row[4:])


def read_payload(outbox: Outbox, ticket: str) -> bytes:
    """The parcel's payload as stored. Raises `RefusedError` if there is no such parcel."""
    with outbox.transaction() as connection:
        row = connection.execute("SELECT payload FROM tickets WHERE id = ?", (ticket,)).fetchone()
    if row is None:
        raise RefusedError(f"the outbox holds no ticket {ticket!r}, expected one that `skerry outbox list` names")
    return bytes(row[0])


def retry_ticket(outbox: Outbox, ticket: str) -> None:
    """Make the parcel due at once. A dead letter becomes an ordinary ticket again. Durable on return.

    Raises `RefusedError` if there is no such parcel.
    """
    read_payload(outbox, ticket)
    with outbox.transaction() as connection:
        connection.execute("UPDATE tickets SET held = 0, refusals = 0, due = 0 WHERE id = ?", (ticket,))


def retry_dead_letters(outbox: Outbox) -> int:
    """Make every dead letter due at once. Returns how many there were. Durable on return."""
    with outbox.transaction() as connection:
        return connection.execute("UPDATE tickets SET held = 0, refusals = 0, due = 0 WHERE held = 1").rowcount
