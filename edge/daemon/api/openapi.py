"""The OpenAPI 3.1 description of a PoP's HTTP interface, with the schemas of its records."""

from typing import Any

import msgspec

import edge
from edge import records
from edge.daemon.callers import INGEST_TOKEN_HEADER
from edge.daemon.people import OpenQuestionsReport
from edge.daemon.posting import PostedMessage, PostedTicket
from edge.reasons import REASONS_PATH
from edge.records import trees

_RECORDS = (
    records.AskRequest,
    records.AskResponse,
    records.CallbackPromise,
    records.CallbackRequest,
    records.ChoiceRequest,
    PostedMessage,
    PostedTicket,
    records.FeedbackRequest,
    records.FeedbackResponse,
    records.IslandStatus,
    records.LoadReport,
    records.PopTally,
    OpenQuestionsReport,
    records.Problem,
    records.ReleaseRequest,
    records.SessionRequest,
    records.SessionResponse,
    records.SnippetDocument,
    records.TenantKeys,
    records.TicketStatus,
    trees.TreeList,
    trees.TreeRequest,
    trees.TreeResponse,
)


_SCHEMES = {
    "desk": {"type": "http", "scheme": "bearer", "description": "A desk's token"},
    "session": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
    "ticket": {"type": "http", "scheme": "bearer", "description": "The `ticket_token` of a response"},
    "ingest": {"type": "apiKey", "in": "header", "name": INGEST_TOKEN_HEADER},
}
_VIEWER: list[dict[str, list[str]]] = [{"session": []}, {"ingest": []}, {}]

_ESCALATED = "Escalated to people; the ticket is durable"


def openapi_document() -> dict[str, Any]:
    """The whole description, to be encoded as JSON."""
    _, schemas = msgspec.json.schema_components(_RECORDS, ref_template="#/components/schemas/{name}")
    ask = _operation(
        "Ask one question about one island",
        records.AskResponse,
        problems=("400", "401", "403", "404", "413", "422", "429", "503"),
    )
    ask["responses"]["202"] = {**ask["responses"]["200"], "description": _ESCALATED}
    ask["parameters"] = [_in_header("Idempotency-Key"), _in_header("Accept-Language")]
    ask["security"] = [*_VIEWER, {"desk": []}]
    choice = _with_body(
        "What the viewer picked from the options of a response",
        records.ChoiceRequest,
        records.AskResponse,
        ("400", "401", "403", "404", "413", "422", "429", "503"),
    )
    choice["responses"]["202"] = {**choice["responses"]["200"], "description": _ESCALATED}
    choice["parameters"], choice["security"] = [_in_header("Idempotency-Key")], _VIEWER
    ask["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(records.AskRequest)}}}
    metrics = _operation("Prometheus metrics", None, media="text/plain", problems=("401",))
    metrics["security"] = [{"desk": []}, {}]
    island = [_in_path("tenant"), _in_path("island")]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Skerry PoP", "version": edge.__version__, "license": {"name": "Apache-2.0"}},
        "paths": {
            "/v1/ask": {"post": ask},
            "/v1/choice": {"post": choice},
            "/v1/islands": {"get": _operation("State of every island", None)},
            "/v1/islands/{tenant}/{island}": {
                "parameters": island,
                "get": _operation("State of one island and its snippets", records.IslandStatus, problems=("404",)),
            },
            "/v1/islands/{tenant}/{island}/snippets/{snippet}": {
                "parameters": [*island, _in_path("snippet"), _in_query("locale", ""), _in_header("Accept-Language")],
                "get": _operation("One signed snippet", records.SnippetDocument, problems=("404", "410", "503")),
            },
            "/v1/webhooks/{origin}": {
                "parameters": [_in_path("origin")],
                "post": _operation("A desk event, signed by the desk", None, problems=("400", "401", "404", "503")),
            },
            "/v1/tickets/{ticket}": {
                "parameters": [_in_path("ticket")],
                "get": _for_asker(
                    _operation("State of one ticket", records.TicketStatus, problems=("401", "403", "404"))
                ),
            },
            "/v1/tickets/{ticket}/events": {
                "parameters": [_in_path("ticket"), _in_header("Last-Event-ID"), _in_header("Prefer")],
                "get": _for_asker(
                    _operation(
                        "Events of one ticket, as they happen",
                        None,
                        problems=("401", "403", "404", "503"),
                        media="text/event-stream",
                    )
                ),
            },
            "/.well-known/skerry-keys": {"get": _operation("Keys that may sign, by tenant", None)},
            **_people_paths(island),
            **_tally_paths(),
            "/livez": {"get": _operation("200 while the process responds", None)},
            "/readyz": {
                "get": _operation(
                    "200 if it has begun, serves every required island and takes tickets; 503 says what is not so",
                    None,
                )
            },
            "/statusz": {"get": _operation("Version, model, clock, and the state of every island", None)},
            "/metrics": {"get": metrics},
            "/openapi.json": {"get": _operation("This document", None)},
            REASONS_PATH: {"get": _operation("What each reason means, as a page", None, media="text/html")},
        },
        "components": {"schemas": schemas, "securitySchemes": _SCHEMES},
    }


def _people_paths(island: list[dict[str, Any]]) -> dict[str, Any]:
    """The paths for people's load, sessions, callback promises and trees."""
    tree = _with_body(
        "One step of a decision tree",
        trees.TreeRequest,
        trees.TreeResponse,
        ("400", "401", "403", "404", "410", "413", "422", "429", "503"),
    )
    tree["parameters"], tree["security"] = [_in_header("Idempotency-Key")], _VIEWER
    tree["responses"]["202"] = {**tree["responses"]["200"], "description": _ESCALATED}
    roots = _operation("The trees of an island", trees.TreeList, problems=("404", "410", "503"))
    promise = _with_body(
        "The promise that a callback token stands for", records.CallbackRequest, records.CallbackPromise, ("400", "403")
    )
    load = _with_body("How busy a tenant's people are", records.LoadReport, None, ("400", "401", "409"))
    release = _with_body("Give a session back to the machine", records.ReleaseRequest, None, ("400", "401"))
    for without_content in (load, release):
        without_content["responses"]["204"] = {"description": "Done"}
        del without_content["responses"]["200"]
    posted = _with_body(
        "A message for people, from the tenant's own system",
        PostedMessage,
        PostedTicket,
        ("400", "401", "404", "413", "422", "429", "503"),
    )
    posted["security"] = [{"desk": []}]
    posted["responses"]["202"] = {**posted["responses"]["200"], "description": "A new ticket; it is durable"}
    posted["responses"]["200"] = {**posted["responses"]["200"], "description": "The ticket that it has already"}
    open_questions = _operation(
        "What is asked now and not answered, without private details", OpenQuestionsReport, problems=("400", "401")
    )
    open_questions["parameters"], open_questions["security"] = [_in_query("island", "")], [{"desk": []}]
    session = _with_body(
        "A signed session for one viewer of one island",
        records.SessionRequest,
        records.SessionResponse,
        ("400", "401", "404", "413", "429", "503"),
    )
    return {
        "/v1/sessions": {"post": session},
        "/v1/trees/{tenant}/{island}": {"parameters": island, "get": roots},
        "/v1/trees/{tenant}/{island}/{tree}": {"parameters": [*island, _in_path("tree")], "post": tree},
        "/v1/callback-promises": {"post": promise},
        "/v1/load": {"put": load},
        "/v1/tickets": {"post": posted},
        "/v1/release": {"post": release},
        "/v1/open-questions": {"get": open_questions},
    }


def _tally_paths() -> dict[str, Any]:
    """The paths for feedback and stats."""
    feedback = _with_body(
        "Feedback on one outcome; each topic is counted once",
        records.FeedbackRequest,
        records.FeedbackResponse,
        ("400", "401", "403", "413", "429", "503"),
    )
    stats = _operation(
        "Counts for operators, as `edge.tally` defines them", records.PopTally, problems=("400", "401", "503")
    )
    stats["parameters"] = [_in_query("since", "date-time"), _in_query("island", "")]
    stats["security"] = [{"desk": []}, {}]
    return {"/v1/feedback": {"post": feedback}, "/v1/stats": {"get": stats}}


def _with_body(summary: str, body: type, record: type | None, problems: tuple[str, ...]) -> dict[str, Any]:
    content = {"application/json": {"schema": _ref(body)}}
    return {**_operation(summary, record, problems=problems), "requestBody": {"required": True, "content": content}}


def _operation(
    summary: str, record: type | None, *, problems: tuple[str, ...] = (), media: str = "application/json"
) -> dict[str, Any]:
    schema = _ref(record) if record else {}
    failed = {"description": "Problem", "content": {"application/problem+json": {"schema": _ref(records.Problem)}}}
    return {
        "summary": summary,
        "responses": {
            "200": {"description": "Done", "content": {media: {"schema": schema}}},
            **dict.fromkeys(problems, failed),
        },
    }


def _ref(record: type) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{record.__name__}"}


def _for_asker(operation: dict[str, Any]) -> dict[str, Any]:
    return {**operation, "security": [{"ticket": []}]}


def _in_header(name: str) -> dict[str, Any]:
    return {"name": name, "in": "header", "required": False, "schema": {"type": "string"}}


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str, kind: str) -> dict[str, Any]:
    schema = {"type": "string", "format": kind} if kind else {"type": "string"}
    return {"name": name, "in": "query", "required": False, "schema": schema}
