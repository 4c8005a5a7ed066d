"""The OpenAPI 3.1 description of a publisher's HTTP interface, with the schemas of its records."""

from edge import records
from edge.archive import ARCHIVE_EXAMPLES, ARCHIVE_RECORDS, archive_paths
from edge.host.openapi import (
    ISLAND,
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
    reference,
)
from edge.stored_words import STATUS_FIELDS
from edge.wire.publisher import (
    ADD_CHECKPOINT_PATH,
    KEY_HEADER,
    POP_HEADER,
    SIGNATURE_HEADER,
    STATUS_PATH,
    TLOG_SIZE,
)

_SCHEMES: Json = {"pop": {"type": "http", "scheme": "bearer", "description": "A PoP's token, of `--tokens`"}}
_POP: list[dict[str, list[str]]] = [{"pop": []}, {}]

_SUBMISSION = r"^old (0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=\n){0,63}\n[\s\S]+$"

_CHANGING = "`no-cache`: a cache asks each time"
_EXAMPLES: Json = {
    "PopStatus": {
        "pop": "fra-1",
        "run": 1795666488,
        "sequence": 12,
        "time": "2026-11-26T04:08:33Z",
        STATUS_FIELDS["interval_s"]: 15.0,
        "serves": ["northwind"],
        "islands": [
            {"island": "northwind/hoodie-drop", "state": "fresh", "since": "2026-11-26T04:00:00Z", "revision": 3}
        ],
    },
    "FleetStatus": {
        "at": "2026-11-26T04:08:34Z",
        "everyone": True,
        "islands": [
            {
                "wanted": {"island": "northwind/hoodie-drop", "revision": 3, "is_withdrawn": False},
                "meant": 1,
                "lagging": [],
            }
        ],
        "pops": [{"pop": "fra-1", "heard_at": "2026-11-26T04:08:33Z", "version": "0.1.0"}],
    },
}


def openapi_document() -> Json:
    """The whole description, to be encoded as JSON."""
    return document(
        "Skerry publisher",
        records=(records.FleetStatus, records.PopStatus, *ARCHIVE_RECORDS),
        paths={
            **_repository_paths(),
            **_fleet_paths(),
            **_witness_paths(),
            **archive_paths(_POP, problems="unauthorised pop_unknown"),
            **common_paths(answer("It responds", "text/plain")),
        },
        schemes=_SCHEMES,
        examples={**_EXAMPLES, **ARCHIVE_EXAMPLES},
        narrowed={},
        notes="With `--tokens`, every path but `/livez`, `/problems` and this one needs a PoP's token. Every GET that "
        "ends is answered for HEAD, too. Another method than those here is answered with 405 and `Allow`.",
    )


def _repository_paths() -> Json:
    metadata = _file(
        "getMetadata",
        "TUF metadata",
        json_answer("The file", {"type": "object"}, Cache_Control=_CHANGING),
    )
    island = answer(
        "The file", "application/octet-stream", Cache_Control="For ever: its name has the digest of its bytes"
    )
    island["content"]["application/json"] = {"schema": {"type": "object"}}
    push = operation(
        "streamChanges",
        "The state now, then every change",
        answers={"200": answer("A stream", "text/event-stream")},
        problems="unauthorised",
        security=_POP,
    )
    return {
        "/metadata/{file}": {"parameters": [in_path("file", example="timestamp.json")], "get": metadata},
        "/targets/{tenant}/{file}": {
            "parameters": [
                in_path("tenant", example="northwind"),
                in_path("file", example=f"{'0' * 64}.hoodie-drop.island"),
            ],
            "get": _file("getTarget", "A signed island, or keys of a tenant", island),
        },
        "/v1/push": {"get": push},
    }


def _file(name: str, summary: str, whole: Json) -> Json:
    """An operation that gives a file, or the part or the news of it that a cache asks for (RFC 9110)."""
    answers = {
        "200": whole,
        "206": {**whole, "description": "The part that `Range` names"},
        "304": answer("The reader has it"),
        "412": answer("It has changed since `If-Unmodified-Since`, or is not one of `If-Match`"),
        "416": answer("It has no such part"),
    }
    conditions = [
        in_header(header, "As RFC 9110 says")
        for header in ("Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since")
    ]
    return operation(
        name, summary, answers=answers, problems="unauthorised not_found", security=_POP, parameters=conditions
    )


def _fleet_paths() -> Json:
    post = operation(
        "postStatus",
        "What a PoP serves",
        answers={"204": answer("It is stored")},
        problems="unauthorised signature_invalid pop_unknown replayed contradictory",
        security=_POP,
        parameters=[
            in_header(POP_HEADER, "Name of the PoP", is_required=True),
            in_header(KEY_HEADER, "The PoP's public key, in hexadecimal", is_required=True),
            in_header(SIGNATURE_HEADER, "Signature of the body, in hexadecimal", is_required=True),
        ],
        body=json_body(records.PopStatus),
    )
    get = operation(
        "getFleet",
        "Which PoP has what",
        answers={"200": json_answer("Now", records.FleetStatus)},
        problems="unauthorised not_found island_unknown 422:malformed",
        security=_POP,
        parameters=[
            in_query("island", ISLAND, "This one alone"),
            in_query("revision", {"type": "string", "pattern": "^[0-9]{1,15}$"}, "As if this revision were published"),
        ],
        rules="Refused with 422: a `revision` without an `island`.",
    )
    return {f"/{STATUS_PATH}": {"post": post}, "/v1/fleet": {"get": get}}


def _witness_paths() -> Json:
    other_size = answer("The size that was cosigned last, if the request names another one", TLOG_SIZE)
    other_size["content"]["application/problem+json"] = {"schema": reference(records.Problem)}
    body = {"required": True, "content": {"text/plain": {"schema": {"type": "string", "pattern": _SUBMISSION}}}}
    post = operation(
        "addCheckpoint",
        "Cosign the checkpoint of a PoP's log (C2SP tlog-witness)",
        answers={"200": answer("Lines with cosignatures", "text/plain"), "409": other_size},
        problems="unauthorised 403:signature_invalid 404:pop_unknown 422:hash_mismatch 422:malformed malformed"
        " too_large"
        " overloaded 503:config 503:storage",
        security=_POP,
        body=body,
        rules="The body has a line `old SIZE`, the hashes of the consistency proof, an empty line and the checkpoint."
        " 409 with a problem document: the log has two roots for one size. 422: the proof does not hold, or what"
        " follows the empty line is no checkpoint.",
    )
    return {f"/{ADD_CHECKPOINT_PATH}": {"post": post}}
