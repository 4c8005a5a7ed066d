"""What people see: the rows of the queue, and single tickets. Reads only."""

import base64
import sqlite3
from collections.abc import Iterable
from contextlib import suppress

import msgspec

from edge.desk.consents import ShownRow, consent_now, viewer_of, within_consent
from edge.desk.merges import merged_with
from edge.desk.store.actions import no_ticket
from edge.desk.store.audit import history_of, moment
from edge.desk.store.row_tickets import CLAIM_S
from edge.desk.store.scope import Scope
from edge.desk.store.store import DeskStore
from edge.errors import BrokenRuleError
from edge.records import DECODE_ERRORS, Suggestion, TicketState
from edge.records.desk import DeskTicket, QueuePage, QueueRow, QueueState

MAX_ROWS = 200
MAX_IDS = 100

_NEVER = 1e18
"""Below it, negated, is no deadline. In statements it stands for a missing one, so that such tickets come last."""

_PAGE = (
    "SELECT lane, MIN(COALESCE(due, 1e18)) AS first, row FROM tickets"
    " WHERE tenant = ? AND ? IN ('', lane) AND queue = ? AND ? IN ('', lane) GROUP BY lane, row"
    " HAVING (lane, first, row) > (?, ?, ?) ORDER BY lane, first, row LIMIT ?"
)
_ONE = (
    "SELECT body, row, state, received, due, claimed_by, claimed_at, reply, suggestion, snippet, lane"
    " FROM tickets WHERE id = ? AND tenant = ? AND ? IN ('', lane)"
)
# Each of the three reads an index alone, and so does the order: a row may have tens of thousands of tickets.
_FIRSTS = "SELECT id FROM tickets WHERE row = ? AND queue = ? ORDER BY COALESCE(due, 1e18), received, number LIMIT ?"
_SUMMARY = "SELECT COUNT(*), MIN(received) FROM tickets WHERE row = ? AND queue = ?"
_HOLDER = (
    "SELECT claimed_by, claimed_at FROM tickets WHERE row = ? AND queue = ? AND claimed_by != ''"
    " AND claimed_at > ? AND claimed_at < ? ORDER BY claimed_at DESC LIMIT 1"
)
_FIRST = "SELECT lane, tenant, island, body, due FROM tickets WHERE id = ?"


class _Shown(msgspec.Struct, frozen=True, kw_only=True):
    """What a row shows of its first ticket."""

    text: str
    reason: str
    kind: str = "support"


class _Words(msgspec.Struct, frozen=True, kw_only=True):
    """What every ticket here has in this form: it was checked when the ticket came."""

    text: str
    reason: str


def _shown(body: bytes) -> _Shown:
    """What a row shows. A field of another form, as a later release may have it, is left out."""
    try:
        return msgspec.json.decode(body, type=_Shown)
    except DECODE_ERRORS:
        words = msgspec.json.decode(body, type=_Words)
        return _Shown(text=words.text, reason=words.reason)


class _Cursor(msgspec.Struct, frozen=True, array_like=True):
    """The last row of a page."""

    lane: str
    due: float
    row: str


class QueueView:
    """Reads the queue for people. Every method raises `StorageError` if the disk fails."""

    def __init__(self, store: DeskStore) -> None:
        self._store = store

    def page(
        self, scope: Scope, *, state: QueueState, lane: str = "", after: str = "", limit: int = MAX_ROWS
    ) -> QueuePage:
        """The next rows by lane and deadline. Raises `RefusedError` if `after` is not from an earlier page."""
        cursor, limit = _cursor(after), min(max(limit, 1), MAX_ROWS)
        with self._store.reading() as connection:
            found = connection.execute(
                _PAGE, (*scope, state, lane, cursor.lane, cursor.due, cursor.row, limit + 1)
            ).fetchall()
            rows = [self._row(connection, row, state) for _, _, row in found[:limit]]
        is_last = len(found) <= limit
        next_page = None if is_last else _encoded(_Cursor(*found[limit - 1]))
        return QueuePage(rows=tuple(row for row in rows if row), next=next_page, now=moment(self._store.clock()))

    def open_rows(self, rows: Iterable[str]) -> dict[str, QueueRow | None]:
        """Rows of the open queue by their ids; None for one without open tickets."""
        with self._store.reading() as connection:
            return {row: self._row(connection, row, QueueState.OPEN) for row in rows}

    def ticket(self, ticket: str, scope: Scope) -> DeskTicket:
        """All about one ticket. Raises `RefusedError` (`NOT_FOUND`) for one outside `scope`."""
        with self._store.reading() as connection:
            found = connection.execute(_ONE, (ticket, *scope)).fetchone()
            if found is None:
                raise no_ticket()
            body, row, state, received, due, claimed_by, claimed_at, reply, suggestion, snippet, lane = found
            equal = connection.execute(_FIRSTS, (row, QueueState.OPEN, MAX_IDS + 1)).fetchall()
            is_claimed = bool(claimed_by) and abs(self._store.clock() - claimed_at) < CLAIM_S
            consent = consent_now(connection, body, now=self._store.clock())
            self._store.shown.note(consent, ShownRow(row, scope.tenant, lane), viewer=viewer_of(body))
            return DeskTicket(
                ticket=msgspec.Raw(within_consent(body, consent)),
                row=row,
                state=TicketState(state),
                received=moment(received),
                due=None if due is None else moment(due),
                equal=tuple(one for (one,) in equal if one != ticket)[:MAX_IDS],
                claimed_by=claimed_by if is_claimed else "",
                claimed_until=moment(claimed_at + CLAIM_S) if is_claimed else None,
                reply=reply,
                suggestion=Suggestion(suggestion) if suggestion else None,
                snippet=snippet,
                history=history_of(connection, ticket),
                consent=consent,
                merged=merged_with(connection, body, tenant=scope.tenant, lane=scope.lane),
            )

    def _row(self, connection: sqlite3.Connection, row: str, state: QueueState) -> QueueRow | None:
        tickets = tuple(one for (one,) in connection.execute(_FIRSTS, (row, state, MAX_IDS)))
        if not tickets:
            return None
        now = self._store.clock()
        count, received = connection.execute(_SUMMARY, (row, state)).fetchone()
        holder = connection.execute(_HOLDER, (row, state, now - CLAIM_S, now + CLAIM_S)).fetchone()
        lane, tenant, island, body, due = connection.execute(_FIRST, tickets[:1]).fetchone()
        shown = _shown(body)
        return QueueRow(
            row=row,
            tenant=tenant,
            island=island,
            lane=lane,
            state=state,
            count=count,
            tickets=tickets,
            text=shown.text,
            reason=shown.reason,
            kind=shown.kind,
            received=moment(received),
            due=None if due is None else moment(due),
            claimed_by="" if holder is None else holder[0],
            claimed_until=None if holder is None else moment(holder[1] + CLAIM_S),
            last=next(iter(history_of(connection, tickets[0], last=1)), None),
        )


def _encoded(cursor: _Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode()


def _cursor(after: str) -> _Cursor:
    if not after:
        return _Cursor("", -_NEVER, "")
    with suppress(ValueError, *DECODE_ERRORS):
        return msgspec.json.decode(base64.urlsafe_b64decode(after.encode()), type=_Cursor)
    raise BrokenRuleError("`after` is not the `next` of an earlier page, expected that or nothing")
