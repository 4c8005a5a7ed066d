"""The description of the desk's interface: complete, consistent, and what the desk really answers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aiohttp import web

from edge.desk.server import DeskServer, openapi_document
from tests.desk.desk import Caller, RunningDesk, body, tid

DOCUMENT = openapi_document()
METHODS = ("get", "post", "put", "delete")


def operations() -> Iterator[tuple[str, str, dict[str, Any], list[dict[str, Any]]]]:
    """Method, path, description and parameters of every operation."""
    for path, item in DOCUMENT["paths"].items():
        for method in item.keys() & set(METHODS):
            yield method, path, item[method], [*item.get("parameters", ()), *item[method].get("parameters", ())]


def test_every_route_is_described(home: Path) -> None:
    """And nothing else is. Files of the pages that the desk serves are no part of it."""
    home.mkdir()
    app = DeskServer(home=home, host="127.0.0.1", port=0).application()
    served = {(route.method, where(route)) for route in app.router.routes() if route.method != "HEAD"}
    described = {(method.upper(), path) for method, path, *_ in operations()}

    assert described <= served
    assert {(method, path) for method, path in served if path.startswith("/v1/")} <= described


def where(route: web.AbstractRoute) -> str:
    """The pattern of a route's path."""
    return route.resource.canonical if route.resource is not None else ""


def test_operations() -> None:
    """Each has an id of its own, a success, a scheme that is there, and its path's parameters."""
    names = [operation["operationId"] for _, _, operation, _ in operations()]

    assert len(names) == len(set(names))
    for method, path, operation, parameters in operations():
        in_path = [one["name"] for one in parameters if one["in"] == "path"]
        schemes = {name for one in operation["security"] for name in one}
        assert re.findall(r"{(\w+)}", path) == in_path
        assert schemes <= DOCUMENT["components"]["securitySchemes"].keys()
        assert any(status.startswith("2") for status in operation["responses"])
        assert ("requestBody" in operation) == (method in {"post", "put"})


def test_references() -> None:
    """Each has its schema, and no schema is left over."""
    found = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(DOCUMENT)))

    # Of events, which are no JSON document.
    assert found | {"RowChange"} == DOCUMENT["components"]["schemas"].keys()


def test_bytes_that_pass() -> None:
    """A ticket within an answer, and what an event tells, have their schemas."""
    schemas = DOCUMENT["components"]["schemas"]

    assert "#/components/schemas/Ticket" == schemas["DeskTicket"]["properties"]["ticket"]["$ref"]
    assert 2 == len(schemas["PopEvent"]["properties"]["data"]["anyOf"])


ASKED: list[tuple[str, str, str, Any]] = [
    ("pop", "post", "/v1/tickets", body()),
    ("pop", "post", "/v1/tickets", b"{}"),
    ("anna", "post", "/v1/tickets", body()),
    ("nobody", "get", "/v1/queue", None),
    ("anna", "get", "/v1/queue?limit=0", None),
    ("anna", "get", "/v1/queue", None),
    ("anna", "get", f"/v1/tickets/{tid(1)}", None),
    ("anna", "get", f"/v1/tickets/{tid(2)}", None),
    ("anna", "post", f"/v1/tickets/{tid(1)}/claim", None),
    ("ben", "post", f"/v1/tickets/{tid(1)}/release", None),
    ("anna", "post", f"/v1/tickets/{tid(1)}/reply", {"text": " "}),
    ("anna", "post", f"/v1/tickets/{tid(1)}/reply", {"text": "x" * 140_000}),
    ("anna", "post", f"/v1/tickets/{tid(1)}/reply", {"text": "Tomorrow."}),
    ("anna", "post", f"/v1/tickets/{tid(1)}/resolve", {"row": 5}),
    ("pop", "get", "/v1/pops/fra-1/events", None),
    ("pop", "get", "/v1/pops/ams-1/events", None),
    ("pop", "post", "/v1/pops/fra-1/status", {"at": "2026-09-01T12:00:00Z"}),
    ("pop", "post", "/v1/pops/fra-1/status", {"at": "2026-09-01T12:00:00Z", "confirmed": 7}),
    ("anna", "get", "/v1/me", None),
    ("anna", "get", "/v1/board", None),
    ("wall", "get", "/v1/board", None),
    ("wall", "get", "/v1/queue", None),
    ("nobody", "post", "/v1/webhooks/nobody", b"{}"),
    ("anna", "get", "/v1/export", None),
    ("anna", "get", "/v1/drafts", None),
    ("anna", "post", "/v1/drafts", {"kind": "example", "island": "globex/a", "snippet": "a", "text": "a"}),
    ("anna", "post", "/v1/drafts", {"kind": "example", "island": "northwind/a", "snippet": "a", "text": "a"}),
    ("nobody", "get", "/openapi.json", None),
    ("nobody", "get", "/livez", None),
]


async def test_answers_are_as_described(served: RunningDesk, pop: Caller, anna: Caller, ben: Caller) -> None:
    """Status and type of what the desk really answers."""
    wall = await served.new_wall("screen", tenant="northwind")
    callers = {"pop": pop, "anna": anna, "ben": ben, "wall": wall, "nobody": served.caller("none")}
    strange = []
    for who, method, path, document in ASKED:
        caller = callers[who]
        headers = caller.headers | {"Accept": "application/json"}
        sent = document if isinstance(document, bytes) else json.dumps(document) if document is not None else None
        async with caller.session.request(method, caller.url + path, data=sent, headers=headers) as response:
            content = described(method, path.partition("?")[0])["responses"].get(str(response.status), {})
            content = DOCUMENT["components"]["responses"].get(content.get("$ref", "").rpartition("/")[2], content)
            if response.status != 204 and response.content_type not in content.get("content", {}):
                strange.append((method, path, response.status, response.content_type))

    assert [] == strange


def described(method: str, path: str) -> dict[str, Any]:
    """The operation of a request."""
    for pattern, item in DOCUMENT["paths"].items():
        if re.fullmatch(re.sub(r"{\w+}", "[^/]+", pattern), path):
            return dict(item[method])
    raise LookupError(path)
