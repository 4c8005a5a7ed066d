"""`edge.host.openapi`: a description is a valid document, and each refusal in it allows the named reasons alone."""

from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from openapi_spec_validator import OpenAPIV31SpecValidator

from edge import records
from edge.host.openapi import (
    ISLAND,
    NAME,
    OPENAPI_PATH,
    answer,
    common_paths,
    document,
    in_header,
    in_path,
    in_query,
    json_answer,
    json_body,
    openapi_route,
    operation,
    record_of,
    reference,
)
from edge.reasons import REASONS_PATH


@pytest.fixture
def described() -> dict[str, Any]:
    """A server with two operations of its own."""
    read = operation(
        "getThing",
        "One thing",
        answers={"200": json_answer("Now", records.TicketStatus, ETag="Its digest", Cache_Control="For how long")},
        problems="not_found 422:malformed unauthorised",
        security=[{"person": []}],
        parameters=[
            in_query("since", {"type": "string"}, "From when"),
            in_header("If-Match", "A digest", pattern="^x$"),
        ],
        rules="Refused with 422: what no schema can say.",
    )
    write = operation(
        "putThing",
        "A new thing",
        answers={"204": answer("Noted")},
        body=json_body(reference(records.LoadReport), record_of(name=NAME, island=ISLAND), is_required=False),
    )
    return document(
        "A server",
        records=(records.TicketStatus, records.LoadReport),
        paths={
            "/v1/things/{thing}": {"parameters": [in_path("thing", NAME, example="one")], "get": read, "put": write},
            **common_paths(answer("It responds", "text/plain")),
        },
        schemes={"person": {"type": "http", "scheme": "bearer"}},
        examples={"LoadReport": {"tenant": "northwind"}, "TicketStatus": {"ticket": "a"}},
        narrowed={"LoadReport.tenant": {"minLength": 1}, "LoadReport": {"description": "How busy people are"}},
        notes="For people.",
    )


def responses(described: dict[str, Any], method: str) -> dict[str, Any]:
    """The responses of an operation, each reference followed."""
    stated = described["paths"]["/v1/things/{thing}"][method]["responses"]
    known = described["components"]["responses"]
    return {
        status: known[found["$ref"].rpartition("/")[2]] if "$ref" in found else found
        for status, found in stated.items()
    }


def test_description_is_valid(described: dict[str, Any]) -> None:
    """By the validator of the OpenAPI project's own schema."""
    OpenAPIV31SpecValidator(described).validate()

    assert {"/v1/things/{thing}", "/livez", OPENAPI_PATH, REASONS_PATH} == described["paths"].keys()
    assert "For people." == described["info"]["description"]


def test_refusals_allow_what_is_named(described: dict[str, Any]) -> None:
    """The operation's own reasons, with those of any request; 429 and 503 say when to ask again."""
    found = responses(described, "get")
    reasons = {
        status: one["content"]["application/problem+json"]["schema"]["allOf"][1]["properties"]["reason"]["enum"]
        for status, one in found.items()
        if "application/problem+json" in one.get("content", {})
    }

    assert ["not_found"] == reasons["404"]
    assert ["malformed"] == reasons["422"]
    assert ["unauthorised"] == reasons["401"]
    assert all("Retry-After" in found[status]["headers"] for status in ("429", "503"))
    assert "404" not in responses(described, "put")


def test_headers_and_examples(described: dict[str, Any]) -> None:
    """A response names its headers; each body has its record's example, the first record's if there are several."""
    ok = responses(described, "get")["200"]
    body = described["paths"]["/v1/things/{thing}"]["put"]["requestBody"]

    assert {"ETag", "Cache-Control"} == ok["headers"].keys()
    assert {"ticket": "a"} == ok["content"]["application/json"]["example"]
    assert {"tenant": "northwind"} == body["content"]["application/json"]["example"]
    assert body["required"] is False


def test_schemas_are_narrowed(described: dict[str, Any]) -> None:
    """What a server asks of a field besides its type stands in the schema."""
    schema = described["components"]["schemas"]["LoadReport"]

    assert 1 == schema["properties"]["tenant"]["minLength"]
    assert "How busy people are" == schema["description"]


async def test_description_is_served(described: dict[str, Any]) -> None:
    """As JSON, at the path that every server has."""
    app = web.Application()
    app.add_routes([openapi_route(described)])
    async with TestClient(TestServer(app)) as client:
        response = await client.get(OPENAPI_PATH)

        assert described == await response.json()
