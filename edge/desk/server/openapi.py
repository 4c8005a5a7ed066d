"""The OpenAPI 3.1 description of a desk's HTTP interface, with the schemas of its records."""

from edge import records
from edge.archive import ARCHIVE_EXAMPLES, ARCHIVE_RECORDS, archive_paths
from edge.desk.server.examples import EXAMPLES
from edge.host.openapi import (
    ISLAND,
    NAME,
    Json,
    answer,
    common_paths,
    document,
    in_header,
    in_path,
    in_query,
    json_answer,
    json_body,
    operation,
    record_of,
    reference,
)
from edge.records import consent, desk, merges

_RECORDS = (
    desk.AgentSelf,
    desk.Board,
    desk.ClaimRequest,
    desk.DeskTicket,
    desk.Draft,
    desk.DraftRequest,
    desk.Drafts,
    desk.EventPage,
    desk.ExportLine,
    desk.HandlingResult,
    desk.PopFigures,
    desk.QueuePage,
    desk.ReplyRequest,
    desk.ResolveRequest,
    desk.RowChange,
    desk.TicketReceived,
    records.DeskEvent,
    records.LoadReport,
    records.Problem,
    records.SolvedByViewer,
    records.Ticket,
    consent.ConsentMessage,
    merges.MergeMessage,
    *ARCHIVE_RECORDS,
)
_SCHEMES: Json = {
    "pop": {"type": "http", "scheme": "bearer", "description": "A PoP's token"},
    "agent": {"type": "http", "scheme": "bearer", "description": "A person's token: one tenant, or one of its lanes"},
    "wall": {"type": "http", "scheme": "bearer", "description": "A wall's token: the board of one tenant alone"},
}
_ACTIONS = {
    "claim": ("Take a ticket, or its row, for 15 minutes", desk.ClaimRequest, False),
    "release": ("Give a ticket back, or what is one's own of its row", desk.ClaimRequest, False),
    "reply": ("Reply to a ticket, or to its row", desk.ReplyRequest, True),
    "resolve": ("Be done with a ticket, or with its row", desk.ResolveRequest, False),
}
_NARROWED: dict[str, Json] = {
    "DraftRequest.island": ISLAND,
    # What passes as the bytes that came has a form all the same.
    "DeskTicket.ticket": reference(records.Ticket),
    "PopEvent.data": {"anyOf": [reference(records.DeskEvent), reference(records.LoadReport)]},
}
_ANY_TOKEN = "unauthorised 403:unauthorised"  # noqa: S105 - reasons
_WORDS = "Refused with 422: a `text` with controls, or with nothing to read (`text_invalid`)."


def openapi_document() -> Json:
    """The whole description, to be encoded as JSON."""
    live = answer("It responds", "text/plain")
    return document(
        "Skerry desk",
        records=_RECORDS,
        paths={**_pop_paths(), **_people_paths(), **_webhook_paths(), **common_paths(live)},
        schemes=_SCHEMES,
        examples={**EXAMPLES, **ARCHIVE_EXAMPLES},
        narrowed=_NARROWED,
        notes="What a token may not know of is answered with 404. Every GET that ends is answered for HEAD, too, but "
        "an export. Another method than those here is answered with 405 and `Allow`.",
    )


def _pop_paths() -> Json:
    post = operation(
        "postTicket",
        "Store a ticket, a consent record or a merge of sessions once, or take a ticket back",
        answers={
            "200": json_answer("The desk had it; or what is no ticket is noted", *_NOTED),
            "201": json_answer("It is new, and durable", desk.TicketReceived),
        },
        problems=f"{_ANY_TOKEN} not_found 422:malformed 422:too_large key_reused text_invalid contradictory "
        "422:contradictory",
        security=[{"pop": []}],
        parameters=[
            in_header(
                "Idempotency-Key",
                "the id in the body; that of a take-back, a consent record or a merge tells it from a ticket",
            )
        ],
        body=json_body(records.Ticket, records.SolvedByViewer, consent.ConsentMessage, merges.MergeMessage),
        rules="Refused with 422, so that a PoP does not send it again: what is no ticket, however it is wrong.",
    )
    page = answer("A stream; with `Accept: application/json`, what there is now", "text/event-stream")
    page["content"] |= json_answer("", desk.EventPage)["content"]
    events = operation(
        "getPopEvents",
        "What people did, and loads",
        answers={"200": page},
        problems=f"{_ANY_TOKEN} contradictory",
        security=[{"pop": []}],
        parameters=[in_header("Last-Event-ID", "confirms all events up to it", pattern="^[0-9]{1,16}$")],
    )
    status = operation(
        "postPopFigures",
        "The PoP's figures; confirms events, too",
        answers={"204": answer("Done")},
        problems=f"{_ANY_TOKEN} contradictory",
        security=[{"pop": []}],
        body=json_body(desk.PopFigures),
    )
    name = [in_path("name", example="fra-1")]
    return {
        "/v1/tickets": {"post": post},
        "/v1/pops/{name}/events": {"parameters": name, "get": events},
        "/v1/pops/{name}/status": {"parameters": name, "post": status},
        **archive_paths([{"pop": []}], problems=_ANY_TOKEN),
    }


_TAKEN_BACK = record_of(ticket={"type": "string"}, resolved={"type": "boolean"})
"""The answer to a take-back: `resolved` is false if people have the ticket."""

_RECORDED = record_of(consent={"type": "string"}, new={"type": "boolean"})
"""The answer to a consent record: `new` is false if the desk had it."""

_MERGED = record_of(merge={"type": "string"}, new={"type": "boolean"})
"""The answer to a merge of sessions: `new` is false if the desk had it."""

_NOTED = (desk.TicketReceived, _TAKEN_BACK, _RECORDED, _MERGED)


def _people_paths() -> Json:
    queue = operation(
        "getQueue",
        "Rows of the queue, by lane and deadline",
        answers={"200": json_answer("Now", desk.QueuePage)},
        problems=f"{_ANY_TOKEN} 422:malformed",
        security=_AGENT,
        rules="Refused with 422: an `after` that is not the `next` of an earlier page.",
        parameters=[
            in_query("state", {"type": "string", "enum": [str(state) for state in desk.QueueState], "default": "open"}),
            in_query("lane", {"type": "string"}),
            in_query("after", {"type": "string", "maxLength": 500}, "The `next` of the page before"),
            in_query("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 200}),
        ],
    )
    changes = operation(
        "streamChanges",
        "Events `row`, a `RowChange`, and `all`: read again",
        answers={"200": answer("A stream that ends with the token", "text/event-stream")},
        problems=_ANY_TOKEN,
        security=_AGENT,
    )
    lines = answer(
        "JSON lines; a part is cut off, and never ends in order", "application/x-ndjson", reference(desk.ExportLine)
    )
    export = operation(
        "getExport",
        "What people did, a line for each ticket",
        answers={"200": lines},
        problems=_ANY_TOKEN,
        security=_AGENT,
    )
    draft = operation(
        "postDraft",
        "Propose something to an author",
        answers={"201": json_answer("It is kept", desk.Draft)},
        problems=f"{_ANY_TOKEN} not_found text_invalid",
        security=_AGENT,
        body=json_body(desk.DraftRequest),
        rules=_WORDS,
    )
    ticket = operation(
        "getTicket",
        "All about one ticket",
        answers={"200": json_answer("Now", desk.DeskTicket)},
        problems=f"{_ANY_TOKEN} not_found",
        security=_AGENT,
    )
    return {
        "/v1/me": {"get": _read("getMe", "Whose token it is", desk.AgentSelf)},
        "/v1/queue": {"get": queue},
        "/v1/changes": {"get": changes},
        "/v1/board": {
            "get": _read("getBoard", "What PoPs posted, lanes, and islands by PoP", desk.Board)
            | {"security": [*_AGENT, {"wall": []}]}
        },
        "/v1/export": {"get": export},
        "/v1/drafts": {"get": _read("getDrafts", "The newest drafts", desk.Drafts), "post": draft},
        "/v1/tickets/{id}": {"parameters": _ID, "get": ticket},
        **{f"/v1/tickets/{{id}}/{action}": _action(action) for action in _ACTIONS},
    }


_AGENT: list[dict[str, list[str]]] = [{"agent": []}]
_ID = [in_path("id", example="00000000-0000-4000-8000-000000000001")]


def _action(action: str) -> Json:
    summary, body, is_body_required = _ACTIONS[action]
    is_reply = body is desk.ReplyRequest
    post = operation(
        f"{action}Ticket",
        summary,
        answers={"200": json_answer("Done, or it was done before", desk.HandlingResult)},
        problems=f"{_ANY_TOKEN} not_found contradictory" + (" text_invalid" if is_reply else ""),
        security=_AGENT,
        body=json_body(body, is_required=is_body_required),
        rules=_WORDS if is_reply else "",
    )
    return {"parameters": _ID, "post": post}


def _webhook_paths() -> Json:
    accepted = record_of(accepted={"type": "boolean"}) | {"title": "Accepted"}
    webhook = operation(
        "postWebhook",
        "What another desk says; signed, without a token",
        answers={"200": json_answer("It is looked at", accepted)},
        problems="signature_invalid unauthorised not_found",
        body={"required": True, "content": {"application/json": {"schema": {"type": "object", "title": "Event"}}}},
    )
    return {"/v1/webhooks/{tenant}": {"parameters": [in_path("tenant", NAME, example="northwind")], "post": webhook}}


def _read(name: str, summary: str, record: type) -> Json:
    return operation(name, summary, answers={"200": json_answer("Now", record)}, problems=_ANY_TOKEN, security=_AGENT)
