"""The operations of viewers: questions, choices, trees, sessions, tickets, snippets and feedback."""

from edge import records
from edge.daemon.contract.consents import CONSENT_RECORDS, consent_paths
from edge.daemon.contract.islands import IN_PATH, LANGUAGE, UNSERVED, island_paths
from edge.host.openapi import (
    Json,
    answer,
    in_header,
    in_path,
    json_answer,
    json_body,
    operation,
    record_of,
    reference,
)
from edge.records import trees

VIEWER_RECORDS = (
    records.AskRequest,
    records.AskResponse,
    records.CallbackPromise,
    records.CallbackRequest,
    records.ChoiceRequest,
    records.FeedbackRequest,
    records.FeedbackResponse,
    records.IslandStatus,
    records.SessionRequest,
    records.SessionResponse,
    records.SnippetDocument,
    records.TenantKeys,
    records.TicketStatus,
    trees.TreeList,
    trees.TreeRequest,
    trees.TreeResponse,
    *CONSENT_RECORDS,
)
_VIEWER: list[dict[str, list[str]]] = [{"session": []}, {"ingest": []}, {}]
_TICKET: list[dict[str, list[str]]] = [{"ticket": []}]
_ASKING = "422:malformed session_invalid session_untrusted unauthorised island_unknown text_invalid key_reused"

_KEY = in_header(
    "Idempotency-Key",
    "A string of 1 to 64 characters, with or without double quotes. The same key and body get the same response",
    pattern=r"""^("([ !#-\[\]-~]){1,64}"|[A-Za-z0-9._~:/+=-]{1,64})$""",
)
_TEXT_RULES = (
    "Refused with 422: a `text` that is empty, too long or has controls; a session, channel, locale or consent with a "
    "character that is not seen (`text_invalid`); an `Idempotency-Key` that came with another body (`key_reused`); a "
    "session in `Authorization` and one in the body (`malformed`)."
)


def viewer_paths() -> Json:
    """Their paths."""
    return {
        "/v1/ask": {"post": _ask()},
        "/v1/choice": {"post": _choice()},
        "/v1/sessions": {
            "post": operation(
                "makeSession",
                "A signed session for one viewer of one island",
                answers={"200": json_answer("It is made", records.SessionResponse)},
                problems="session_invalid unauthorised island_unknown",
                security=_VIEWER,
                body=json_body(records.SessionRequest),
            )
        },
        "/v1/feedback": {
            "post": operation(
                "sendFeedback",
                "Feedback on one outcome; each topic is counted once",
                answers={"200": json_answer("It is counted", records.FeedbackResponse)},
                problems="token_invalid unauthorised 422:malformed",
                security=_VIEWER,
                body=json_body(records.FeedbackRequest),
                rules="Refused with 422: feedback without any topic.",
            )
        },
        "/v1/callback-promises": {
            "post": operation(
                "getCallbackPromise",
                "The promise that a callback token stands for",
                answers={"200": json_answer("What was promised", records.CallbackPromise)},
                problems="token_invalid",
                body=json_body(records.CallbackRequest),
            )
        },
        "/.well-known/skerry-keys": {
            "get": operation(
                "getKeys",
                "Keys that may sign, by tenant",
                answers={
                    "200": json_answer(
                        "Keys in force",
                        record_of(tenants={"type": "array", "items": reference(records.TenantKeys)})
                        | {"title": "KeysOfTenants"},
                    )
                },
            )
        },
        **consent_paths(_KEY, asking=_ASKING),
        **_tree_paths(),
        **island_paths(),
        **_ticket_paths(),
    }


def _ask() -> Json:
    return operation(
        "ask",
        "Ask one question about one island",
        answers=_answered(records.AskResponse),
        problems=f"{_ASKING} {UNSERVED}",
        security=[*_VIEWER, {"desk": []}],
        parameters=[_KEY, LANGUAGE],
        body=json_body(records.AskRequest),
        rules=_TEXT_RULES,
    )


def _choice() -> Json:
    return operation(
        "choose",
        "What the viewer picked from the options of a response",
        answers=_answered(records.AskResponse),
        problems=f"{_ASKING} {UNSERVED} token_invalid not_found contradictory",
        security=_VIEWER,
        parameters=[_KEY],
        body=json_body(records.ChoiceRequest),
        rules=f"{_TEXT_RULES} So is a `snippet` that was not offered.",
    )


def _tree_paths() -> Json:
    step = operation(
        "walkTree",
        "One step of a decision tree",
        answers=_answered(trees.TreeResponse),
        problems=f"{_ASKING} {UNSERVED} token_invalid not_found contradictory",
        security=_VIEWER,
        parameters=[_KEY, LANGUAGE],
        body=json_body(trees.TreeRequest, is_required=False),
        rules=f"{_TEXT_RULES} So are a `choice` that the step does not have, a value that it does not ask for, and "
        "`back` without a token, with a choice or value, or at the first step.",
    )
    roots = operation(
        "listTrees",
        "The trees of an island",
        answers={"200": json_answer("They may be begun", trees.TreeList)},
        problems=UNSERVED,
    )
    return {
        "/v1/trees/{tenant}/{island}": {"parameters": list(IN_PATH), "get": roots},
        "/v1/trees/{tenant}/{island}/{tree}": {
            "parameters": [*IN_PATH, in_path("tree", example="my-order")],
            "post": step,
        },
    }


def _ticket_paths() -> Json:
    ticket = [in_path("ticket", example="00000000-0000-4000-8000-000000000001")]
    state = operation(
        "getTicket",
        "State of one ticket",
        answers={"200": json_answer("Now", records.TicketStatus)},
        problems="unauthorised token_invalid not_found",
        security=_TICKET,
    )
    events = operation(
        "streamTicket",
        "Events of one ticket, as they happen",
        answers={"200": answer("A stream that ends with the ticket", "text/event-stream")},
        problems="unauthorised token_invalid not_found",
        security=_TICKET,
        parameters=[
            in_header("Last-Event-ID", "Number of the last event that was read"),
            in_header("Prefer", "`wait=SECONDS` ends the stream after them; at most 60"),
        ],
    )
    return {
        "/v1/tickets/{ticket}": {"parameters": ticket, "get": state},
        "/v1/tickets/{ticket}/events": {"parameters": ticket, "get": events},
    }


def _answered(record: type) -> Json:
    return {
        "200": json_answer("Answered by the machine", record),
        "202": json_answer("Escalated to people; the ticket is durable", record),
    }
