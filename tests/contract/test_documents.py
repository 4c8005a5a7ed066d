"""The three descriptions: valid, complete, and with examples that fit their schemas."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from edge.daemon.contract import openapi_document as pop_document
from edge.desk.server import openapi_document as desk_document
from edge.publish.server import PublisherServer
from edge.publish.server import openapi_document as publisher_document

DOCUMENTS: dict[str, dict[str, Any]] = {
    "pop": msgspec.json.decode(msgspec.json.encode(pop_document())),
    "desk": msgspec.json.decode(msgspec.json.encode(desk_document())),
    "publisher": msgspec.json.decode(msgspec.json.encode(publisher_document())),
}
ON_EVERY = {"400", "408", "413", "415", "417", "429", "431", "500", "503"}

each = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Path, the path's item and operation of each."""
    for path, item in document["paths"].items():
        for operation in item.values():
            if isinstance(operation, dict):
                yield path, item, operation


def contents(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """What an operation reads and writes: its id, the media type, and schema and example."""
    for _, _, operation in operations(document):
        for holder in (operation.get("requestBody", {}), *operation["responses"].values()):
            for media, content in holder.get("content", {}).items():
                yield operation["operationId"], media, content
    for name, response in document["components"]["responses"].items():
        for media, content in response["content"].items():
            yield name, media, content


@each
def test_document_is_valid(document: dict[str, Any]) -> None:
    """As openapi-spec-validator says."""
    validate(document)


@each
def test_every_operation_is_whole(document: dict[str, Any]) -> None:
    """It has an id of its own, a success, its path's parameters, schemes that are there, and what may refuse any."""
    ids = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(ids) == len(set(ids))
    for path, item, operation in operations(document):
        parameters = [*item.get("parameters", ()), *operation.get("parameters", ())]
        schemes = {name for one in operation["security"] for name in one}
        assert re.findall(r"{(\w+)}", path) == [one["name"] for one in parameters if one["in"] == "path"]
        assert schemes <= document["components"]["securitySchemes"].keys()
        assert ON_EVERY <= operation["responses"].keys()
        assert any(status.startswith("2") for status in operation["responses"])


@each
def test_every_refusal_names_its_reasons(document: dict[str, Any]) -> None:
    """Its schema allows these reasons alone."""
    for name, response in document["components"]["responses"].items():
        status, *reasons = name.split("-")
        only = response["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]
        assert int(status) == only["status"]["const"]
        assert reasons == only["reason"]["enum"]
        assert all(f"`{reason}`" in response["description"] for reason in reasons)


@each
def test_examples_fit_their_schemas(document: dict[str, Any]) -> None:
    """Each JSON document has an example, unless its form is free."""
    missing, wrong = [], []
    for name, media, content in contents(document):
        if "example" not in content:
            is_free = content["schema"] == {"type": "object"} or "json" not in media
            if not is_free and not content["schema"].get("$ref", "").endswith("/Problem"):
                missing.append((name, media))
            continue
        validator = Draft202012Validator({**content["schema"], "components": document["components"]})
        wrong += [(name, error.message) for error in validator.iter_errors(content["example"])]

    assert [] == missing
    assert [] == wrong


def test_every_route_of_the_publisher_is_described(tmp_path: Path) -> None:
    """And nothing else is."""
    app = PublisherServer(home=tmp_path, host="127.0.0.1", port=0, timestamp_interval_s=5).application()
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    described = {
        (method.upper(), path)
        for path, item in DOCUMENTS["publisher"]["paths"].items()
        for method in item
        if method != "parameters"
    }

    assert served == described
