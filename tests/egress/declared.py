"""What may leave a process: each kind of request, by who sends it to whom.

Path, query and body are as the receiver's OpenAPI says, without a field that it does not name; the headers as here.
"""

import copy
import re
from typing import Any, NamedTuple

import httptools
import msgspec
from jsonschema import Draft202012Validator

from edge.daemon.contract import openapi_document as pop_document
from edge.desk.server import openapi_document as desk_document
from edge.publish.server import openapi_document as publisher_document
from edge.records.ledger import Leaf

ARCHIVING = {"archiveLog", "archiveEntries"}
"""A PoP moves closed logs to its publisher or to its desk: to one of them."""

DECLARED = {
    ("pop", "publisher"): {"getMetadata", "getTarget", "streamChanges", "postStatus", *ARCHIVING},
    ("pop", "desk"): {"postTicket", "getPopEvents", "postPopFigures", *ARCHIVING},
    ("desk", "publisher"): {"getFleet"},
}
"""A publisher asks nobody, a desk asks no PoP."""

WITH_WORDS = {"postTicket", "postPopFigures"}
"""Kinds that may carry a viewer's words, of questions that people have: tickets, and an exemplar of each open one."""

_NAMES = r"[A-Za-z0-9._~/-]+"
HEADERS = {
    "host": r"(10\.77\.0\.\d+|127\.0\.0\.1):\d+",
    "user-agent": r"skerry",
    "accept": r"[a-z*]+/[a-z*-]+(;[a-z0-9=.]+)?(, ?[a-z*]+/[a-z*-]+)*",
    "accept-encoding": r"[a-z, ]+",
    "content-type": r"application/(json|octet-stream)",
    "content-length": r"\d+",
    "transfer-encoding": r"chunked",
    "connection": r"keep-alive|close",
    "cache-control": r"no-cache|no-store",
    "authorization": r"Bearer [A-Za-z0-9_~.+/=-]+",
    "idempotency-key": r"[0-9a-f-]{36}(:solved)?",
    "last-event-id": r"\d{1,16}",
    "if-none-match": r'(W/)?"[^"]+"',
    "skerry-pop": _NAMES,
    "skerry-pop-key": r"[0-9a-f]{64}",
    "skerry-pop-signature": r"[0-9a-f]{128}",
}
"""The headers that a request may have, and the form of each."""


class Request(NamedTuple):
    """One request as the bytes say."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


class _Reader:
    """Callbacks of httptools."""

    def __init__(self) -> None:
        self.found: list[Request] = []
        self._begin()

    def _begin(self) -> None:
        self._url, self._body, self._headers = b"", b"", list[tuple[str, str]]()

    def on_message_begin(self) -> None:
        self._begin()

    def on_url(self, url: bytes) -> None:
        self._url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers.append((name.decode("latin-1").lower(), value.decode("latin-1")))

    def on_body(self, body: bytes) -> None:
        self._body += body

    def on_message_complete(self) -> None:
        path, _, query = self._url.decode("latin-1").partition("?")
        self.found.append(Request(self.parser.get_method().decode(), path, query, tuple(self._headers), self._body))
        self._begin()

    parser: Any


def requests_in(sent: bytes) -> list[Request]:
    """Every request of a connection. Raises `ValueError` for bytes that are no whole request."""
    reader = _Reader()
    reader.parser = httptools.HttpRequestParser(reader)
    try:
        reader.parser.feed_data(sent)
    except httptools.HttpParserError as error:
        raise ValueError(f"bytes that are no HTTP: {sent[:200]!r}") from error
    if reader._url:
        raise ValueError(f"a request that is not whole: {sent[-200:]!r}")
    return reader.found


class Declared:
    """The kinds that are declared, ready to compare requests with."""

    def __init__(self) -> None:
        documents = {"pop": pop_document(), "desk": desk_document(), "publisher": publisher_document()}
        decoded = {name: msgspec.json.decode(msgspec.json.encode(one)) for name, one in documents.items()}
        self._documents = {name: _strict(one) for name, one in decoded.items()}

    def problems(self, source: str, to: str, request: Request) -> tuple[str, list[str]]:
        """The kind of a request, and what is in it that nobody declared."""
        document = self._documents[to]
        for template, item in document["paths"].items():
            operation = item.get(request.method.lower())
            pattern = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template))
            if not isinstance(operation, dict) or not re.fullmatch(pattern, request.path):
                continue
            kind = str(operation["operationId"])
            if kind in DECLARED.get((source, to), ()):
                parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
                return kind, [
                    *_query_problems(request, {one["name"] for one in parameters if one["in"] == "query"}),
                    *_header_problems(request),
                    *_body_problems(request, operation, document),
                ]
            return kind, [f"{source} sends {kind} to {to}, which is not declared"]
        return "", [f"{source} sends {request.method} {request.path} to {to}, which no operation describes"]


def _query_problems(request: Request, names: set[str]) -> list[str]:
    given = {one.partition("=")[0] for one in request.query.split("&") if one}
    return [f"query {name} of {request.path}" for name in given - names]


def _header_problems(request: Request) -> list[str]:
    return [
        f"header {name}: {value[:80]!r} of {request.path}"
        for name, value in request.headers
        if name not in HEADERS or not re.fullmatch(HEADERS[name], value)
    ]


def _body_problems(request: Request, operation: dict[str, Any], document: dict[str, Any]) -> list[str]:
    if "requestBody" not in operation:
        return [f"body of {request.path}: {request.body[:80]!r}"] if request.body else []
    content = operation["requestBody"]["content"]
    if "application/json" not in content:
        return _leaf_problems(request)
    schema = content["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": document["components"]})
    found = validator.iter_errors(msgspec.json.decode(request.body))
    return [f"body of {request.path}: {error.message[:200]}" for error in found]


def _leaf_problems(request: Request) -> list[str]:
    """What a bundle of entries has that is no field of a leaf."""
    found, body = list[str](), request.body
    while body:
        length = int.from_bytes(body[:2], "big")
        entry, body = body[2 : 2 + length], body[2 + length :]
        extra = msgspec.json.decode(entry).keys() - {field.encode_name for field in msgspec.structs.fields(Leaf)}
        found += [f"field {name} of a leaf in {request.path}" for name in extra]
    return found


def _strict(document: dict[str, Any]) -> dict[str, Any]:
    """The same description, in which no object may have a field that is not named."""
    found = copy.deepcopy(document)

    def close(schema: Any) -> None:
        if isinstance(schema, list):
            for one in schema:
                close(one)
        elif isinstance(schema, dict):
            if "properties" in schema and schema.get("type") == "object":
                schema.setdefault("additionalProperties", False)
            for one in schema.values():
                close(one)

    close(found["components"]["schemas"])
    return found
