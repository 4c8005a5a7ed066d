"""What people do at the desk: `POST /v1/tickets/{id}/claim`, `release`, `reply`, `resolve`, and `/v1/drafts`."""

from enum import StrEnum
from typing import Annotated

import msgspec

from edge.records.tally import Suggestion
from edge.records.types import Utc

MAX_REPLY_CHARACTERS = 4_000

_Snippet = Annotated[str, msgspec.Meta(max_length=63)]
_Text = Annotated[str, msgspec.Meta(max_length=MAX_REPLY_CHARACTERS)]


class ClaimRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/tickets/{id}/claim` and `/release`. The body may be left out."""

    row: bool = False
    """True: all open tickets of the row. If somebody else has one of them, none is claimed."""


class ReplyRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/tickets/{id}/reply`: the reply to the viewer."""

    text: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_REPLY_CHARACTERS)]
    """1 to 4,000 characters. Controls but line breaks and tabs are refused."""
    suggestion: Suggestion | None = None
    """What the writer did with the suggested answer. None: there was none, or it is not known."""
    snippet: _Snippet = ""
    """Id of the snippet whose answer was used or edited."""
    row: bool = False
    """True: answers all open tickets of the row that nobody else has claimed."""


class ResolveRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/tickets/{id}/resolve`: people are done. The body may be left out."""

    row: bool = False
    """True: with all tickets of the row in the same state that nobody else has claimed."""


class HandlingResult(msgspec.Struct, frozen=True, kw_only=True):
    """What an action did. Durable when it is sent."""

    tickets: tuple[str, ...]
    """Ids of the tickets that it changed. Empty: it was done before, such as the same reply by the same agent."""
    claimed_until: Utc | None = None
    """For `claim`: when the claim ends if its owner does nothing more."""


class DraftKind(StrEnum):
    """What a draft is for."""

    INCIDENT = "incident"
    """Another answer of a snippet: for `skerry incident`."""
    EXAMPLE = "example"
    """A viewer's wording to add to a snippet's examples: for the author's file."""


class DraftRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`POST /v1/drafts`: a proposal to an island's author. It is kept, signed by nobody, and reaches no viewer."""

    kind: DraftKind
    """What it is for."""
    island: Annotated[str, msgspec.Meta(max_length=127)]
    """The island, as `tenant/island`."""
    snippet: _Snippet
    """Id of the snippet."""
    text: Annotated[_Text, msgspec.Meta(min_length=1)]
    """The answer, or the example: 1 to 4,000 characters."""
    ticket: Annotated[str, msgspec.Meta(max_length=64)] = ""
    """Id of the ticket that led to it; empty without one."""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A draft as it is kept."""

    id: int
    """Number of the draft."""
    at: Utc
    """When it was made."""
    by: str
    """The agent who made it."""
    kind: DraftKind
    """What it is for."""
    island: str
    """The island, as `tenant/island`."""
    snippet: str
    """Id of the snippet."""
    text: str
    """The answer, or the example."""
    ticket: str = ""
    """Id of the ticket that led to it; empty without one."""


class Drafts(msgspec.Struct, frozen=True, kw_only=True):
    """`GET /v1/drafts`: the newest drafts first."""

    drafts: tuple[Draft, ...]
    """200 at most."""
