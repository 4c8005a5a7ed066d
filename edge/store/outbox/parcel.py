"""What the outbox stores: tickets, consent records, merges of sessions and telemetry."""

import sqlite3
from typing import NamedTuple

from edge.records import Priority
from edge.store.consents import ConsentRows, NewConsent
from edge.store.leaves import NewLeaf, WaitingLeaves
from edge.store.merges import MergeRows, NewMerge
from edge.store.outbox.usage import NO_TENANT, UsageKey

PUT = (
    "INSERT INTO tickets (id, priority, origin, tenant, created, due, rank, size, payload)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING"
)
"""Store one row, unless a parcel with its id is stored already."""

# A follow-up waits for the ticket that it joins and for earlier follow-ups of it. Their ids are next to each other in
# the index of ids: from the ticket's own to below `/`, the character after `FOLLOW_UP_MARK`. A follow-up does not wait
# for a dead letter, or it would wait for an operator. (`+held` keeps SQLite from an index of every waiting ticket.)
#
# In the order of an index that also contains `due`, so postponed rows are skipped without being read.
DUE = (
    "SELECT id, payload, attempts, refusals FROM tickets WHERE held = 0 AND origin = ? AND priority = ? AND due <= ?"
    " AND id NOT IN (SELECT value FROM json_each(?))"
    " AND (instr(id, '.') = 0 OR NOT EXISTS (SELECT 1 FROM tickets AS earlier WHERE +earlier.held = 0"
    " AND earlier.id >= substr(tickets.id, 1, instr(tickets.id, '.') - 1)"
    " AND earlier.id < substr(tickets.id, 1, instr(tickets.id, '.') - 1) || '/' AND earlier.place < tickets.place))"
    " ORDER BY rank, place LIMIT ?"
)
"""Parcels of an origin and a priority that are due, in the order of delivery, as `OutboxEntry` has them."""

# Uses an index that covers it. The table has the payloads too: hundreds of megabytes after a long outage.
ADOPT = (
    "UPDATE tickets SET origin = '' WHERE place IN (SELECT place FROM tickets INDEXED BY tickets_by_rank"
    " WHERE origin NOT IN (SELECT value FROM json_each(?)))"
)
"""Give the parcels of origins that are not configured any more to the default one."""

FOLLOW_UP_MARK = "."
"""Stands in the id of a follow-up, between the id of the ticket that it joins and its own part."""


def follow_up_id(ticket: str, own: str) -> str:
    """The id of a parcel that follows up `ticket`: it is due only after that ticket, and follow-ups of it before."""
    return f"{ticket}{FOLLOW_UP_MARK}{own}"


class Parcel(NamedTuple):
    """A ticket, a consent record, a merge or telemetry for an origin, before it is stored.

    `origin` is the name of an origin in the configuration; empty: the default one. Within a priority, parcels leave in
    the order of `deadline` (Unix seconds). Without a deadline, the time when it is put counts. None leaves before
    `due` (Unix seconds). `tenant` is whose share of the outbox it uses; telemetry uses nobody's.
    """

    id: str
    payload: bytes
    priority: Priority = Priority.ESCALATION
    origin: str = ""
    deadline: float | None = None
    tenant: str = NO_TENANT
    due: float = 0.0
    leaf: NewLeaf | None = None
    """Its leaf in the ledger, stored with it."""
    consent: NewConsent | None = None
    """Of a consent record: its row, stored with it."""
    merge: NewMerge | None = None
    """Of a merge of sessions, or its undoing: its row, stored with it. It must have a leaf."""

    @property
    def is_always_taken(self) -> bool:
        """True for the withdrawal of a consent that it names."""
        return self.consent is not None and self.consent.is_always_taken

    @property
    def usage_key(self) -> UsageKey:
        """Whose share it uses, and which."""
        return (NO_TENANT if self.priority is Priority.TELEMETRY else self.tenant, self.priority)


class OutboxEntry(NamedTuple):
    """A stored parcel that is due. `attempts` have failed; in `refusals` of them origin refused this very ticket."""

    id: str
    payload: bytes
    attempts: int
    refusals: int = 0


def put(
    connection: sqlite3.Connection,
    parcel: Parcel,
    *,
    consents: ConsentRows,
    merges: MergeRows,
    leaves: WaitingLeaves,
    now: float,
) -> bool:
    """Store a parcel at `now` (Unix seconds) within the caller's transaction. True if it is new, and waits for origin.

    Its leaf goes with it, and the row of a consent or a merge. Raises `RefusedError` (`STORAGE`) if there is no room
    for one more consent.
    """
    if parcel.merge is not None and parcel.leaf is not None:
        # One that origin has already is known by its row alone.
        if not merges.put(connection, parcel.id, parcel.merge, tenant=parcel.tenant, leaf=parcel.leaf, now=now):
            return False
        leaves.put_unnamed(connection, parcel.leaf)
        return parcel.merge.forwards and _put_row(connection, parcel, now)
    is_new = _put_row(connection, parcel, now) if parcel.consent is None or parcel.consent.forwards else False
    happened = is_new
    if parcel.consent is not None:
        happened = consents.put(connection, parcel.consent, parcel.payload)
    if happened and parcel.leaf is not None:
        leaves.put(connection, parcel.leaf, now)
    return is_new


def _put_row(connection: sqlite3.Connection, parcel: Parcel, now: float) -> bool:
    rank = now if parcel.deadline is None else parcel.deadline
    tenant, size = parcel.usage_key[0], len(parcel.payload)
    row = (parcel.id, parcel.priority, parcel.origin, tenant, now, parcel.due, rank, size, parcel.payload)
    return bool(connection.execute(PUT, row).rowcount)
