"""One example of each document that a desk reads or writes. A test holds them to their schemas."""

from edge.host.openapi import Json

_ID = "00000000-0000-4000-8000-000000000001"
_ISLAND = "northwind/hoodie-drop"
_AT = "2026-11-26T04:08:33Z"
_TICKET: Json = {
    "id": _ID,
    "created": _AT,
    "deadline": "2026-11-26T04:13:33Z",
    "pop": "fra-1",
    "island": _ISLAND,
    "revision": 3,
    "text": "when does it ship?",
    "reason": "low_confidence",
    "lane": "support",
}
_DRAFT: Json = {"kind": "example", "island": _ISLAND, "snippet": "shipping-time", "text": "when will it be sent"}
_KEPT: Json = {"id": 7, "at": _AT, "by": "anna", **_DRAFT}
_FIGURES: Json = {
    "at": _AT,
    "since": _AT,
    "confirmed": 0,
    "islands": [{"island": _ISLAND, "channel": "widget", "counts": {"answer": 12, "escalate": 3}}],
}

EXAMPLES: Json = {
    "MergeMessage": {
        "id": "0b0f9a4e-5c1d-5f6e-8f0a-3f6f3d6c2b11.merge",
        "created": _AT,
        "pop": "fra-1",
        "tenant": "northwind",
        "merge": "0b0f9a4e-5c1d-5f6e-8f0a-3f6f3d6c2b11",
        "sessions": [
            {"island": _ISLAND, "session": "named:rrrDRZad9g2szLowVXsh"},
            {"island": _ISLAND, "session": "signed:ingest:_XmUtr3ISOQDxqcECzRA"},
        ],
        "why": "the same order number",
    },
    "Ticket": _TICKET,
    "TicketReceived": {"ticket": _ID, "received": _AT},
    "EventPage": {
        "events": [{"id": 1, "type": "ticket", "data": {"id": "e-1", "ticket": _ID, "state": "acknowledged"}}],
        "last": 1,
    },
    "PopFigures": _FIGURES,
    "QueuePage": {
        "rows": [
            {
                "row": "r-1",
                "tenant": "northwind",
                "island": _ISLAND,
                "lane": "support",
                "state": "open",
                "count": 1,
                "tickets": [_ID],
                "text": "when does it ship?",
                "reason": "low_confidence",
                "kind": "support",
                "received": _AT,
                "due": "2026-11-26T04:13:33Z",
            }
        ],
        "next": None,
        "now": _AT,
    },
    "AgentSelf": {"name": "anna", "tenant": "northwind"},
    "Board": {
        "at": _AT,
        "pops": [{"pop": "fra-1", "heard": _AT, "age_s": 2.0, "figures": _FIGURES}],
        "lanes": [{"lane": "support", "open": 1, "late": 0, "oldest_s": 20.0}],
    },
    "Drafts": {"drafts": [_KEPT]},
    "Draft": _KEPT,
    "DraftRequest": _DRAFT,
    "DeskTicket": {
        "ticket": _TICKET,
        "row": "r-1",
        "state": "delivered",
        "received": _AT,
        "due": "2026-11-26T04:13:33Z",
        "equal": [],
        "history": [{"at": _AT, "who": "fra-1", "action": "received"}],
    },
    "ClaimRequest": {"row": True},
    "ReplyRequest": {"text": "It ships tomorrow."},
    "ResolveRequest": {"row": True},
    "HandlingResult": {"tickets": [_ID], "claimed_until": "2026-11-26T04:23:33Z"},
    "ExportLine": {"question": "when does it ship?", "outcome": "escalate", "reply": "Tomorrow.", "at": _AT},
    "Event": {"event": "message_created"},
    "Accepted": {"accepted": True},
}
