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
    Verdict,
)
from edge.records.fleet import (
    FleetReport,
    Heard,
    IslandReport,
    Lag,
    LagReason,
    PopReport,
    Wanted,
    fleet_report,
    lagging,
)
from edge.records.island import (
    ISLAND_FORMAT,
    Automation,
    Golden,
    HeadWeights,
    Island,
    IslandContext,
    Revision,
    Route,
    SignedSnippet,
    SnippetDocument,
    Stage,
    TargetCustom,
)
from edge.records.moment import Utc
from edge.records.name import NAME_PATTERN, IslandName
from edge.records.pop import EVERY_MAX_S, STATUS_MAX_BYTES, PopIsland, PopStatus, encode_status, island_reports
from edge.records.state import IslandState, IslandStatus
from edge.records.ticket import TICKET_MAX_BYTES, Callback, Priority, Ticket, TicketState, TicketStatus, Turn
from edge.records.wire import AskRequest, AskResponse, Bundle, Problem, PublicKey, TenantKeys

__all__ = [
    "EVERY_MAX_S",
    "ISLAND_FORMAT",
    "NAME_PATTERN",
    "STATUS_MAX_BYTES",
    "TICKET_MAX_BYTES",
    "AskRequest",
    "AskResponse",
    "Automation",
    "Bundle",
    "Callback",
    "Candidate",
    "Decision",
    "FleetReport",
    "Golden",
    "HeadWeights",
    "Heard",
    "Island",
    "IslandContext",
    "IslandName",
    "IslandReport",
    "IslandState",
    "IslandStatus",
    "Lag",
    "LagReason",
    "Option",
    "Outcome",
    "PopIsland",
    "PopReport",
    "PopStatus",
    "Priority",
    "Problem",
    "Provenance",
    "PublicKey",
    "Question",
    "RankedCandidate",
    "Revision",
    "Route",
    "SignedSnippet",
    "SnippetDocument",
    "Stage",
    "TargetCustom",
    "TenantKeys",
    "Ticket",
    "TicketState",
    "TicketStatus",
    "Turn",
    "Utc",
    "Verdict",
    "Wanted",
    "encode_status",
    "fleet_report",
    "island_reports",
    "lagging",
]
