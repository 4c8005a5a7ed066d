"""What a PoP's HTTP interface looks like, as OpenAPI 3.1, with the schemas of the records that it reads and writes."""

from typing import Any

import msgspec

import edge
from edge import records
from edge.reasons import REASONS_PATH

_RECORDS = (
    records.AskRequest,
    records.AskResponse,
    records.CallbackPromise,
    records.CallbackRequest,
    records.FeedbackRequest,
    records.FeedbackResponse,
    records.IslandStatus,
    records.LoadReport,
    records.PopTally,
    records.Problem,
    records.ReleaseRequest,
    records.SnippetDocument,
    records.TenantKeys,
    records.TicketStatus,
    records.TreeRequest,
    records.TreeResponse,
)


def openapi_document() -> dict[str, Any]:
    """The whole description, ready to be encoded as JSON."""
    _, schemas = msgspec.json.schema_components(_RECORDS, ref_template="#/components/schemas/{name}")
    ask = _operation(
        "Ask one question of one island", records.AskResponse, problems=("400", "404", "413", "422", "503")
    )
    ask["responses"]["202"] = {**ask["responses"]["200"], "description": "Handed to people; the ticket is durable"}
    ask["requestBody"] = {"required": True, "content": {"application/json": {"schema": _ref(records.AskRequest)}}}
    island = [_in_path("tenant"), _in_path("island")]
    return {
        "openapi": "3.1.0",
        "info": {"title": "Skerry PoP", "version": edge.__version__, "license": {"name": "Apache-2.0"}},
        "paths": {
            "/v1/ask": {"post": ask},
            "/v1/islands": {"get": _operation("State of every island", None)},
            "/v1/islands/{tenant}/{island}": {
                "parameters": island,
                "get": _operation("State of one island and its snippets", records.IslandStatus, problems=("404",)),
            },
            "/v1/islands/{tenant}/{island}/snippets/{snippet}": {
                "parameters": [*island, _in_path("snippet")],
                "get": _operation("One signed snippet", records.SnippetDocument, problems=("404", "410", "503")),
            },
            "/v1/webhooks/{origin}": {
                "parameters": [_in_path("origin")],
                "post": _operation("A desk's signed report of a ticket", None, problems=("400", "401", "404", "503")),
            },
            "/v1/tickets/{ticket}": {
                "parameters": [_in_path("ticket")],
                "get": _operation("How far a ticket has come", records.TicketStatus, problems=("404",)),
            },
            "/.well-known/skerry-keys": {"get": _operation("Keys that may sign, by tenant", None)},
            **_of_people(island),
            **_of_tally(),
            "/livez": {"get": _operation("The event loop turns", None)},
            "/readyz": {"get": _operation("Every required island is served; 503 says which is not", None)},
            "/statusz": {"get": _operation("What runs here, and what it serves since when", None)},
            "/metrics": {"get": _operation("Prometheus metrics", None, media="text/plain")},
            "/openapi.json": {"get": _operation("This document", None)},
            REASONS_PATH: {"get": _operation("What each reason means, as a page", None, media="text/html")},
        },
        "components": {"schemas": schemas, "securitySchemes": {"desk": {"type": "http", "scheme": "bearer"}}},
    }


def _of_people(island: list[dict[str, Any]]) -> dict[str, Any]:
    """What is not a question: people's load, sessions, callbacks, trees."""
    tree = _posted(
        "One step of a decision tree", records.TreeRequest, records.TreeResponse, ("400", "403", "404", "410", "503")
    )
    tree["responses"]["202"] = {**tree["responses"]["200"], "description": "Handed to people; the ticket is durable"}
    callback = _posted(
        "What was promised with a callback's token", records.CallbackRequest, records.CallbackPromise, ("400", "403")
    )
    load = _posted("How busy a tenant's people are", records.LoadReport, None, ("400", "401", "409"))
    release = _posted("People are done with a session", records.ReleaseRequest, None, ("400", "401"))
    for silent in (load, release):
        silent["responses"]["204"] = {"description": "Done"}
        del silent["responses"]["200"]
    return {
        "/v1/trees/{tenant}/{island}/{tree}": {"parameters": [*island, _in_path("tree")], "post": tree},
        "/v1/callback-promises": {"post": callback},
        "/v1/load": {"put": load},
        "/v1/release": {"post": release},
    }


def _of_tally() -> dict[str, Any]:
    """What came of decisions."""
    feedback = _posted(
        "What became of one decision, counted once",
        records.FeedbackRequest,
        records.FeedbackResponse,
        ("400", "403", "413", "503"),
    )
    report = _operation(
        "Counts for operators, as `edge.tally` defines them", records.PopTally, problems=("400", "401", "503")
    )
    report["parameters"] = [_in_query("since", "date-time"), _in_query("island", "")]
    report["security"] = [{"desk": []}, {}]
    return {"/v1/feedback": {"post": feedback}, "/v1/stats": {"get": report}}


def _posted(summary: str, body: type, record: type | None, problems: tuple[str, ...]) -> dict[str, Any]:
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


def _in_path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


def _in_query(name: str, kind: str) -> dict[str, Any]:
    schema = {"type": "string", "format": kind} if kind else {"type": "string"}
    return {"name": name, "in": "query", "required": False, "schema": schema}
