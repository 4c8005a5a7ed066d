"""Tickets come in: any bytes that a PoP with a token sends.

The bytes are stored as they came. Only what the desk needs is decoded, so a ticket of a later release is taken, with
fields and words that this release does not know.

The deadline is counted by the desk's own clock: from when the ticket came, the time that its PoP gave people. A PoP
whose clock is off by a day makes no ticket late or early. A ticket that waited at its PoP gets that time again.
"""

import hashlib
import re
import sqlite3
from collections.abc import Collection, Mapping
from typing import NamedTuple, Self

import msgspec

from edge.desk.consents import PutRecord, name_keys, named_keys, put_record
from edge.desk.merges import note_session, put_merge
from edge.desk.store.audit import record
from edge.desk.store.store import DeskStore
from edge.errors import Reason, RefusedError
from edge.foreign_words import one_line
from edge.host import safe_detail
from edge.records import DECODE_ERRORS, IslandName, TicketState, Utc
from edge.records.consent import ConsentMessage
from edge.records.desk import QueueState
from edge.records.merges import MergeMessage
from edge.triage import normalise

MAX_SPAN_S = 7 * 86_400.0
"""Longest deadline: a week."""

MAX_LANE_CHARACTERS = 63

MAX_OPEN = 50_000
"""Open tickets of one PoP: a gigabyte at most, and more than people can read. Its PoP keeps the others."""

URGENT_SHARE = 0.1
"""So many more may be open if they are about safety or fraud: support tickets must not keep them out."""

_URGENT = frozenset({"safety", "fraud"})

_OPEN = "SELECT COUNT(*) FROM tickets WHERE pop = ? AND queue = ?"

_MAX_COMPARED_CHARACTERS = 2_000
"""Longest question of a PoP. A longer text is equal to itself alone."""

_ID = re.compile(r"[0-9A-Za-z.-]{1,64}")
_CALLBACK = "surge"
"""`Reason.SURGE`: the viewer was promised a callback and waits in no queue."""


class _Posted(msgspec.Struct, frozen=True, kw_only=True):
    """What the desk needs of a ticket. Words are not checked against a list: a later release may have more."""

    id: str
    created: Utc
    deadline: Utc | None = None
    pop: str
    island: str
    text: str
    lane: str
    reason: str
    typed: object = None
    """What a viewer typed in a decision tree."""
    kind: object = "support"


class IncomingTicket(NamedTuple):
    """A ticket that can be stored."""

    id: str
    pop: str
    island: IslandName
    lane: str
    row: str
    span_s: float | None
    """Seconds that its PoP gave people; None: no deadline."""
    is_callback: bool
    is_urgent: bool
    """It is about safety or fraud."""
    body: bytes

    @classmethod
    def parse(cls, body: bytes) -> Self:
        """Read a ticket. Raises `RefusedError` that quotes nothing of it."""
        try:
            # All of it, and not only the fields below: it goes into JSON documents as it is.
            msgspec.json.decode(body)
            posted = msgspec.json.decode(body, type=_Posted)
        except DECODE_ERRORS as error:
            raise RefusedError(f"the body is not a ticket: {safe_detail(error)}") from error
        if _ID.fullmatch(posted.id) is None:
            raise RefusedError("the ticket's id cannot be used, expected 1 to 64 letters, digits, '-' and '.'")
        if not 0 < len(posted.lane) <= MAX_LANE_CHARACTERS or one_line(posted.lane) != posted.lane:
            raise RefusedError(
                f"the ticket's lane cannot be used, expected 1 to {MAX_LANE_CHARACTERS} visible characters"
            )
        island = IslandName.parse(posted.island)
        span_s = None if posted.deadline is None else (posted.deadline - posted.created).total_seconds()
        return cls(
            id=posted.id,
            pop=posted.pop,
            island=island,
            lane=posted.lane,
            # A reply to somebody's order number is for nobody else.
            row=_row(island, posted.lane, "" if posted.typed else posted.text, posted.id),
            span_s=None if span_s is None else min(max(span_s, 0.0), MAX_SPAN_S),
            is_callback=posted.reason == _CALLBACK,
            is_urgent=isinstance(posted.kind, str) and posted.kind in _URGENT,
            body=body,
        )


class TicketIntake:
    """Stores tickets of PoPs."""

    def __init__(self, store: DeskStore, *, max_open: int = MAX_OPEN) -> None:
        self._store, self._max_open = store, max_open
        self._open_at_most: dict[str, int] = {}
        """By PoP: so many of its tickets may be open. People only make them fewer, so it is counted again if it seems
        too many."""

    def put(self, ticket: IncomingTicket) -> tuple[float, bool]:
        """Store a ticket once. Returns when it first came, and whether it is new. Durable on return.

        Raises `RefusedError` if another PoP's ticket has this id, and with `OVERLOADED` if so many tickets of this PoP
        are open that it should keep this one for now; `DiskFullError` while there is only room for what people do.
        """
        with self._store.reading() as connection:
            known = connection.execute("SELECT received, pop FROM tickets WHERE id = ?", (ticket.id,)).fetchone()
        if known is not None:
            if known[1] != ticket.pop:
                raise RefusedError("a ticket of another PoP has this id, expected a new one")
            return known[0], False
        self._store.require_room()
        now = self._store.clock()
        with self._store.changing() as connection:
            self._check_open(connection, ticket)
            connection.execute(
                "INSERT INTO tickets (id, pop, tenant, island, lane, row, queue, state, is_callback, received, due,"
                " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    ticket.id, ticket.pop, ticket.island.tenant, str(ticket.island), ticket.lane, ticket.row,
                    QueueState.OPEN, TicketState.DELIVERED, ticket.is_callback, now,
                    None if ticket.span_s is None else now + ticket.span_s, ticket.body,
                ),
            )  # fmt: skip
            note_session(connection, ticket.id, ticket.body)
            record(connection, at=now, who=ticket.pop, action="received", ticket=ticket.id)
            self._store.note_row(ticket.row, ticket.island.tenant, ticket.lane)
        return now, True

    def put_consent(self, message: ConsentMessage, *, keys: Collection[bytes] = ()) -> tuple[PutRecord, int]:
        """Store a consent record once; durable on return. `keys` as in `put_record`.

        Returns what became of it, and how many rows with transcripts that it hides could not be told to pages. Raises
        `RefusedError` if its signature does not fit. It needs no room of its own: a withdrawal is always taken.
        """
        with self._store.changing() as connection:
            put = put_record(connection, message, keys=keys, received=self._store.clock())
            hidden = self._store.shown.hidden_by(message, is_verified=put.is_verified)
            for row in hidden.rows:
                # Pages that show the ticket read it again, without its transcript.
                self._store.note_row(*row)
        return put, hidden.left_out

    def name_keys(self, named: Mapping[str, Collection[bytes]]) -> None:
        """Believe the consent records of each PoP by the keys that the operator named. Idempotent.

        Raises `StorageError`.
        """
        with self._store.reading() as connection:
            is_same = named_keys(connection) == {pop: frozenset(keys) for pop, keys in named.items()}
        if not is_same:
            with self._store.changing() as connection:
                name_keys(connection, named)

    def put_merge(self, message: MergeMessage) -> bool:
        """Store a merge of sessions, or its undoing, once; durable on return. True if it is new.

        Raises `RefusedError` as `edge.desk.merges.put_merge`, and `DiskFullError`.
        """
        self._store.require_room()
        with self._store.changing() as connection:
            return put_merge(connection, message, received=self._store.clock())

    def _check_open(self, connection: sqlite3.Connection, ticket: IncomingTicket) -> None:
        most = self._max_open + int(self._max_open * URGENT_SHARE) if ticket.is_urgent else self._max_open
        known = self._open_at_most.get(ticket.pop, most)
        if known >= most:
            (known,) = connection.execute(_OPEN, (ticket.pop, QueueState.OPEN)).fetchone()
        self._open_at_most[ticket.pop] = known + 1
        if known >= most:
            raise RefusedError(
                f"{most} tickets of this PoP are open here, expected fewer; people must answer some",
                reason=Reason.OVERLOADED,
            )


def _row(island: IslandName, lane: str, text: str, ticket: str) -> str:
    """Id of the row: the same for equal questions of one island and one lane."""
    form = normalise(text) if len(text) <= _MAX_COMPARED_CHARACTERS else ""
    # Emoji alone have no form, and mean something else each time.
    parts = (str(island), lane, form, "" if form else ticket)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
