"""The outbox for its operator: list and read its parcels, hold, drop and retry them. In the outbox's own thread."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from edge.errors import RefusedError
from edge.records import Priority
from edge.store.outbox.outbox import Outbox
from edge.store.outbox.pages import OutboxPage, OutboxQuery, OutboxTicket, StoredTicket, StoredTickets

MAX_PAGE_ROWS = 2_000
"""Parcels on a page: about 1 MB as JSON."""

MAX_PAGE_BYTES = 1_048_576
"""Payloads on a page, but at least one: 1.4 MB in base64."""

EVERYTHING = OutboxQuery()
"""All parcels."""

HELD = "an operator holds it"
"""Stands in place of the last error."""

_COLUMNS = "id, priority, origin, held, created, due, attempts, error, size, place"
_RETRY = "UPDATE tickets SET held = 0, refusals = 0, due = 0"


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
    place: int = 0
    """Its place in the order in which parcels were put."""


def read_rows(outbox: Outbox, query: OutboxQuery = EVERYTHING, *, limit: int = -1) -> list[OutboxRow]:
    """At most `limit` parcels, dead letters included, in the order they were put; -1: all."""
    which, values = "place > ?", list[int | str]([query.after])
    if query.dead_letters:
        # By the index whose first column it is.
        which += " AND held = 1"
    if query.tickets:
        which += " AND id IN (SELECT value FROM json_each(?))"
        values += [msgspec.json.encode(query.tickets).decode()]
    with outbox.transaction() as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM tickets WHERE {which} ORDER BY place LIMIT ?",  # noqa: S608 - constants
            (*values, limit),
        ).fetchall()
    return [OutboxRow(row[0], Priority(row[1]), row[2], bool(row[3]), *row[4:]) for row in rows]


def read_page(outbox: Outbox, query: OutboxQuery) -> OutboxPage:
    """The first parcels that the query asks for."""
    rows = read_rows(outbox, query, limit=MAX_PAGE_ROWS + 1)
    more = len(rows) > MAX_PAGE_ROWS
    return OutboxPage(
        tickets=tuple(map(_ticket, rows[:MAX_PAGE_ROWS])), next=rows[MAX_PAGE_ROWS - 1].place if more else None
    )


def read_payloads(outbox: Outbox, query: OutboxQuery) -> StoredTickets:
    """The payloads of the first parcels that the query asks for."""
    found, room, last = list[StoredTicket](), MAX_PAGE_BYTES, 0
    for row in read_rows(outbox, query, limit=MAX_PAGE_ROWS + 1):
        room -= row.size
        if found and (room < 0 or len(found) == MAX_PAGE_ROWS):
            return StoredTickets(tickets=tuple(found), next=last)
        found.append(_stored(outbox, row.id))
        last = row.place
    return StoredTickets(tickets=tuple(found), next=None)


def read_payload(outbox: Outbox, ticket: str) -> bytes:
    """The parcel's payload as stored. Raises `RefusedError` if there is no such parcel."""
    return _stored(outbox, ticket).payload


def retry_tickets(outbox: Outbox, tickets: Iterable[str]) -> list[StoredTicket]:
    """Make parcels due at once. Dead letters become ordinary tickets again. Durable on return.

    Returns them. Raises `RefusedError` if there is no such parcel; then none is changed.
    """
    found = [_stored(outbox, ticket) for ticket in dict.fromkeys(tickets)]
    with outbox.transaction() as connection:
        connection.executemany(f"{_RETRY} WHERE id = ?", [(ticket.id,) for ticket in found])
    return found


def retry_dead_letters(outbox: Outbox, after: int = 0) -> StoredTickets:
    """Make a page of dead letters due at once: the first behind `after`. Durable on return."""
    page = read_payloads(outbox, OutboxQuery(after=after, dead_letters=True))
    retry_tickets(outbox, [ticket.id for ticket in page.tickets])
    return page


def hold_tickets(outbox: Outbox, tickets: Iterable[str]) -> list[StoredTicket]:
    """Make parcels dead letters, which are not delivered until they are retried. Durable on return.

    Returns those that were none before. Raises `RefusedError` if there is no such parcel; then none is changed. A
    delivery that is under way is not stopped.
    """
    found = [_stored(outbox, ticket) for ticket in dict.fromkeys(tickets)]
    held = outbox.hold([ticket.id for ticket in found], error=HELD)
    return [ticket for ticket in found if ticket.id in held]


def drop_tickets(outbox: Outbox, tickets: Iterable[str]) -> list[StoredTicket]:
    """Delete parcels for good, and record that they were dropped. Durable on return.

    Returns what was deleted. Raises `RefusedError` if there is no such parcel; then none is deleted.
    """
    found = [_stored(outbox, ticket) for ticket in dict.fromkeys(tickets)]
    outbox.dropped([ticket.id for ticket in found])
    return found


def _stored(outbox: Outbox, ticket: str) -> StoredTicket:
    with outbox.transaction() as connection:
        row = connection.execute("SELECT payload, held FROM tickets WHERE id = ?", (ticket,)).fetchone()
    if row is None:
        raise RefusedError(f"the outbox holds no ticket {ticket!r}, expected one that `skerry outbox list` names")
    return StoredTicket(id=ticket, payload=bytes(row[0]), dead_letter=bool(row[1]))


def _ticket(row: OutboxRow) -> OutboxTicket:
    return OutboxTicket(
        id=row.id,
        priority=row.priority.name.lower(),  # type: ignore[arg-type]  # the names of Priority, in small letters
        origin=row.origin,
        dead_letter=row.dead_letter,
        created=datetime.fromtimestamp(row.created, UTC),
        due=datetime.fromtimestamp(row.due, UTC) if row.due else None,
        attempts=row.attempts,
        error=row.error,
        size=row.size,
    )
