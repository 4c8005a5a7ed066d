"""The operations about islands and their snippets, which anybody may read."""

from edge import records
from edge.host.openapi import (
    ISLAND,
    NAME,
    Json,
    answer,
    in_header,
    in_path,
    in_query,
    json_answer,
    operation,
    record_of,
    reference,
)
from edge.records.answers import AnswerList

UNSERVED = "island_unknown island_not_open island_evicted island_stale island_expired island_withdrawn"
"""Reasons why an island may not be served."""

IN_PATH = (in_path("tenant", NAME, example="northwind"), in_path("island", NAME, example="hoodie-drop"))
"""An island's name in a path."""

LANGUAGE = in_header("Accept-Language", "Wanted languages of the answer (RFC 9110)")


def island_paths() -> Json:
    """Their paths."""
    revision = in_query(
        "revision",
        {"type": "string", "pattern": "^[1-9][0-9]{0,15}$"},
        "A revision in service; without it, that of requests without a session",
    )
    locale = in_query("locale", {"type": "string"}, "The one language wanted; `Accept-Language` then says nothing")
    unchanged = answer("The reader has this very document", ETag="Digest of the document")
    copy = in_header("If-None-Match", "The `ETag` of the copy at hand")
    snippet = operation(
        "getSnippet",
        "One signed snippet",
        answers={"200": _signed_snippet(), "304": unchanged},
        problems=f"{UNSERVED} not_found",
        parameters=[revision, locale, LANGUAGE, copy],
    )
    listed = operation(
        "listAnswers",
        "Every answer of an island that is served, signed",
        answers={
            "200": json_answer("Now", AnswerList, Cache_Control="How long any cache may keep it", ETag="Its digest"),
            "304": unchanged,
        },
        problems=f"{UNSERVED} not_found",
        parameters=[locale, LANGUAGE, copy],
    )
    number = {"type": ["number", "null"]}
    more = record_of(
        served_snippets={"type": "array", "items": NAME},
        target_precision=number,
        thresholds={
            "type": "object",
            "description": "By class of channel",
            "additionalProperties": record_of(
                threshold={"type": "number"}, threshold_why={"type": "string"}, answerable_share=number
            ),
        },
    )
    status = {"title": "ServedIsland", "allOf": [reference(records.IslandStatus), more]}
    every = record_of(islands={"type": "array", "items": reference(records.IslandStatus)}) | {"title": "Islands"}
    return {
        "/v1/islands": {
            "get": operation("listIslands", "State of every island", answers={"200": json_answer("Now", every)})
        },
        "/v1/islands/{tenant}/{island}": {
            "parameters": list(IN_PATH),
            "get": operation(
                "getIsland",
                "State of one island, and its snippets",
                answers={"200": json_answer("Now", status)},
                problems="island_unknown not_found",
                parameters=[revision],
            ),
        },
        "/v1/islands/{tenant}/{island}/answers": {"parameters": list(IN_PATH), "get": listed},
        "/v1/islands/{tenant}/{island}/snippets/{snippet}": {
            "parameters": [*IN_PATH, in_path("snippet", example="shipping-time")],
            "get": snippet,
        },
        "/overlay/{tenant}/{island}": {
            "parameters": list(IN_PATH),
            "get": operation(
                "getOverlay",
                "A page for a stream's picture, with the answer that was approved last",
                answers={"200": answer("The page", "text/html")},
                problems="island_unknown not_found",
                parameters=[in_query("locale", {"type": "string"}, "Language of the page's words; English without it")],
            ),
        },
        "/widget/{file}": {
            "parameters": [in_path("file", example="skerry.js")],
            "get": operation(
                "getWidgetFile",
                "One file of the viewers' widget",
                answers={"200": _widget_file(), "304": unchanged},
                problems="not_found",
                parameters=[copy],
            ),
        },
    }


def _signed_snippet() -> Json:
    return json_answer(
        "The exact bytes that the tenant signed",
        records.SnippetDocument,
        ETag="Digest of the document",
        Cache_Control="How long any cache may keep it",
        Content_Language="Its language",
        Unencoded_Digest="SHA-256 of the body",
        Signature_Input="What is signed, and by which key (RFC 9421)",
        Signature="The tenant's signature",
        Skerry_Island_State="State of the island on this PoP",
    )


def _widget_file() -> Json:
    found = answer("The file", "text/javascript", ETag="Its digest, or that of its signature")
    # These are of `skerry.js` alone, and the last three only if the publisher signed it.
    of_the_loader = {
        "Skerry-Widget": "`signed` or `unsigned`",
        "Unencoded-Digest": "SHA-256 of the body",
        "Signature-Input": "What is signed, and by which key (RFC 9421)",
        "Signature": "The publisher's signature",
    }
    found["headers"] |= {
        name: {"description": text, "schema": {"type": "string"}} for name, text in of_the_loader.items()
    }
    return found


def island_selection() -> Json:
    """The query that selects islands."""
    one = ISLAND["pattern"].removeprefix("^").removesuffix("$")
    tenant, _, _ = one.partition("/")
    return in_query(
        "island",
        {"type": "string", "pattern": rf"^(\*|{one}|{tenant}/\*)$"},
        "`tenant/island` or `tenant/*`; without it, all islands",
    )
