"""Takes a ticket back that its viewer has solved, as long as no person is at work on it.

A take-back is a parcel of its own, due after its ticket and after the follow-ups of it. It exists only while its ticket
waits or is delivered: it leaves the outbox with a ticket that becomes a dead letter or is dropped. So it is never
delivered before its ticket, and never waits for an operator. What is lost by that costs an agent a look.
"""

import sqlite3

from edge.records import Priority, SolvedByViewer, TicketState
from edge.store.outbox.outbox import Outbox
from edge.store.outbox.parcel import FOLLOW_UP_MARK, Parcel

_STILL_WAITS = frozenset({TicketState.WAITING, TicketState.DELIVERED})
"""States of a ticket on which no person is at work, and which origin has or will get."""

_AT_WORK = frozenset({TicketState.ACKNOWLEDGED, TicketState.ANSWERED})
"""States of a ticket on which a person is at work."""

_STORED = "SELECT id, origin, CASE held WHEN 1 THEN 'not_delivered' ELSE 'waiting' END FROM tickets"
_KNOWN = "SELECT id, origin, state FROM progress"
_OF_TICKET = "WHERE id = ? OR (id > ? AND id < ?)"


def take_back(outbox: Outbox, ticket: str, payload: bytes, *, tenant: str, tenants: int = 1) -> bool:
    """Put the take-back of `ticket`, unless it was put before. True if the ticket is taken back; durable on return.

    False: a person is at work on it, perhaps since it was taken back, it has follow-ups that nobody has answered, or
    origin does not get it. Then nothing is put. `tenant` and `tenants` are as in `Outbox.put_many`, which says what is
    raised.
    """
    own = SolvedByViewer.id_of(ticket)
    with outbox.transaction() as connection:
        known = _known(connection, ticket)
    origin, state = known.get(ticket, ("", TicketState.DROPPED))
    has_follow_ups = bool(known.keys() - {ticket, own})
    if own in known:
        return not has_follow_ups and state not in _AT_WORK
    if has_follow_ups or state not in _STILL_WAITS:
        return False
    outbox.put_many([Parcel(own, payload, Priority.ESCALATION, origin, None, tenant)], tenants=tenants)
    return True


def _known(connection: sqlite3.Connection, ticket: str) -> dict[str, tuple[str, TicketState]]:
    """Origin and state of a ticket, of its follow-ups and of its take-back, by their ids. Progress says more."""
    # The character after the mark ends the range, as in `parcel.DUE`.
    which = (ticket, f"{ticket}{FOLLOW_UP_MARK}", f"{ticket}{chr(ord(FOLLOW_UP_MARK) + 1)}")
    rows = [row for table in (_STORED, _KNOWN) for row in connection.execute(f"{table} {_OF_TICKET}", which)]
    return {name: (origin, TicketState(state)) for name, origin, state in rows}
