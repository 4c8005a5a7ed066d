"""The parts of a description: operations, parameters, bodies and answers. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

from edge.errors import Reason
from edge.reasons import REASONS, REASONS_PATH
from edge.records import NAME_PATTERN

Json: TypeAlias = dict[str, Any]

OPENAPI_PATH: Final = "/openapi.json"
"""Where every server has its description."""

NAME: Final[Json] = {"type": "string", "pattern": f"^{NAME_PATTERN}$"}
"""Schema of a tenant's, an island's or a snippet's name."""

ISLAND: Final[Json] = {"type": "string", "pattern": f"^{NAME_PATTERN}/{NAME_PATTERN}$"}
"""Schema of `tenant/island`."""

PROBLEMS: Final = "#/components/responses/"
"""Where the responses of refusals are; a name is the status and its reasons, with `-` between them."""

_ALWAYS = (
    "malformed 415:malformed 417:malformed timeout too_large 431:too_large rate_limited overloaded storage internal"
)
"""What may refuse any request: the door, the limits, the disk."""


def operation(
    name: str,
    summary: str,
    *,
    answers: Mapping[str, Json],
    problems: str = "",
    security: Sequence[Mapping[str, Sequence[str]]] = (),
    parameters: Sequence[Json] = (),
    body: Json | None = None,
    rules: str = "",
) -> Json:
    """One operation.

    `problems`: the reasons of refusals, besides those of any request; `422:malformed` is a reason with a status that it
    does not usually have. `security`: what it takes, any one of them; none: nobody has to prove anything. `rules`:
    sentences on what a schema cannot say.
    """
    found: Json = {"operationId": name, "summary": summary}
    if rules:
        found["description"] = rules
    if parameters:
        found["parameters"] = list(parameters)
    if body is not None:
        found["requestBody"] = body
    return {**found, "security": list(security), "responses": {**_refusals(problems), **answers}}


def answer(description: str, media: str = "", schema: Json | None = None, **headers: str) -> Json:
    """A response with a body of this type, or without one. `headers`: what each says, by name; `_` stands for `-`."""
    found: Json = {"description": description}
    if media:
        found["content"] = {media: {"schema": schema or {"type": "string"}}}
    if headers:
        found["headers"] = {
            name.replace("_", "-"): {"description": text, "required": True, "schema": {"type": "string"}}
            for name, text in headers.items()
        }
    return found


def json_answer(description: str, *forms: type | Json, **headers: str) -> Json:
    """A JSON response in one of these forms."""
    return answer(description, "application/json", _any_of(forms), **headers)


def json_body(*forms: type | Json, is_required: bool = True) -> Json:
    """A JSON body in one of these forms."""
    return {"required": is_required, "content": {"application/json": {"schema": _any_of(forms)}}}


def record_of(**fields: Json) -> Json:
    """Schema of an object with all of these fields."""
    return {"type": "object", "properties": fields, "required": list(fields)}


def reference(record: type) -> Json:
    """Schema of a record, in the document's components."""
    return {"$ref": f"#/components/schemas/{record.__name__}"}


def in_header(name: str, description: str, *, is_required: bool = False, pattern: str = "") -> Json:
    """A header of a request."""
    return _parameter("header", name, {"type": "string"} | ({"pattern": pattern} if pattern else {}), description) | {
        "required": is_required
    }


def in_path(name: str, schema: Json | None = None, *, example: str) -> Json:
    """A part of the path."""
    return _parameter("path", name, schema or {"type": "string"}, "") | {"required": True, "example": example}


def in_query(name: str, schema: Json, description: str = "") -> Json:
    """A part of the query, which may be left out."""
    return _parameter("query", name, schema, description)


def common_paths(livez: Json) -> Json:
    """The paths that every server has. `livez` is the answer of its `/livez`."""
    page = answer("The page", "text/html")
    return {
        "/livez": {"get": operation("getLivez", "200 while the process responds", answers={"200": livez})},
        OPENAPI_PATH: {
            "get": operation(
                "getOpenapi", "This document", answers={"200": json_answer("OpenAPI 3.1", {"type": "object"})}
            )
        },
        REASONS_PATH: {"get": operation("getProblems", "What each reason means, as a page", answers={"200": page})},
    }


def _parameter(place: str, name: str, schema: Json, description: str) -> Json:
    described = {"description": description} if description else {}
    return {"name": name, "in": place, "required": False, **described, "schema": schema}


def _any_of(forms: Sequence[type | Json]) -> Json:
    schemas = [form if isinstance(form, dict) else reference(form) for form in forms]
    return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}


def _refusals(problems: str) -> Json:
    """A reference for each status, to the response with its reasons."""
    by_status: dict[str, set[str]] = {}
    for word in f"{problems} {_ALWAYS}".split():
        status, _, reason = word.rpartition(":")
        usual = REASONS[Reason(reason)].status
        by_status.setdefault(status or str(usual), set()).add(reason)
    return {
        status: {"$ref": PROBLEMS + "-".join((status, *sorted(reasons)))}
        for status, reasons in sorted(by_status.items())
    }
