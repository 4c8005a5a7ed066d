"""The operations of desks, of a tenant's own systems, and of operators."""

from edge import records
from edge.daemon.contract.islands import island_selection
from edge.daemon.people import OpenQuestionsReport
from edge.daemon.posting import PostedMessage, PostedTicket
from edge.host.openapi import Json, answer, in_path, in_query, json_answer, json_body, operation, record_of, reference
from edge.records.ledger import LedgerState

OTHER_RECORDS = (
    records.LoadReport,
    records.PopTally,
    OpenQuestionsReport,
    PostedMessage,
    PostedTicket,
    records.ReleaseRequest,
)
_DESK: list[dict[str, list[str]]] = [{"desk": []}]
_OPERATOR: list[dict[str, list[str]]] = [*_DESK, {}]
_BOOLEAN: Json = {"type": "boolean"}
_TEXT: Json = {"type": "string"}
_TIME: Json = {"type": "string", "format": "date-time"}


def other_paths() -> Json:
    """Their paths."""
    return {**_desk_paths(), **_operator_paths()}


def _desk_paths() -> Json:
    load = operation(
        "putLoad",
        "How busy a tenant's people are",
        answers={"204": answer("Noted")},
        problems="unauthorised contradictory",
        security=_DESK,
        body=json_body(records.LoadReport),
        rules="Refused with 409: fields that contradict each other, and a report that is older than the last.",
    )
    release = operation(
        "releaseSession",
        "Give a session back to the machine",
        answers={"204": answer("Done")},
        problems="unauthorised",
        security=_DESK,
        body=json_body(records.ReleaseRequest),
    )
    posted = operation(
        "postMessage",
        "A message for people, from the tenant's own system",
        answers={
            "200": json_answer("The ticket that it has already", PostedTicket),
            "202": json_answer("A new ticket; it is durable", PostedTicket),
        },
        problems="unauthorised island_unknown island_expired island_withdrawn text_invalid key_reused 422:malformed",
        security=_DESK,
        body=json_body(PostedMessage),
        rules="Refused with 422: a `text` that is empty, too long or has controls; labels with a character that is not "
        "seen (`text_invalid`); an `id` that came with other words (`key_reused`); a `channel` of a class of viewers "
        "(`malformed`).",
    )
    asked = operation(
        "listOpenQuestions",
        "What is asked now and not answered, without private details",
        answers={"200": json_answer("Now", OpenQuestionsReport)},
        problems="unauthorised",
        security=_DESK,
        parameters=[island_selection()],
    )
    webhook = operation(
        "takeDeskEvent",
        "A desk event, signed by the desk",
        answers={"200": json_answer("It is taken", record_of(accepted=_BOOLEAN) | {"title": "Accepted"})},
        problems="signature_invalid not_found",
        body={"required": True, "content": {"application/json": {"schema": {"type": "object", "title": "Event"}}}},
    )
    return {
        "/v1/load": {"put": load},
        "/v1/release": {"post": release},
        "/v1/tickets": {"post": posted},
        "/v1/open-questions": {"get": asked},
        "/v1/webhooks/{origin}": {"parameters": [in_path("origin", example="default")], "post": webhook},
    }


def _operator_paths() -> Json:
    since = in_query(
        "since",
        _TIME | {"pattern": "^(?!0000|0001|9999)[0-9]{4}-"},
        "Counts from this hour on; without it, of 24 hours",
    )
    stats = operation(
        "getStats",
        "Counts for operators, as `edge.tally` defines them",
        answers={"200": json_answer("Since then", records.PopTally)},
        problems="unauthorised",
        security=_OPERATOR,
        parameters=[since, island_selection()],
    )
    metrics = operation(
        "getMetrics",
        "Prometheus metrics",
        answers={"200": answer("Now", "text/plain")},
        problems="unauthorised",
        security=_OPERATOR,
    )
    statuses = {"type": "array", "items": reference(records.IslandStatus)}
    ready = record_of(
        ready=_BOOLEAN,
        has_begun=_BOOLEAN,
        not_ready=statuses,
        takes_tickets=_BOOLEAN,
        ledger=_TEXT,
        payloads=_TEXT,
        witness=_TEXT,
    )
    status = record_of(
        pop=_TEXT,
        version=_TEXT,
        model=_TEXT,
        started=_TIME,
        now=_TIME,
        clock=record_of(ahead_s={"type": "number"}, corrected_s={"type": "number"}),
        sessions=_TEXT,
        push=_TEXT,
        notices={"type": "array", "items": _TEXT},
        outbox={"type": "object"},
        ledger=reference(LedgerState),
        islands=statuses,
    )
    not_ready = json_answer("Not ready, or too much at once", ready | {"title": "NotReady"})
    not_ready["content"]["application/problem+json"] = {"schema": reference(records.Problem)}
    return {
        "/readyz": {
            "get": operation(
                "getReadyz",
                "Whether it has begun, serves every required island and takes tickets",
                answers={"200": json_answer("Ready", ready | {"title": "Ready"}), "503": not_ready},
            )
        },
        "/statusz": {
            "get": operation(
                "getStatusz",
                "Version, model, clock, and the state of every island",
                answers={"200": json_answer("Now", status | {"title": "Status"})},
            )
        },
        "/v1/stats": {"get": stats},
        "/metrics": {"get": metrics},
    }
