"""One example of each document that a PoP reads or writes. A test holds them to their schemas."""

from edge.host.openapi import Json

_TICKET = "00000000-0000-4000-8000-000000000001"
_ISLAND = "northwind/hoodie-drop"
_QUESTION = "when does it ship?"
_AT = "2026-11-26T04:08:33Z"
_ROOT: Json = {"tree": "my-order", "say": "What is it about?", "labels": ["Where is it?", "Something else"]}
_STATUS: Json = {
    "island": _ISLAND,
    "state": "fresh",
    "since": _AT,
    "revision": 3,
    "title": "Hoodie drop",
    "phase": "open",
    "snippets": 22,
    "required": True,
    "serve_until": "2026-11-26T04:23:51Z",
}
_LEDGER: Json = {"word": "ok", "error": "", "size_bytes": 212_992, "max_bytes": 1_073_741_824, "missing": 0}
_READY: Json = {"not_ready": [], "takes_tickets": True, "ledger": "ok", "payloads": "ok", "witness": "none"}

_CONSENTED: Json = {
    "island": _ISLAND,
    "in_force": [{"purpose": "help", "version": 1, "record": _TICKET, "expires": "2026-11-26T16:08:33Z"}],
    "allows": ["transcript", "callback"],
    "record": _TICKET,
    "token": "skc1.a-token",
}

EXAMPLES: Json = {
    "AskRequest": {"island": _ISLAND, "text": _QUESTION},
    "AskResponse": {
        "outcome": "escalate",
        "reason": "low_confidence",
        "island": _ISLAND,
        "revision": 3,
        "state": "fresh",
        "confidence": 0.41,
        "ticket": _TICKET,
        "lane": "support",
        "elapsed_ms": 4.2,
    },
    "ChoiceRequest": {"receipt": "a receipt", "snippet": "shipping-time", "text": _QUESTION},
    "SessionRequest": {"island": _ISLAND},
    "SessionResponse": {"session": "a JWT", "expires": _AT, "event": _ISLAND},
    "FeedbackRequest": {"receipt": "a receipt", "helpful": True},
    "FeedbackResponse": {"island": _ISLAND, "snippet": "shipping-time", "counted": ["helpful"], "repeated": []},
    "ConsentRequest": {"island": _ISLAND, "gives": [{"purpose": "help", "version": 1, "locale": "en"}]},
    "ConsentResponse": _CONSENTED,
    "FastPathRequest": {"island": _ISLAND, "text": _QUESTION, "gives": [{"purpose": "help", "version": 1}]},
    "FastPathResponse": {
        "outcome": "escalate",
        "reason": "low_confidence",
        "island": _ISLAND,
        "revision": 3,
        "state": "fresh",
        "ticket": _TICKET,
        "lane": "support",
        "elapsed_ms": 4.2,
        "consent": _CONSENTED,
    },
    "PurposeList": {
        "island": _ISLAND,
        "revision": 3,
        "purposes": [
            {
                "purpose": "help",
                "version": 1,
                "allows": ["transcript", "callback"],
                "locale": "en",
                "text": "I agree that your team reads my earlier questions.",
                "document": "the signed document",
                "unencoded_digest": "sha-256=:…:",
                "signature_input": "pub=…",
                "signature": "pub=:…:",
            }
        ],
    },
    "CallbackRequest": {"token": "a callback token"},
    "CallbackPromise": {"ticket": _TICKET, "island": _ISLAND, "asked": _AT, "expected": "2026-11-26T04:28:33Z"},
    "KeysOfTenants": {
        "tenants": [{"tenant": "northwind", "keys": [{"key_id": "5f0c", "ed25519": "base64 of 32 bytes"}]}]
    },
    "TreeList": {"island": _ISLAND, "revision": 3, "trees": [_ROOT]},
    "TreeRequest": {},
    "TreeResponse": {
        "outcome": "clarify",
        "reason": "tree",
        "island": _ISLAND,
        "revision": 3,
        "tree": "my-order",
        "step": "start",
        "say": "What is it about?",
        "labels": ["Where is it?", "Something else"],
        "token": "a tree token",
    },
    "Islands": {"islands": [_STATUS]},
    "ServedIsland": {
        **_STATUS,
        "served_snippets": ["shipping-time"],
        "target_precision": 0.9,
        "thresholds": {"widget": {"threshold": 0.9, "threshold_why": "target", "answerable_share": 0.6}},
    },
    "AnswerList": {
        "island": _ISLAND,
        "revision": 3,
        "at": _AT,
        "answers": [
            {
                "snippet": "shipping-time",
                "question": _QUESTION,
                "signed": {
                    "document": "the signed JSON",
                    "unencoded_digest": "sha-256=:base64:",
                    "signature_input": 'pub=("unencoded-digest";sf)',
                    "signature": "pub=:base64:",
                },
            }
        ],
    },
    "SnippetDocument": {
        "tenant": "northwind",
        "island": "hoodie-drop",
        "revision": 3,
        "snippet": "shipping-time",
        "locale": "en",
        "answer": "Orders ship within two days.",
        "approved_by": "Dana",
        "approved_at": _AT,
        "expires": "2026-12-26T00:00:00Z",
    },
    "TicketStatus": {"ticket": _TICKET, "state": "answered", "since": _AT, "reply": "It ships tomorrow."},
    "LoadReport": {"tenant": "northwind", "queue_depth": 4, "wait_s": 90.0, "agents": 3},
    "MergeRequest": {
        "sessions": [
            {"island": _ISLAND, "session": "named:rrrDRZad9g2szLowVXsh"},
            {"island": _ISLAND, "session": "signed:ingest:_XmUtr3ISOQDxqcECzRA"},
        ],
        "why": "the same order number",
    },
    "MergeResponse": {"merge": "0b0f9a4e-5c1d-5f6e-8f0a-3f6f3d6c2b11", "leaf": "ab" * 32},
    "MergeUndoRequest": {
        "tenant": "northwind",
        "merge": "0b0f9a4e-5c1d-5f6e-8f0a-3f6f3d6c2b11",
        "why": "two people of one household",
    },
    "ReleaseRequest": {"island": _ISLAND, "session": "named:rrrDRZad9g2szLowVXsh"},
    "PostedMessage": {"island": _ISLAND, "channel": "chat", "id": "order-form-17", "text": "my parcel is damaged"},
    "PostedTicket": {"ticket": _TICKET, "ticket_token": "a ticket token", "state": "waiting", "since": _AT},
    "OpenQuestionsReport": {
        "at": _AT,
        "window_s": 600.0,
        "clusters": [
            {
                "island": _ISLAND,
                "exemplar": "is there a student discount",
                "askers": 4.0,
                "per_minute": 1.5,
                "questions": 6,
                "first": _AT,
                "last": _AT,
            }
        ],
    },
    "Event": {"event": "message_created"},
    "Accepted": {"accepted": True},
    "PopTally": {
        "pop": "fra-1",
        "since": _AT,
        "until": "2026-11-26T05:08:33Z",
        "contact_window_s": 3600.0,
        "cells": [{"island": _ISLAND, "snippet": "shipping-time", "counts": {"answered": 12}}],
    },
    "Live": {"live": True},
    "LedgerList": {
        "key": "0" * 64,
        "logs": [
            {"name": _ISLAND, "origin": f"fra-1/{_ISLAND}", "state": "open", "size": 812, "missing": 0},
        ],
    },
    "LeafProof": {"state": "pending", "leaf": "0" * 64},
    "LedgerState": _LEDGER,
    "Ready": {"ready": True, "has_begun": True} | _READY,
    "NotReady": {"ready": False, "has_begun": False} | _READY,
    "Status": {
        "pop": "fra-1",
        "version": "0.1.0",
        "model": "encoder, acceptor",
        "started": _AT,
        "now": _AT,
        "clock": {"ahead_s": 0.0, "corrected_s": 0.0},
        "sessions": "good on this PoP alone",
        "push": "connected",
        "notices": [],
        "ledger": _LEDGER,
        "outbox": {"tickets": 0},
        "islands": [_STATUS],
    },
}
