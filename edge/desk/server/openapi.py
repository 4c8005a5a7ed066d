"""The OpenAPI 3.1 description of a desk's HTTP interface, with the schemas of its records."""

from typing import Any

import msgspec

import edge
from edge import records
from edge.reasons import REASONS_PATH
from edge.records import desk

OPENAPI_PATH = "/openapi.json"

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
)
_SCHEMES = {
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

_Document = dict[str, Any]


def openapi_document() -> _Document:
    """The whole description, to be encoded as JSON."""
    return {
        "openapi": "3.1.0",
        "info": {"title": "Skerry desk", "version": edge.__version__, "license": {"name": "Apache-2.0"}},
        "paths": {**_pop_paths(), **_people_paths(), **_open_paths()},
        "components": {"schemas": _schemas(), "securitySchemes": _SCHEMES},
    }


def _schemas() -> _Document:
    _, schemas = msgspec.json.schema_components(_RECORDS, ref_template="#/components/schemas/{name}")
    # What passes as the bytes that came has a form all the same.
    schemas["DeskTicket"]["properties"]["ticket"] |= _ref(records.Ticket)
    schemas["PopEvent"]["properties"]["data"] |= {"anyOf": [_ref(records.DeskEvent), _ref(records.LoadReport)]}
    return schemas


def _pop_paths() -> _Document:
    post = _operation("postTicket", "Store a ticket once, or take one back", "pop", "401 403 404 413 422 503")
    post["parameters"] = [
        _in_header("Idempotency-Key", "the id in the body; that of a take-back tells it from a ticket")
    ]
    post["requestBody"] = _body(records.Ticket, records.SolvedByViewer)
    post["responses"]["200"] = _json("The desk had it; or the take-back is noted", desk.TicketReceived, _TAKEN_BACK)
    post["responses"]["201"] = _json("It is new, and durable", desk.TicketReceived)
    events = _operation("getPopEvents", "What people did, and loads", "pop", "400 401 403 409 429 503")
    events["parameters"] = [_in_header("Last-Event-ID", "confirms all events up to it")]
    events["responses"]["200"] = {
        "description": "A stream; with `Accept: application/json`, what there is now",
        "content": {"text/event-stream": {"schema": {"type": "string"}}, **_json("", desk.EventPage)["content"]},
    }
    status = _operation("postPopFigures", "The PoP's figures; confirms events, too", "pop", "400 401 403 409 413 503")
    status["requestBody"] = _body(desk.PopFigures)
    status["responses"]["204"] = {"description": "Done"}
    return {
        "/v1/tickets": {"post": post},
        "/v1/pops/{name}/events": {"parameters": [_in_path("name")], "get": events},
        "/v1/pops/{name}/status": {"parameters": [_in_path("name")], "post": status},
    }


_TAKEN_BACK = {
    "type": "object",
    "properties": {"ticket": {"type": "string"}, "resolved": {"type": "boolean"}},
    "required": ["ticket", "resolved"],
}
"""The answer to a take-back: `resolved` is false if people have the ticket."""


def _people_paths() -> _Document:
    queue = _read("getQueue", "Rows of the queue, by lane and deadline", desk.QueuePage, "400 401 403 503")
    queue["parameters"] = [
        _in_query("state", {"type": "string", "enum": [str(state) for state in desk.QueueState], "default": "open"}),
        _in_query("lane", {"type": "string"}),
        _in_query("after", {"type": "string", "description": "The `next` of the page before"}),
        _in_query("limit", {"type": "integer", "minimum": 1, "maximum": 200, "default": 200}),
    ]
    changes = _operation("getChanges", "Events `row`, a `RowChange`, and `all`: read again", "agent", "401 403")
    changes["responses"]["200"] = {
        "description": "A stream that ends with the token",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
    export = _operation("getExport", "What people did, a line for each ticket", "agent", "401 403 503")
    export["responses"]["200"] = {
        "description": "JSON lines; a part is cut off, and never ends in order",
        "content": {"application/x-ndjson": {"schema": _ref(desk.ExportLine)}},
    }
    draft = _operation("postDraft", "Propose something to an author", "agent", "400 401 403 404 413 422 503")
    draft["requestBody"] = _body(desk.DraftRequest)
    draft["responses"]["201"] = _json("It is kept", desk.Draft)
    board = _read("getBoard", "What PoPs posted, lanes, and islands by PoP", desk.Board, "401 403 503")
    board["security"] = [{"agent": []}, {"wall": []}]
    ticket = _read("getTicket", "All about one ticket", desk.DeskTicket, "401 403 404 503")
    return {
        "/v1/me": {"get": _read("getMe", "Whose token it is", desk.AgentSelf, "401 403")},
        "/v1/queue": {"get": queue},
        "/v1/changes": {"get": changes},
        "/v1/board": {"get": board},
        "/v1/export": {"get": export},
        "/v1/drafts": {
            "get": _read("getDrafts", "The newest drafts", desk.Drafts, "401 403 503"),
            "post": draft,
        },
        "/v1/tickets/{id}": {"parameters": [_in_path("id")], "get": ticket},
        **{f"/v1/tickets/{{id}}/{action}": _action(action) for action in _ACTIONS},
    }


def _action(action: str) -> _Document:
    summary, body, is_body_required = _ACTIONS[action]
    operation = _operation(f"{action}Ticket", summary, "agent", "400 401 403 404 409 413 503")
    if body is desk.ReplyRequest:
        operation["responses"]["422"] = _problem()
    operation["requestBody"] = _body(body) | {"required": is_body_required}
    operation["responses"]["200"] = _json("Done, or it was done before", desk.HandlingResult)
    return {"parameters": [_in_path("id")], "post": operation}


def _open_paths() -> _Document:
    """The paths that need no token."""
    found: _Document = {}
    for path, name, summary, media in (
        ("/livez", "getLivez", "200 while the process responds", "text/plain"),
        (OPENAPI_PATH, "getOpenapi", "This document", "application/json"),
        (REASONS_PATH, "getProblems", "What each reason means, as a page", "text/html"),
    ):
        content = {media: {"schema": {"type": "object" if media == "application/json" else "string"}}}
        responses = {"200": {"description": "Done", "content": content}}
        found[path] = {"get": {"operationId": name, "summary": summary, "security": [], "responses": responses}}
    webhook = _operation("postWebhook", "What another desk says; signed, without a token", "", "400 401 404 413")
    webhook["security"] = []
    webhook["requestBody"] = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    accepted = {"type": "object", "properties": {"accepted": {"type": "boolean"}}, "required": ["accepted"]}
    webhook["responses"]["200"] = _json("It is looked at", accepted)
    return {**found, "/v1/webhooks/{tenant}": {"parameters": [_in_path("tenant")], "post": webhook}}


def _read(name: str, summary: str, record: type, problems: str) -> _Document:
    operation = _operation(name, summary, "agent", problems)
    operation["responses"]["200"] = _json("Now", record)
    return operation


def _operation(name: str, summary: str, scheme: str, problems: str) -> _Document:
    responses = dict.fromkeys(problems.split(), _problem())
    return {"operationId": name, "summary": summary, "security": [{scheme: []}], "responses": responses}


def _problem() -> _Document:
    return {"description": "Problem", "content": {"application/problem+json": {"schema": _ref(records.Problem)}}}


def _json(description: str, *forms: type | _Document) -> _Document:
    schemas = [form if isinstance(form, dict) else _ref(form) for form in forms]
    schema = schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    return {"description": description, "content": {"application/json": {"schema": schema}}}


def _body(*forms: type) -> _Document:
    return {"required": True, "content": _json("", *forms)["content"]}


def _ref(record: type) -> _Document:
    return {"$ref": f"#/components/schemas/{record.__name__}"}


def _in_header(name: str, description: str) -> _Document:
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


def _in_path(name: str) -> _Document:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str, schema: _Document) -> _Document:
    return {"name": name, "in": "query", "required": False, "schema": schema}
