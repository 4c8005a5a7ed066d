"""Writes the types of the faces: the desk's documents and what each reason means, and the documents of a PoP.

    make documents

So a page says nothing twice that the code says. A response has every field; a request may leave out a field that has a
default.
"""

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import msgspec  # noqa: E402 - a script finds `edge` in its own checkout

from edge.reasons import REASONS  # noqa: E402
from edge.records import (  # noqa: E402
    AskRequest,
    AskResponse,
    ChoiceRequest,
    FeedbackRequest,
    FeedbackResponse,
    IslandStatus,
    SessionRequest,
    SessionResponse,
    SnippetDocument,
    TenantKeys,
    TicketStatus,
)
from edge.records.answers import AnswerList  # noqa: E402
from edge.records.consent import (  # noqa: E402
    ConsentRequest,
    ConsentResponse,
    FastPathRequest,
    FastPathResponse,
    PurposeDocument,
    PurposeList,
)
from edge.records.desk import (  # noqa: E402
    AgentSelf,
    Board,
    ClaimRequest,
    DeskTicket,
    DraftRequest,
    Drafts,
    HandlingResult,
    QueuePage,
    ReplyRequest,
    ResolveRequest,
    RowChange,
)
from edge.records.trees import TreeList, TreeRequest, TreeResponse  # noqa: E402

FACES = ROOT / "edge" / "faces"
PATH = FACES / "shared" / "generated.ts"
CLIENT_PATH = FACES / "client" / "generated.ts"
REQUESTS = (ClaimRequest, DraftRequest, ReplyRequest, ResolveRequest)
RESPONSES = (AgentSelf, Board, DeskTicket, Drafts, HandlingResult, QueuePage, RowChange)
POP_REQUESTS = (
    AskRequest,
    ChoiceRequest,
    ConsentRequest,
    FastPathRequest,
    FeedbackRequest,
    SessionRequest,
    TreeRequest,
)
POP_RESPONSES = (
    AnswerList,
    AskResponse,
    ConsentResponse,
    FastPathResponse,
    FeedbackResponse,
    IslandStatus,
    PurposeDocument,
    PurposeList,
    SessionResponse,
    SnippetDocument,
    TenantKeys,
    TicketStatus,
    TreeList,
    TreeResponse,
)
_SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_HEAD = "// Written by deploy/face_types.py: run `make documents`, and change nothing here.\n"


def written() -> str:
    """The whole file of the desk's documents, as it should be."""
    meanings = [f"    {reason.value}: {_quoted(text.means)}," for reason, text in _sorted()]
    reasons = "/** What each reason means. */\nexport const REASONS: Readonly<Record<string, string>> = {\n"
    return "\n".join([_HEAD, *_types(REQUESTS, RESPONSES), reasons + "\n".join(meanings) + "\n}\n"])


def written_for_client() -> str:
    """The whole file of a PoP's documents, as it should be."""
    return "\n".join([_HEAD, *_types(POP_REQUESTS, POP_RESPONSES)])


def _types(requests: tuple[type, ...], responses: tuple[type, ...]) -> list[str]:
    """The records and all that they have, by name."""
    names = {one.__name__ for one in requests}
    _, components = msgspec.json.schema_components((*requests, *responses), ref_template="{name}")
    return [_declared(name, schema, is_request=name in names) for name, schema in sorted(components.items())]


def _sorted() -> list[tuple[Any, Any]]:
    """Reasons of tickets: none that is a problem of HTTP."""
    return sorted((pair for pair in REASONS.items() if pair[1].status is None), key=lambda pair: pair[0].value)


def _quoted(text: str) -> str:
    """As a string of TypeScript, without the Markdown of names and links."""
    plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text).replace("`", "")
    return msgspec.json.encode(plain).decode()


def _declared(name: str, schema: Mapping[str, Any], *, is_request: bool) -> str:
    comment = f"/** {schema['description'].strip().splitlines()[0]} */\n" if "description" in schema else ""
    if "enum" in schema:
        return f"{comment}export type {name} = {_type(schema)}\n"
    required = set(schema.get("required", ()))
    lines = []
    for field, value in schema["properties"].items():
        mark = "?" if field not in required and (is_request or "default" not in value) else ""
        lines.append(f"    readonly {field}{mark}: {_type(value)}")
    return f"{comment}export interface {name} {{\n" + "\n".join(lines) + "\n}\n"


def _type(schema: Mapping[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"])
    if "enum" in schema:
        return " | ".join(msgspec.json.encode(one).decode() for one in schema["enum"])
    if "anyOf" in schema:
        return " | ".join(_type(one) for one in schema["anyOf"])
    if "prefixItems" in schema:
        return f"readonly [{', '.join(_type(one) for one in schema['prefixItems'])}]"
    if schema.get("type") == "array":
        items = _type(schema["items"])
        return f"readonly ({items})[]" if "|" in items or items.startswith("readonly") else f"readonly {items}[]"
    if schema.get("type") == "object":
        return f"Readonly<Record<string, {_type(schema['additionalProperties'])}>>"
    return _SIMPLE.get(schema.get("type", ""), "unknown")


if __name__ == "__main__":
    PATH.write_text(written(), encoding="utf-8")
    CLIENT_PATH.write_text(written_for_client(), encoding="utf-8")
