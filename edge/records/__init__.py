"""The nouns that cross a room, a file or a wire: frozen `msgspec.Struct`s, nothing that acts.

Authored or received records refuse unknown fields; records that an older program may read do not. Times are aware
UTC `datetime`s, durations are seconds in a field that ends in `_s`.
"""

from edge.records.decision import (
    Candidate,
    Decision,
    Option,
    Outcome,
    Provenance,
    Question,
    RankedCandidate,
    TicketKind,
    Urgency,
    Verdict,
)
from edge.records.island import (
    ISLAND_FORMAT,
    Automation,
    Golden,
    HeadWeights,
    Island,
    IslandContext,
    Route,
    SignedSnippet,
    SnippetDocument,
    TargetCustom,
)
from edge.records.moment import Utc
from edge.records.name import NAME_PATTERN, IslandName
from edge.records.people import (
    CallbackPromise,
    CallbackRequest,
    LoadReport,
    ReleaseRequest,
    SessionPolicy,
    SurgePolicy,
)
from edge.records.state import IslandState, IslandStatus
from edge.records.ticket import Ticket
from edge.records.tree import Tree, TreeOption, TreeRequest, TreeResponse, TreeStep
from edge.records.wire import AskRequest, AskResponse, Author, Bundle, Problem

__all__ = [
    "ISLAND_FORMAT",
    "NAME_PATTERN",
    "AskRequest",
    "AskResponse",
    "Author",
    "Automation",
    "Bundle",
    "CallbackPromise",
    "CallbackRequest",
    "Candidate",
    "Decision",
    "Golden",
    "HeadWeights",
    "Island",
    "IslandContext",
    "IslandName",
    "IslandState",
    "IslandStatus",
    "LoadReport",
    "Option",
    "Outcome",
    "Problem",
    "Provenance",
    "Question",
    "RankedCandidate",
    "ReleaseRequest",
    "Route",
    "SessionPolicy",
    "SignedSnippet",
    "SnippetDocument",
    "SurgePolicy",
    "TargetCustom",
    "Ticket",
    "TicketKind",
    "Tree",
    "TreeOption",
    "TreeRequest",
    "TreeResponse",
    "TreeStep",
    "Urgency",
    "Utc",
    "Verdict",
]
