"""What PoPs and their desk say to each other over HTTP. Each PoP calls; the desk never does.

POST /v1/tickets             a `Ticket`; 201 `TicketReceived` if it is new, 200 if the desk had it
GET  /v1/pops/{name}/events  the PoP's events as SSE, or as one `EventPage` with `Accept: application/json`
POST /v1/pops/{name}/status  `PopFigures`; 204
"""

from typing import Annotated

import msgspec

from edge.records.decision import ThresholdWhy
from edge.records.types import Utc

MAX_TICKET_POST_BYTES = 131_072
"""Largest ticket as JSON that a desk takes: a question, its transcript, and the texts of suggested answers."""

MAX_FIGURES_BYTES = 65_536
"""Largest `PopFigures` as JSON."""

MAX_EXEMPLAR_CHARACTERS = 200

MAX_CHANNELS = 200
"""Islands and classes of channel in one `PopFigures`: about 250 bytes each."""

MAX_UNANSWERED = 20
MAX_INCIDENTS = 20
"""Unanswered questions in one `PopFigures`."""

_Count = Annotated[int, msgspec.Meta(ge=0, lt=2**53)]
_Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
_Name = Annotated[str, msgspec.Meta(max_length=140)]
_Word = Annotated[str, msgspec.Meta(max_length=40)]


class TicketReceived(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to a ticket. The ticket is durable when it is sent."""

    ticket: str
    """Id of the ticket."""
    received: Utc
    """When the desk first received it, by the desk's clock."""


class PopEvent(msgspec.Struct, frozen=True, kw_only=True):
    """One event in an `EventPage`: the same as in the stream."""

    id: int | None
    """The event's number: what SSE calls its `id`. None for a load, which needs no confirmation."""
    type: str
    """`ticket` or `load`. A PoP skips a type that it does not know."""
    data: msgspec.Raw
    """For `ticket` a `DeskEvent`, for `load` the `LoadReport` of one tenant."""


class EventPage(msgspec.Struct, frozen=True, kw_only=True):
    """A PoP's events as one document, for proxies that hold a stream back."""

    events: tuple[PopEvent, ...]
    """The first events after `Last-Event-ID`, in order, and the newest load of each tenant."""
    last: int
    """Number of the last event here, or that of `Last-Event-ID` if there is none. Send it as the next `Last-Event-ID`
    once all of these events are stored: the desk then deletes them.
    """
    more: bool = False
    """True if there are more events: ask again at once, with the new `last`."""


class ChannelFigures(msgspec.Struct, frozen=True, kw_only=True):
    """What became of questions to one island from one class of channel, on one PoP."""

    island: _Name
    """The island, as `tenant/island`."""
    channel: _Word
    """Class of the channel: `stream`, `widget`, `chat` or `other`."""
    counts: Annotated[dict[_Word, _Count], msgspec.Meta(max_length=20)]
    """Number of questions by outcome, as in `AskResponse.outcome`, since `PopFigures.since`."""
    threshold: _Share | None = None
    """The threshold in force; None if there is none now."""
    threshold_why: ThresholdWhy | None = None
    """Why the threshold is where it is."""
    answerable_share: _Share | None = None
    """Estimated share of what is asked that the island can answer; None without an estimate."""


class UnansweredQuestion(msgspec.Struct, frozen=True, kw_only=True):
    """Questions of equal meaning that nothing answers, on one PoP."""

    island: _Name
    """The island, as `tenant/island`."""
    count: _Count
    """How many were asked."""
    per_minute: Annotated[float, msgspec.Meta(ge=0, le=1e9)]
    """How many are asked a minute now."""
    exemplar: Annotated[str, msgspec.Meta(max_length=MAX_EXEMPLAR_CHARACTERS)]
    """One of them, in a viewer's words."""


class SnippetIncident(msgspec.Struct, frozen=True, kw_only=True):
    """A snippet about which suddenly very many ask: only people answer it now."""

    island: _Name
    """The island, as `tenant/island`."""
    snippet: _Name
    """Its id."""


class PopFigures(msgspec.Struct, frozen=True, kw_only=True):
    """`POST /v1/pops/{name}/status`: what a PoP shows on the wall. The desk has the newest in memory only."""

    at: Utc
    """When the figures were read, by the PoP's clock."""
    since: Utc | None = None
    """Since when outcomes are counted: usually the start of the PoP. None: the PoP does not say."""
    confirmed: Annotated[int, msgspec.Meta(ge=0, lt=2**53)] = 0
    """Number of the last event that the PoP has stored, as in `Last-Event-ID`. The desk deletes the events up to it. 0
    confirms nothing."""
    islands: Annotated[tuple[ChannelFigures, ...], msgspec.Meta(max_length=MAX_CHANNELS)] = ()
    """Figures by island and class of channel."""
    open_questions: Annotated[tuple[UnansweredQuestion, ...], msgspec.Meta(max_length=MAX_UNANSWERED)] = ()
    """What is asked most and not answered, most first."""
    incidents: Annotated[tuple[SnippetIncident, ...], msgspec.Meta(max_length=MAX_INCIDENTS)] = ()
    """Incidents at the last question to each island."""
