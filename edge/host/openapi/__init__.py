"""How does a server describe its HTTP interface (OpenAPI 3.1)? One way for PoP, desk and publisher.

An operation names the reasons of its refusals. The document then has one response for each status, whose schema allows
these reasons alone, so that a test can tell whether a server keeps to it.

>>> from edge.records import TicketStatus
>>> answers = {"200": json_answer("Now", TicketStatus)}
>>> get = operation("getTicket", "State of a ticket", answers=answers, problems="not_found")
>>> sorted(get["responses"])[:3]
['200', '400', '404']
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.host.openapi.operations import (
        ISLAND,
        NAME,
        OPENAPI_PATH,
        answer,
        common_paths,
        in_header,
        in_path,
        in_query,
        json_answer,
        json_body,
        operation,
        record_of,
        reference,
    )
    from edge.host.openapi.whole import Json, document, narrow, openapi_route
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "operations": (
                "ISLAND NAME OPENAPI_PATH answer common_paths in_header in_path in_query json_answer json_body "
                "operation record_of reference"
            ),
            "whole": "Json document narrow openapi_route",
        },
    )

__all__ = [
    "ISLAND",
    "NAME",
    "OPENAPI_PATH",
    "Json",
    "answer",
    "common_paths",
    "document",
    "in_header",
    "in_path",
    "in_query",
    "json_answer",
    "json_body",
    "narrow",
    "openapi_route",
    "operation",
    "record_of",
    "reference",
]
