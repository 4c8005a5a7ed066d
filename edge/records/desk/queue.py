"""What people see of tickets: `GET /v1/me`, `GET /v1/queue`, `GET /v1/tickets/{id}`, `GET /v1/changes`.

Equal questions, of one island and one lane, are one row: the page shows "37 viewers ask this", and one reply answers
all of them.
"""

from enum import StrEnum

import msgspec

from edge.records.desk.consents import DeskConsent
from edge.records.merges import DeskMerges
from edge.records.tally import Suggestion
from edge.records.ticket import TicketState
from edge.records.types import Utc


class AgentSelf(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/me`: whose token this is, and what it may see."""

    name: str
    """The agent, as in `claimed_by`."""
    tenant: str
    """The tenant whose tickets the agent sees."""
    lane: str = ""
    """The one lane that the agent sees; empty: all of the tenant."""


class QueueState(StrEnum):
    """Which tickets a page of the queue shows."""

    OPEN = "open"
    """Nobody has replied yet."""
    ANSWERED = "answered"
    """People have replied, and are not done."""
    RESOLVED = "resolved"
    """People are done."""


class Handling(msgspec.Struct, frozen=True, kw_only=True):
    """One line of a ticket's history, as the audit log has it."""

    at: Utc
    """When it was done."""
    who: str
    """The agent, or the PoP for `received`."""
    action: str
    """`received`, `claim`, `release`, `expire`, `reply` or `resolve`."""


class QueueRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the queue: all tickets in one state with the same question, island and lane."""

    row: str
    """Id of the row. It stays the same as long as the question is asked."""
    tenant: str
    """The tenant whose people these are."""
    island: str
    """The island, as `tenant/island`."""
    lane: str
    """The queue of people."""
    state: QueueState
    """The state of all its tickets."""
    count: int
    """Number of tickets in the row."""
    tickets: tuple[str, ...]
    """Their ids, the one with the earliest deadline first; 100 at most."""
    text: str
    """The question of the first of them, in the viewer's words."""
    reason: str
    """Why the first of them was escalated."""
    kind: str
    """What the first of them is about: `support`, `safety` or `fraud`."""
    received: Utc
    """When the oldest of them came, by the desk's clock."""
    due: Utc | None
    """The earliest deadline, by the desk's clock: when the ticket came, and the time that its PoP gave people. None: no
    ticket has a deadline."""
    claimed_by: str = ""
    """Who works on it; empty: nobody does. One claimed ticket claims the row."""
    claimed_until: Utc | None = None
    """When the claim ends if its owner does nothing more."""
    last: Handling | None = None
    """What was done last with the first of them: handed on to the desk behind, for example, or why it was not."""


class QueuePage(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/queue?lane=&state=&after=&limit=`: rows by lane, then by deadline."""

    rows: tuple[QueueRow, ...]
    """200 rows at most."""
    next: str | None
    """The next page: send it as `after`. None: this is the last one."""
    now: Utc
    """The desk's clock, to show times left without trusting the browser's."""


class RowChange(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/changes`, event `row`: one row of the open queue is new, changed or gone."""

    row: str
    """Id of the row."""
    now: QueueRow | None
    """The row as it is; None if it has no open ticket any more."""


class DeskTicket(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/tickets/{id}`: all that the desk knows of one ticket."""

    ticket: msgspec.Raw
    """The `Ticket` as its PoP sent it, with fields of a later release; without its transcript if `consent` hides it."""
    row: str
    """Id of its row."""
    state: TicketState
    """How far it has come."""
    received: Utc
    """When it came, by the desk's clock."""
    due: Utc | None
    """Its deadline, by the desk's clock."""
    equal: tuple[str, ...]
    """Ids of other open tickets in its row; 100 at most."""
    claimed_by: str = ""
    """Who works on it; empty: nobody does."""
    claimed_until: Utc | None = None
    """When the claim ends if its owner does nothing more."""
    reply: str = ""
    """The last reply; empty without one."""
    suggestion: Suggestion | None = None
    """What its writer did with the suggested answer; None if that is not known."""
    snippet: str = ""
    """Id of the snippet whose answer was used or edited."""
    history: tuple[Handling, ...] = ()
    """What was done, oldest first; the last 100."""
    consent: DeskConsent | None = None
    """What the viewer agreed to. None if the island asked for no consent: then the ticket has its transcript."""
    merged: DeskMerges | None = None
    """What else the same person said. None if no session was merged with that of the ticket."""
