"""An escalated question on its way to people at origin, and what these report back."""

from enum import IntEnum, StrEnum

import msgspec

from edge.errors import Reason
from edge.records.decision import Outcome, RankedCandidate, TicketKind
from edge.records.island import IslandContext
from edge.records.tally import Suggestion
from edge.records.types import Utc

MAX_TICKET_BYTES = 20_000
"""What a ticket may be as JSON; desks that take messages (NATS, queues, chat APIs) take this."""


class Priority(IntEnum):
    """In which order parcels leave the outbox, and what happens when it is full."""

    URGENT = 0
    ESCALATION = 1
    TELEMETRY = 2


class TicketState(StrEnum):
    """How far a ticket has come; in this order."""

    DEAD_LETTER = "dead_letter"
    WAITING = "waiting"
    DELIVERED = "delivered"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    RESOLVED = "resolved"


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One earlier question of the same session, and what became of it."""

    at: Utc
    text: str
    outcome: Outcome
    reason: Reason
    snippet: str = ""


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a person needs to take over. `id` is what makes its delivery happen once."""

    id: str
    created: Utc
    deadline: Utc | None = None
    """When a person should have looked at it."""
    pop: str
    island: str
    revision: int | None
    text: str
    session: str = ""
    channel: str = ""
    locale: str = ""
    consent: str = ""
    """Names the viewer's consent, when there is one."""
    trace: str = ""
    """W3C `traceparent` of the request that asked."""
    reason: Reason
    because: Reason | None = None
    """For `surge` and `human_active`: why people were wanted in the first place."""
    kind: TicketKind = TicketKind.SUPPORT
    schema: str = "skerry.support/1"
    """`skerry.`, the kind, and the version of this record for it: what a lane's own tools check first."""
    risk_flags: tuple[str, ...] = ()
    """What the snippet probably meant may be about."""
    promised_wait_s: float | None = None
    """What the viewer was told to expect, if anything."""
    lane: str
    candidates: tuple[RankedCandidate, ...] = ()
    transcript: tuple[Turn, ...] = ()
    """Earlier questions of the session, oldest first."""
    context: IslandContext = IslandContext()
    model: str = ""


class DeskEvent(msgspec.Struct, frozen=True, kw_only=True):
    """What a desk reports of one ticket; `id` names the report itself."""

    id: str
    ticket: str
    state: TicketState
    reply: str = ""
    suggestion: Suggestion | None = None
    """What became of the suggested answer, where the desk says so itself."""


class TicketStatus(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/tickets/{id}`: how far a ticket has come, and the desk's reply; never the question."""

    ticket: str
    state: TicketState
    since: Utc
    reply: str = ""
