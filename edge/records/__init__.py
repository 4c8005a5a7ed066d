"""Which records cross a room, a file or a wire? Frozen structs; their fields' docstrings are the API's reference."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.decision import (
        Candidate,
        Decision,
        Harm,
        Option,
        Outcome,
        PartVerdict,
        Provenance,
        RankedCandidate,
        SignedAnswer,
        ThresholdWhy,
        TicketKind,
        Urgency,
        Verdict,
    )
    from edge.records.fleet import (
        CLOCK_OFF_S,
        Ahead,
        FleetStatus,
        IslandFleetStatus,
        IslandOnPop,
        KeyPlace,
        Lag,
        LagReason,
        LastStatus,
        OnlineRole,
        PopFleetStatus,
        Wanted,
    )
    from edge.records.head import Golden, HeadWeights
    from edge.records.island import (
        ISLAND_FORMAT,
        Automation,
        Island,
        IslandContext,
        Route,
        SignedSnippet,
        SnippetDocument,
    )
    from edge.records.messages import (
        AskRequest,
        AskResponse,
        Author,
        Bundle,
        ChoiceRequest,
        PartAnswer,
        Problem,
        SessionRequest,
        SessionResponse,
        TenantKey,
        TenantKeys,
        Want,
    )
    from edge.records.name import NAME_PATTERN, IslandName
    from edge.records.people import (
        CallbackPromise,
        CallbackRequest,
        HarmPolicy,
        LoadReport,
        OffersPolicy,
        PromisePolicy,
        RampPolicy,
        ReleaseRequest,
        SessionPolicy,
        StreamPolicy,
        SurgePolicy,
    )
    from edge.records.pop import (
        MAX_POP_LINE_CHARACTERS,
        MAX_POSTED_VERSIONS,
        MAX_STATUS_BYTES,
        EvictionRequest,
        IslandState,
        IslandStatus,
        PopIsland,
        PopStatus,
    )
    from edge.records.tally import (
        FeedbackRequest,
        FeedbackResponse,
        FeedbackTopic,
        PopTally,
        Prices,
        Suggestion,
        TallyCell,
        TallyHour,
    )
    from edge.records.target import Revision, Rollout, TargetCustom
    from edge.records.ticket import (
        MAX_TICKET_BYTES,
        DeskEvent,
        PressedButton,
        Priority,
        SolvedByViewer,
        Ticket,
        TicketCandidate,
        TicketContext,
        TicketPart,
        TicketState,
        TicketStatus,
        Turn,
    )
    from edge.records.types import DECODE_ERRORS, SUBJECT_PATTERN, Count, PopName, Port, Positive, Utc
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "decision": (
                "Candidate Decision Harm Option Outcome PartVerdict Provenance RankedCandidate SignedAnswer "
                "ThresholdWhy TicketKind Urgency Verdict"
            ),
            "fleet": (
                "Ahead CLOCK_OFF_S FleetStatus IslandFleetStatus IslandOnPop KeyPlace Lag LagReason LastStatus "
                "OnlineRole PopFleetStatus Wanted"
            ),
            "head": "Golden HeadWeights",
            "island": "Automation ISLAND_FORMAT Island IslandContext Route SignedSnippet SnippetDocument",
            "messages": (
                "AskRequest AskResponse Author Bundle ChoiceRequest PartAnswer Problem SessionRequest SessionResponse "
                "TenantKey TenantKeys Want"
            ),
            "name": "IslandName NAME_PATTERN",
            "people": (
                "CallbackPromise CallbackRequest HarmPolicy LoadReport OffersPolicy PromisePolicy RampPolicy"
                " ReleaseRequest SessionPolicy StreamPolicy SurgePolicy"
            ),
            "pop": (
                "EvictionRequest MAX_POP_LINE_CHARACTERS MAX_POSTED_VERSIONS IslandState IslandStatus PopIsland "
                "PopStatus MAX_STATUS_BYTES"
            ),
            "tally": ("FeedbackRequest FeedbackResponse FeedbackTopic PopTally Prices Suggestion TallyCell TallyHour"),
            "target": "Revision Rollout TargetCustom",
            "ticket": (
                "DeskEvent MAX_TICKET_BYTES PressedButton Priority SolvedByViewer Ticket TicketCandidate TicketContext "
                "TicketPart TicketState TicketStatus Turn"
            ),
            "types": "Count DECODE_ERRORS PopName Port Positive SUBJECT_PATTERN Utc",
        },
    )

__all__ = [
    "CLOCK_OFF_S",
    "DECODE_ERRORS",
    "ISLAND_FORMAT",
    "MAX_POP_LINE_CHARACTERS",
    "MAX_POSTED_VERSIONS",
    "MAX_STATUS_BYTES",
    "MAX_TICKET_BYTES",
    "NAME_PATTERN",
    "SUBJECT_PATTERN",
    "Ahead",
    "AskRequest",
    "AskResponse",
    "Author",
    "Automation",
    "Bundle",
    "CallbackPromise",
    "CallbackRequest",
    "Candidate",
    "ChoiceRequest",
    "Count",
    "Decision",
    "DeskEvent",
    "EvictionRequest",
    "FeedbackRequest",
    "FeedbackResponse",
    "FeedbackTopic",
    "FleetStatus",
    "Golden",
    "Harm",
    "HarmPolicy",
    "HeadWeights",
    "Island",
    "IslandContext",
    "IslandFleetStatus",
    "IslandName",
    "IslandOnPop",
    "IslandState",
    "IslandStatus",
    "KeyPlace",
    "Lag",
    "LagReason",
    "LastStatus",
    "LoadReport",
    "OffersPolicy",
    "OnlineRole",
    "Option",
    "Outcome",
    "PartAnswer",
    "PartVerdict",
    "PopFleetStatus",
    "PopIsland",
    "PopName",
    "PopStatus",
    "PopTally",
    "Port",
    "Positive",
    "PressedButton",
    "Prices",
    "Priority",
    "Problem",
    "PromisePolicy",
    "Provenance",
    "RampPolicy",
    "RankedCandidate",
    "ReleaseRequest",
    "Revision",
    "Rollout",
    "Route",
    "SessionPolicy",
    "SessionRequest",
    "SessionResponse",
    "SignedAnswer",
    "SignedSnippet",
    "SnippetDocument",
    "SolvedByViewer",
    "StreamPolicy",
    "Suggestion",
    "SurgePolicy",
    "TallyCell",
    "TallyHour",
    "TargetCustom",
    "TenantKey",
    "TenantKeys",
    "ThresholdWhy",
    "Ticket",
    "TicketCandidate",
    "TicketContext",
    "TicketKind",
    "TicketPart",
    "TicketState",
    "TicketStatus",
    "Turn",
    "Urgency",
    "Utc",
    "Verdict",
    "Want",
    "Wanted",
]
