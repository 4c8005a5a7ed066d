"""Merges of sessions in a desk's file, and which tickets a session has.

A merge that was undone stays in the file as long as others, and counts no more. Its undoing may come first: they come
from any PoPs. How merges end is in `ending`.
"""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import DECODE_ERRORS, IslandName
from edge.records.merges import DeskMerges, MergedTicket, MergeInForce, MergeMessage

MAX_MERGES = 100_000
"""Merges of one tenant, 60 MB at most. Further ones are refused; what undoes one of these is taken."""

MAX_SESSIONS = 50
"""Sessions of one person that a ticket shows."""

MAX_TICKETS = 50
_MAX_CHARACTERS = 256

_IS_TIMED = (
    "BEGIN INSERT INTO merge_times VALUES (NEW.tenant, NEW.merge, CAST(strftime('%s', 'now') AS REAL))"
    " ON CONFLICT DO NOTHING; END"
)

TABLES = (
    """CREATE TABLE IF NOT EXISTS merges (
        tenant  TEXT NOT NULL,
        island  TEXT NOT NULL,
        session TEXT NOT NULL,
        merge   TEXT NOT NULL,
        other_island  TEXT NOT NULL,
        other_session TEXT NOT NULL,
        why     TEXT NOT NULL,
        PRIMARY KEY (tenant, island, session, merge)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS merges_undone (
        tenant TEXT NOT NULL,
        merge  TEXT NOT NULL,
        why    TEXT NOT NULL,
        PRIMARY KEY (tenant, merge)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS ticket_sessions (
        island  TEXT NOT NULL,
        session TEXT NOT NULL,
        ticket  TEXT NOT NULL,
        PRIMARY KEY (island, session, ticket)
    ) STRICT, WITHOUT ROWID""",
    """CREATE TRIGGER IF NOT EXISTS ticket_without_session AFTER DELETE ON tickets BEGIN
        DELETE FROM ticket_sessions WHERE ticket = OLD.id; END""",
    """INSERT INTO ticket_sessions
        SELECT island, json_extract(CAST(body AS TEXT), '$.session'), id FROM tickets
        WHERE json_valid(CAST(body AS TEXT)) AND json_type(CAST(body AS TEXT), '$.session') = 'text'
        ON CONFLICT DO NOTHING""",
    "CREATE INDEX IF NOT EXISTS ticket_sessions_by_ticket ON ticket_sessions (ticket)",
    """CREATE TABLE IF NOT EXISTS merge_times (
        tenant   TEXT NOT NULL,
        merge    TEXT NOT NULL,
        received REAL NOT NULL,
        PRIMARY KEY (tenant, merge)
    ) STRICT, WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS merges_by_id ON merges (tenant, merge)",
    f"CREATE TRIGGER IF NOT EXISTS merge_timed AFTER INSERT ON merges {_IS_TIMED}",
    f"CREATE TRIGGER IF NOT EXISTS merge_undone_timed AFTER INSERT ON merges_undone {_IS_TIMED}",
    """INSERT INTO merge_times
        SELECT tenant, merge, CAST(strftime('%s', 'now') AS REAL) FROM merges UNION
        SELECT tenant, merge, CAST(strftime('%s', 'now') AS REAL) FROM merges_undone WHERE TRUE
        ON CONFLICT DO NOTHING""",
    "CREATE INDEX IF NOT EXISTS merge_times_by_age ON merge_times (received)",
)
"""Statements that make the tables in a file of any release, with the sessions of the tickets that are there.

Triggers give a merge its time in files that an older release writes: it counts as received when it is put.
"""

_PUT = "INSERT INTO merges VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
_UNDO = "INSERT INTO merges_undone VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
_NOTE_TIME = "INSERT INTO merge_times VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET received = excluded.received"
_COUNT = (
    "SELECT (SELECT COUNT(*) FROM merges WHERE tenant = ?1) / 2"
    " + (SELECT COUNT(*) FROM merges_undone WHERE tenant = ?1)"
)
_IS_HERE = (
    "SELECT EXISTS (SELECT 1 FROM merges WHERE tenant = ?1 AND merge = ?2)"
    " OR EXISTS (SELECT 1 FROM merges_undone WHERE tenant = ?1 AND merge = ?2)"
)
_MERGED = (
    "SELECT merge, other_island, other_session, why FROM merges AS one WHERE tenant = ? AND island = ? AND session = ?"
    " AND NOT EXISTS (SELECT 1 FROM merges_undone AS gone WHERE gone.tenant = one.tenant AND gone.merge = one.merge)"
    " ORDER BY merge LIMIT ?"
)
_TICKETS = (
    "SELECT tickets.received, tickets.id, tickets.island, tickets.state, tickets.reply, tickets.body"
    " FROM ticket_sessions JOIN tickets ON tickets.id = ticket_sessions.ticket"
    " WHERE ticket_sessions.island = ? AND ticket_sessions.session = ? AND tickets.tenant = ? AND ? IN ('', lane)"
    " ORDER BY tickets.received DESC LIMIT ?"
)


class _Ticket(msgspec.Struct, frozen=True):
    """What a ticket says of its viewer."""

    island: str = ""
    session: str = ""


class _Words(msgspec.Struct, frozen=True):
    """What every ticket here has: it was checked when the ticket came."""

    text: str


class Place(NamedTuple):
    """A session of an island."""

    island: str
    session: str


def put_merge(connection: sqlite3.Connection, message: MergeMessage, *, received: float) -> bool:
    """Store a merge, or that it is undone, within the caller's transaction. False if it is here already.

    `received`: when it came (Unix seconds).

    Raises `RefusedError`: `MALFORMED` for another number of sessions than two or for those of another tenant,
    `OVERLOADED` if the tenant has too many, for a merge that is not here.
    """
    (count,) = connection.execute(_COUNT, (message.tenant,)).fetchone()
    if count >= MAX_MERGES and connection.execute(_IS_HERE, (message.tenant, message.merge)).fetchone() == (0,):
        raise RefusedError(
            f"{count} merges of this tenant are here, expected fewer than {MAX_MERGES}", reason=Reason.OVERLOADED
        )
    is_new = _put(connection, message)
    if is_new:
        connection.execute(_NOTE_TIME, (message.tenant, message.merge, received))
    return is_new


def _put(connection: sqlite3.Connection, message: MergeMessage) -> bool:
    if not message.sessions:
        return bool(connection.execute(_UNDO, (message.tenant, message.merge, message.why)).rowcount)
    if len(set(message.sessions)) != 2:  # noqa: PLR2004 - a merge is of two
        raise RefusedError("a merge has two sessions, expected two that are not the same")
    if any(IslandName.parse(one.island).tenant != message.tenant for one in message.sessions):
        raise RefusedError("a merge names a session of another tenant, expected two of its own")
    first, second = message.sessions
    rows = [
        (message.tenant, one.island, one.session, message.merge, other.island, other.session, message.why)
        for one, other in ((first, second), (second, first))
    ]
    return bool(connection.executemany(_PUT, rows).rowcount)


def note_session(connection: sqlite3.Connection, ticket: str, body: bytes) -> None:
    """Note of which session a ticket is, within the transaction that stores it."""
    place = _place(body)
    if place.session:
        connection.execute("INSERT INTO ticket_sessions VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (*place, ticket))


def merged_with(connection: sqlite3.Connection, body: bytes, *, tenant: str, lane: str) -> DeskMerges | None:
    """What else the person behind a ticket said; None if no session was merged with the ticket's.

    `body`: the ticket as JSON. `tenant` and `lane` (empty: all) are what the agent sees.
    """
    place = _place(body)
    if not place.session:
        return None
    merges, others = dict[str, str](), list[Place]()
    for merge, other, why in _reach(connection, tenant, place):
        merges[merge] = why
        if other != place and other not in others:
            others.append(other)
    if not merges:
        return None
    found = [
        row for other in others for row in connection.execute(_TICKETS, (*other, tenant, lane, MAX_TICKETS)).fetchall()
    ]
    return DeskMerges(
        tickets=tuple(map(_shown, sorted(found)[-MAX_TICKETS:])),
        merges=tuple(MergeInForce(merge=merge, why=why) for merge, why in sorted(merges.items())[:MAX_SESSIONS]),
    )


def _reach(connection: sqlite3.Connection, tenant: str, start: Place) -> Iterator[tuple[str, Place, str]]:
    """Every merge that connects a session with `start`, at any distance, and where it leads; not without end."""
    known, waiting = {start}, [start]
    while waiting and len(known) < MAX_SESSIONS:
        rows = connection.execute(_MERGED, (tenant, *waiting.pop(0), MAX_SESSIONS)).fetchall()
        for merge, island, session, why in rows:
            other = Place(island, session)
            if other not in known:
                known.add(other)
                waiting.append(other)
            yield merge, other, why


def _shown(row: tuple[float, str, str, str, str, bytes]) -> MergedTicket:
    received, ticket, island, state, reply, body = row
    return MergedTicket(
        ticket=ticket,
        island=island,
        received=datetime.fromtimestamp(received, UTC),
        state=state,
        text=msgspec.json.decode(body, type=_Words).text,
        reply=reply,
    )


def _place(body: bytes) -> Place:
    """A session of another form, as a later release may have it, counts as none."""
    try:
        ticket = msgspec.json.decode(body, type=_Ticket)
    except DECODE_ERRORS:
        return Place("", "")
    return Place(ticket.island, ticket.session if len(ticket.session) <= _MAX_CHARACTERS else "")
