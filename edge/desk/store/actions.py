"""What people do with tickets: claim, release, reply, resolve. Each is one transaction, with its events and its audit.

One thread does all of it, one action after the other. So of two who claim at once, one wins, and the other hears who.
An action that is repeated, as after a lost connection, changes nothing.
"""

import sqlite3
from collections.abc import Sequence

from edge.desk.store.audit import moment, record
from edge.desk.store.pop_events import add_event
from edge.desk.store.row_tickets import (
    CLAIM_S,
    FREE,
    NEVER,
    OF_OTHERS,
    OVER,
    OWN,
    TICKET,
    UNCLAIMED,
    RowOthers,
    TicketLine,
    resolved_at,
)
from edge.desk.store.scope import Scope
from edge.desk.store.store import DeskStore
from edge.errors import Reason, RefusedError
from edge.records import TicketState
from edge.records.desk import HandlingResult, QueueState, ReplyRequest


class TicketActions:
    """Changes tickets for agents.

    Every method raises `RefusedError`: `NOT_FOUND` for a ticket outside `scope`, `CONTRADICTORY` if another agent has
    claimed it or it is resolved. Then nothing is changed.
    """

    def __init__(self, store: DeskStore) -> None:
        self._store = store

    def claim(self, ticket: str, agent: str, scope: Scope, *, row: bool) -> HandlingResult:
        """Claim a ticket, or all open ones of its row. The own claim is renewed."""
        now = self._store.clock()
        with self._store.changing() as connection:
            first = _require(connection, ticket, scope)
            _refuse_resolved(first)
            _refuse_others(first, agent, now)
            others = RowOthers(connection, first, agent, now, queue=first.queue)
            for one in others.find(OF_OTHERS, limit=1) if row else ():
                _refuse_others(one, agent, now)
            targets = [first, *(others.find(UNCLAIMED, OWN) if row else ())]
            for one in targets:
                connection.execute(
                    "UPDATE tickets SET claimed_by = ?, claimed_at = ? WHERE id = ?", (agent, now, one.id)
                )
                if one.state == TicketState.DELIVERED:
                    self._tell(connection, one, TicketState.ACKNOWLEDGED, now)
                if one.owner(now) != agent:
                    record(connection, at=now, who=agent, action="claim", ticket=one.id)
            self._store.note_row(first.row, first.tenant, first.lane)
        return HandlingResult(tickets=_ids(targets), claimed_until=moment(now + CLAIM_S))

    def release(self, ticket: str, agent: str, scope: Scope, *, row: bool) -> HandlingResult:
        """Give up the own claim of a ticket, or of all of its row."""
        now = self._store.clock()
        with self._store.changing() as connection:
            first = _require(connection, ticket, scope)
            _refuse_others(first, agent, now)
            own = [first] if first.claimed_by == agent else []
            own += RowOthers(connection, first, agent, now, queue=first.queue).find(OWN) if row else ()
            _release(connection, own, who=agent, action="release", now=now)
            self._store.note_row(first.row, first.tenant, first.lane)
        return HandlingResult(tickets=_ids(own))

    def reply(self, ticket: str, agent: str, scope: Scope, request: ReplyRequest) -> HandlingResult:
        """Reply to a ticket, and with `row` to all open ones of its row that nobody else has claimed."""
        now = self._store.clock()
        with self._store.changing() as connection:
            first = _require(connection, ticket, scope)
            is_repeat = first.replied_by == agent and first.reply == request.text
            targets = [] if is_repeat else [first]
            for one in targets:
                _refuse_resolved(one)
                _refuse_others(one, agent, now)
            if request.row:
                targets += RowOthers(connection, first, agent, now, queue=QueueState.OPEN).find(FREE)
            for one in targets:
                self._answer(connection, one, agent, request, now)
            self._store.note_row(first.row, first.tenant, first.lane)
        return HandlingResult(tickets=_ids(targets))

    def resolve(self, ticket: str, agent: str, scope: Scope, *, row: bool) -> HandlingResult:
        """Be done with a ticket, and with `row` with all of its row in the same state that nobody else has claimed."""
        now = self._store.clock()
        with self._store.changing() as connection:
            first = _require(connection, ticket, scope)
            is_repeat = first.queue == QueueState.RESOLVED
            targets = [] if is_repeat else [first]
            for one in targets:
                _refuse_others(one, agent, now)
            if row:
                # Again: for those that were there the first time, and were too many. What came since stays.
                until = resolved_at(connection, first, agent) if is_repeat else NEVER
                state = first.before_resolved if is_repeat else first.queue
                targets += RowOthers(connection, first, agent, now, queue=state).find(FREE, until=until)
            for one in targets:
                connection.execute(
                    "UPDATE tickets SET queue = ?, claimed_by = '' WHERE id = ?", (QueueState.RESOLVED, one.id)
                )
                self._tell(connection, one, TicketState.RESOLVED, now)
                record(connection, at=now, who=agent, action="resolve", ticket=one.id)
            self._store.note_row(first.row, first.tenant, first.lane)
        return HandlingResult(tickets=_ids(targets))

    def take_back(self, ticket: str, pop: str) -> bool:
        """Resolve a ticket of `pop` that its viewer has solved, unless people have it: then they decide.

        True if it is resolved now. Raises `RefusedError` (`NOT_FOUND`) if `pop` has no such ticket here.
        """
        now = self._store.clock()
        with self._store.changing() as connection:
            found = connection.execute(f"{TICKET} WHERE id = ? AND pop = ?", (ticket, pop)).fetchone()
            if found is None:
                raise RefusedError("this PoP has no such ticket here, expected one", reason=Reason.NOT_FOUND)
            one = TicketLine(*found)
            if one.queue != QueueState.OPEN or one.owner(now):
                return False
            # No event: the PoP knows, and has told its viewer.
            connection.execute(
                "UPDATE tickets SET queue = ?, state = ? WHERE id = ?",
                (QueueState.RESOLVED, TicketState.RESOLVED, one.id),
            )
            record(connection, at=now, who=pop, action="solved by viewer", ticket=one.id)
            self._store.note_row(one.row, one.tenant, one.lane)
        return True

    def expire_claims(self) -> int:
        """End claims whose agents did nothing for `CLAIM_S`, a thousand at once. Returns how many."""
        now = self._store.clock()
        with self._store.reading() as connection:
            over = [TicketLine(*one) for one in connection.execute(OVER, (now - CLAIM_S, now + CLAIM_S))]
        if not over:
            return 0
        with self._store.changing() as connection:
            _release(connection, over, who="desk", action="expire", now=now)
            for one in over:
                self._store.note_row(one.row, one.tenant, one.lane)
        return len(over)

    def _answer(
        self, connection: sqlite3.Connection, one: TicketLine, agent: str, request: ReplyRequest, now: float
    ) -> None:
        connection.execute(
            "UPDATE tickets SET queue = ?, claimed_by = '', replied_by = ?, reply = ?, suggestion = ?, snippet = ?"
            " WHERE id = ?",
            (QueueState.ANSWERED, agent, request.text, request.suggestion, request.snippet, one.id),
        )
        self._tell(connection, one, TicketState.ANSWERED, now, request)
        record(connection, at=now, who=agent, action="reply", ticket=one.id)

    def _tell(
        self,
        connection: sqlite3.Connection,
        one: TicketLine,
        state: TicketState,
        now: float,
        request: ReplyRequest | None = None,
    ) -> None:
        """Make the event that tells the ticket's PoP of its new state."""
        reply, suggestion = (request.text, request.suggestion) if request is not None else ("", None)
        event = add_event(connection, one.pop, one.id, state, now=now, reply=reply, suggestion=suggestion)
        connection.execute("UPDATE tickets SET state = ?, event = ? WHERE id = ?", (state, event, one.id))
        self._store.note_pop(one.pop)


def no_ticket() -> RefusedError:
    """The error for a ticket that is not here, or that its reader may not know of: both look alike."""
    return RefusedError("there is no such ticket here, expected one of GET /v1/queue", reason=Reason.NOT_FOUND)


def _require(connection: sqlite3.Connection, ticket: str, scope: Scope) -> TicketLine:
    row = connection.execute(f"{TICKET} WHERE id = ? AND tenant = ? AND ? IN ('', lane)", (ticket, *scope)).fetchone()
    if row is None:
        raise no_ticket()
    return TicketLine(*row)


def _release(
    connection: sqlite3.Connection, tickets: Sequence[TicketLine], *, who: str, action: str, now: float
) -> None:
    for one in tickets:
        connection.execute("UPDATE tickets SET claimed_by = '' WHERE id = ?", (one.id,))
        record(connection, at=now, who=who, action=action, ticket=one.id)


def _refuse_others(one: TicketLine, agent: str, now: float) -> None:
    owner = one.owner(now)
    if owner not in {"", agent}:
        until = moment(one.claimed_at + CLAIM_S).strftime("%Y-%m-%dT%H:%M:%SZ")
        raise RefusedError(
            f"'{owner}' has claimed the ticket until {until}, expected one that nobody else has claimed",
            reason=Reason.CONTRADICTORY,
        )


def _refuse_resolved(one: TicketLine) -> None:
    if one.queue == QueueState.RESOLVED:
        raise RefusedError("the ticket is resolved, expected an open or answered one", reason=Reason.CONTRADICTORY)


def _ids(tickets: Sequence[TicketLine]) -> tuple[str, ...]:
    return tuple(one.id for one in tickets)
