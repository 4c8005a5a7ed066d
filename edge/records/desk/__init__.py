"""Which records cross the wires of a desk? Between PoPs and the desk, and between the desk and its people.

A ticket (`Ticket`), what a desk says of it (`DeskEvent`) and its load (`LoadReport`) are in `edge.records`: other desks
have them, too.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.desk.actions import (
        ClaimRequest,
        Draft,
        DraftKind,
        DraftRequest,
        Drafts,
        HandlingResult,
        ReplyRequest,
        ResolveRequest,
    )
    from edge.records.desk.board import Board, BoardFleet, BoardIsland, BoardLane, BoardPop, IslandAtPop
    from edge.records.desk.consents import DeskConsent, DeskPurpose
    from edge.records.desk.export import ExportLine
    from edge.records.desk.pops import (
        MAX_CHANNELS,
        MAX_FIGURES_BYTES,
        MAX_INCIDENTS,
        MAX_TICKET_POST_BYTES,
        MAX_UNANSWERED,
        ChannelFigures,
        EventPage,
        PopEvent,
        PopFigures,
        SnippetIncident,
        TicketReceived,
        UnansweredQuestion,
    )
    from edge.records.desk.queue import (
        AgentSelf,
        DeskTicket,
        Handling,
        QueuePage,
        QueueRow,
        QueueState,
        RowChange,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "actions": ("ClaimRequest Draft DraftKind DraftRequest Drafts HandlingResult ReplyRequest ResolveRequest"),
            "board": "Board BoardFleet BoardIsland BoardLane BoardPop IslandAtPop",
            "consents": "DeskConsent DeskPurpose",
            "export": "ExportLine",
            "pops": (
                "MAX_CHANNELS MAX_FIGURES_BYTES MAX_TICKET_POST_BYTES MAX_UNANSWERED EventPage ChannelFigures "
                "UnansweredQuestion PopEvent PopFigures SnippetIncident TicketReceived MAX_INCIDENTS"
            ),
            "queue": "AgentSelf Handling QueuePage QueueRow QueueState RowChange DeskTicket",
        },
    )

__all__ = [
    "MAX_CHANNELS",
    "MAX_FIGURES_BYTES",
    "MAX_INCIDENTS",
    "MAX_TICKET_POST_BYTES",
    "MAX_UNANSWERED",
    "AgentSelf",
    "Board",
    "BoardFleet",
    "BoardIsland",
    "BoardLane",
    "BoardPop",
    "ChannelFigures",
    "ClaimRequest",
    "DeskConsent",
    "DeskPurpose",
    "DeskTicket",
    "Draft",
    "DraftKind",
    "DraftRequest",
    "Drafts",
    "EventPage",
    "ExportLine",
    "Handling",
    "HandlingResult",
    "IslandAtPop",
    "PopEvent",
    "PopFigures",
    "QueuePage",
    "QueueRow",
    "QueueState",
    "ReplyRequest",
    "ResolveRequest",
    "RowChange",
    "SnippetIncident",
    "TicketReceived",
    "UnansweredQuestion",
]
