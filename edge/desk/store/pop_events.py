"""Events for PoPs: each is kept until its PoP has confirmed its number.

Numbers grow, and follow the clock (milliseconds): after the file was restored from an older copy, a new event gets no
number that was given before. So a number that is not here and above what was confirmed was never sent by this desk as
it is now. It confirms nothing, and its PoP begins from 0.

A PoP that shows a lower number than it confirmed was restored itself, and may have lost what it was told. Then the
newest event of each of its tickets is made again, with the same id: a repeated event is no news.
"""

import math
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

import msgspec

from edge.desk.store.scope import Scope
from edge.desk.store.store import DeskStore
from edge.errors import DiskFullError, LimitedError, Reason, RefusedError
from edge.records import DeskEvent, Suggestion, TicketState

AGAIN_S = 60.0
"""How often all events of a PoP are made again, at most."""

_NEWEST = "SELECT id, event, state, reply, suggestion FROM tickets WHERE pop = ? AND event != '' ORDER BY number"
# Both read what triggers keep (`edge.desk.store.schema`): there may be tens of thousands of events.
_UNCONFIRMED = "SELECT pop, SUM(tickets) FROM owed_counts WHERE tenant = ? AND ? IN ('', lane) GROUP BY pop"
_NAMED = "SELECT ticket FROM owed_tickets WHERE tenant = ? AND ? IN ('', lane) AND pop = ? ORDER BY number LIMIT ?"
_MAX_NAMED = 100


class StoredEvent(NamedTuple):
    """One event that its PoP has not confirmed."""

    seq: int
    body: bytes
    """`DeskEvent` as JSON."""


class PopEvents:
    """Reads and confirms the events of PoPs."""

    def __init__(self, store: DeskStore, *, steady: Callable[[], float] = time.monotonic) -> None:
        """`steady` returns seconds that nobody sets."""
        self._store, self._steady = store, steady
        self._made_again: dict[str, float] = {}

    def begin(self, pop: str, seq: int) -> None:
        """Begin a stream after `seq`: as `confirm`, and make events again for a PoP that lost what it had confirmed.

        On a full disk events stay, to be confirmed later: to send the next ones needs no room. Raises `DiskFullError`
        if events cannot be made again: the PoP must not get past them. Raises `LimitedError` if that was done for this
        PoP less than a minute ago.
        """
        with suppress(DiskFullError):
            self.confirm(pop, seq)
        with self._store.reading() as connection:
            confirmed = _confirmed(connection, pop)
        if seq < confirmed:
            self._check_pause(pop)
            self._store.require_room()
            with self._store.changing() as connection:
                _make_again(connection, pop, self._store.clock())
                connection.execute("UPDATE pops SET confirmed = ? WHERE name = ?", (seq, pop))
            self._made_again[pop] = self._steady()

    def _check_pause(self, pop: str) -> None:
        """Refuse a PoP that is restored all the time: its events are all of its tickets."""
        left_s = self._made_again.get(pop, -math.inf) + AGAIN_S - self._steady()
        if left_s > 0:
            raise LimitedError(
                f"all events were made again less than {AGAIN_S:g} s ago, expected the number of a later one",
                limit="events again",
                retry_after_s=math.ceil(left_s),
                fields={"Retry-After": str(math.ceil(left_s))},
            )

    def confirm(self, pop: str, seq: int) -> None:
        """Delete the PoP's events up to `seq`. Durable on return. Repeated or lower numbers change nothing.

        Raises `RefusedError` (`CONTRADICTORY`) if no such event was made for this PoP; then nothing is deleted.
        """
        with self._store.reading() as connection:
            if seq <= _confirmed(connection, pop):
                return
            if connection.execute("SELECT 1 FROM events WHERE seq = ? AND pop = ?", (seq, pop)).fetchone() is None:
                raise RefusedError(
                    "the event with this number was not sent to this PoP, expected a number that this desk sent;"
                    " begin again with Last-Event-ID: 0",
                    reason=Reason.CONTRADICTORY,
                )
        with self._store.changing() as connection:
            connection.execute("DELETE FROM events WHERE pop = ? AND seq <= ?", (pop, seq))
            connection.execute("UPDATE pops SET confirmed = ? WHERE name = ?", (seq, pop))

    def after(self, pop: str, seq: int, *, limit: int = 100) -> list[StoredEvent]:
        """The PoP's next events after `seq`, in order."""
        with self._store.reading() as connection:
            rows = connection.execute(
                "SELECT seq, body FROM events WHERE pop = ? AND seq > ? ORDER BY seq LIMIT ?", (pop, seq, limit)
            )
            return [StoredEvent(*row) for row in rows]

    def unconfirmed(self, scope: Scope) -> dict[str, tuple[int, tuple[str, ...]]]:
        """By PoP: how many tickets have an event that it has not confirmed, and their ids, a hundred at most."""
        with self._store.reading() as connection:
            counts = dict(connection.execute(_UNCONFIRMED, scope).fetchall())
            named = {pop: connection.execute(_NAMED, (*scope, pop, _MAX_NAMED)).fetchall() for pop in counts}
        return {pop: (count, tuple(ticket for (ticket,) in named[pop])) for pop, count in counts.items()}


def add_event(
    connection: sqlite3.Connection,
    pop: str,
    ticket: str,
    state: TicketState,
    *,
    now: float,
    reply: str = "",
    suggestion: Suggestion | None = None,
    source: str = "",
) -> str:
    """Add an event for a PoP, with the next number, within the transaction of what it tells. Returns its id.

    `source` names what it tells of, if that may be told again: then the id is the same, and it is no news.
    """
    seq = _next_number(connection, pop, now)
    event = DeskEvent(id=f"{ticket}.{source or seq}", ticket=ticket, state=state, reply=reply, suggestion=suggestion)
    _insert(connection, pop, seq, event)
    return event.id


def _insert(connection: sqlite3.Connection, pop: str, seq: int, event: DeskEvent) -> None:
    connection.execute(
        "INSERT INTO events (seq, pop, ticket, id, body) VALUES (?, ?, ?, ?, ?)",
        (seq, pop, event.ticket, event.id, msgspec.json.encode(event)),
    )


def _next_number(connection: sqlite3.Connection, pop: str, now: float) -> int:
    (last,) = connection.execute("SELECT COALESCE(MAX(last), 0) FROM pops").fetchone()
    number = max(int(last) + 1, int(now * 1000))
    connection.execute(
        "INSERT INTO pops (name, confirmed, last) VALUES (?, 0, ?)"
        " ON CONFLICT (name) DO UPDATE SET last = excluded.last",
        (pop, number),
    )
    return number


def _confirmed(connection: sqlite3.Connection, pop: str) -> int:
    row = connection.execute("SELECT confirmed FROM pops WHERE name = ?", (pop,)).fetchone()
    return int(row[0]) if row is not None else 0


def _make_again(connection: sqlite3.Connection, pop: str, now: float) -> None:
    waiting = {event for (event,) in connection.execute("SELECT id FROM events WHERE pop = ?", (pop,))}
    for ticket, event, state, reply, suggestion in connection.execute(_NEWEST, (pop,)).fetchall():
        if event not in waiting:
            again = DeskEvent(
                id=event,
                ticket=ticket,
                state=TicketState(state),
                reply=reply,
                suggestion=Suggestion(suggestion) if suggestion else None,
            )
            _insert(connection, pop, _next_number(connection, pop, now), again)
