"""Drafts for islands' authors. They are kept and shown to the tenant's people; nobody signs them here."""

from edge.desk.store.actions import no_ticket
from edge.desk.store.audit import moment, record
from edge.desk.store.scope import Scope
from edge.desk.store.store import DeskStore
from edge.errors import Reason, RefusedError
from edge.records import IslandName
from edge.records.desk import Draft, DraftKind, DraftRequest, Drafts

MAX_DRAFTS = 200

_NEWEST = (
    "SELECT id, at, by, kind, island, snippet, text, ticket FROM drafts"
    " WHERE tenant = ? AND ? IN ('', lane) ORDER BY id DESC LIMIT ?"
)
_LANE = "SELECT lane FROM tickets WHERE id = ? AND tenant = ? AND ? IN ('', lane)"


class DraftBox:
    """Keeps drafts."""

    def __init__(self, store: DeskStore) -> None:
        self._store = store

    def add(self, request: DraftRequest, agent: str, scope: Scope) -> Draft:
        """Keep a draft. Durable on return.

        Raises `RefusedError`: `NOT_FOUND` for an island of another tenant, or a ticket outside `scope`; and
        `DiskFullError` while there is only room for replies.
        """
        if IslandName.parse(request.island).tenant != scope.tenant:
            raise RefusedError("there is no such island here, expected one of your tenant", reason=Reason.NOT_FOUND)
        self._store.require_room()
        now, lane = self._store.clock(), self._lane(request, scope)
        with self._store.changing() as connection:
            number = connection.execute(
                "INSERT INTO drafts (at, by, tenant, lane, kind, island, snippet, text, ticket)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    now, agent, scope.tenant, lane, request.kind, request.island, request.snippet, request.text,
                    request.ticket,
                ),
            ).lastrowid  # fmt: skip
            record(connection, at=now, who=agent, action="draft", ticket=request.ticket)
        return _draft(
            (int(number or 0), now, agent, request.kind, request.island, request.snippet, request.text, request.ticket)
        )

    def newest(self, scope: Scope) -> Drafts:
        """The newest drafts. An agent of one lane sees those of its lane's tickets."""
        with self._store.reading() as connection:
            rows = connection.execute(_NEWEST, (*scope, MAX_DRAFTS)).fetchall()
        return Drafts(drafts=tuple(_draft(row) for row in rows))

    def _lane(self, request: DraftRequest, scope: Scope) -> str:
        """The lane of the draft's ticket, or that of the agent."""
        if not request.ticket:
            return scope.lane
        with self._store.reading() as connection:
            found = connection.execute(_LANE, (request.ticket, *scope)).fetchone()
        if found is None:
            raise no_ticket()
        return str(found[0])


def _draft(columns: tuple[int, float, str, str, str, str, str, str]) -> Draft:
    number, at, by, kind, island, snippet, text, ticket = columns
    return Draft(
        id=number,
        at=moment(at),
        by=by,
        kind=DraftKind(kind),
        island=island,
        snippet=snippet,
        text=text,
        ticket=ticket,
    )
