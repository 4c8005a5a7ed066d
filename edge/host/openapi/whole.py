"""The whole document: schemas of records, one response for each set of reasons, and examples."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from aiohttp import web

import edge
from edge.errors import Reason
from edge.host.openapi.operations import OPENAPI_PATH, PROBLEMS, Json, reference
from edge.host.problems import problem_document
from edge.reasons import REASONS
from edge.records import Problem

__all__ = ["Json", "document", "narrow", "openapi_route"]

_SCHEMAS = "#/components/schemas/"
_RETRY_AFTER = {"429", "503"}


def document(
    title: str,
    *,
    records: Iterable[type],
    paths: Json,
    schemes: Json,
    examples: Mapping[str, Any],
    narrowed: Mapping[str, Json],
    notes: str = "",
) -> Json:
    """The description of one server, to be encoded as JSON.

    `examples`: documents by the name of their record. `narrowed`: what the server asks of a field besides its type, by
    `Record.field`.
    """
    _, schemas = msgspec.json.schema_components((*records, Problem), ref_template=_SCHEMAS + "{name}")
    narrow(schemas, narrowed)
    _add_examples(paths, examples)
    names = {text.removeprefix(PROBLEMS) for text in _references(paths) if text.startswith(PROBLEMS)}
    info = {"title": title, "version": edge.__version__, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}}
    return {
        "openapi": "3.1.0",
        "info": info | ({"description": notes} if notes else {}),
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": {name: _problem(*name.split("-")) for name in sorted(names)},
            "securitySchemes": schemes,
        },
    }


def narrow(schemas: Json, narrowed: Mapping[str, Json]) -> None:
    """Add to the schema of a record's field (`Record.field`), or of a record, what its type does not say."""
    for place, more in narrowed.items():
        record, _, field = place.partition(".")
        found = schemas[record]
        if field:
            properties = found["properties"]
            properties[field] = properties[field] | more
        else:
            found.update(more)


def openapi_route(described: Json) -> web.RouteDef:
    """The route of a server's description, which is encoded once."""
    body = msgspec.json.encode(described)

    async def respond(_request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    return web.get(OPENAPI_PATH, respond)


def _problem(status: str, *reasons: str) -> Json:
    """The response of one status with these reasons."""
    words = [Reason(reason) for reason in reasons]
    lines = "\n".join(f"* `{reason}`: {REASONS[reason].means}" for reason in words)
    only = {"properties": {"status": {"const": int(status)}, "reason": {"enum": list(reasons)}}}
    example = msgspec.to_builtins(
        problem_document(int(status), words[0], "what was found, expected what is described here")
    )
    content = {"schema": {"allOf": [reference(Problem), only]}, "example": example}
    found: Json = {"description": lines, "content": {"application/problem+json": content}}
    if status in _RETRY_AFTER:
        found["headers"] = {
            "Retry-After": {"description": "Seconds to wait", "required": True, "schema": {"type": "string"}}
        }
    return found


def _add_examples(paths: Json, examples: Mapping[str, Any]) -> None:
    """Give each JSON body the example of its record."""
    for item in paths.values():
        for operation in item.values():
            if isinstance(operation, dict):
                for content in _contents(operation):
                    name = _record_name(content["schema"])
                    if name in examples:
                        content["example"] = examples[name]


def _contents(operation: Json) -> Iterator[Json]:
    holders: Sequence[Json] = (operation.get("requestBody", {}), *operation["responses"].values())
    for holder in holders:
        yield from holder.get("content", {}).values()


def _record_name(schema: Json) -> str:
    """The record of a schema; of several, the first. A schema of no record may have a `title`."""
    first = schema["anyOf"][0] if "anyOf" in schema else schema
    return str(first.get("$ref", first.get("title", ""))).removeprefix(_SCHEMAS)


def _references(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if "$ref" in found:
            yield found["$ref"]
        for value in found.values():
            yield from _references(value)
    elif isinstance(found, list):
        for value in found:
            yield from _references(value)
