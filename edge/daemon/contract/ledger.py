"""The operations about the ledger, which anybody may read."""

from edge.host.openapi import Json, answer, in_path, json_answer, operation
from edge.records.ledger import LeafProof, LedgerList, LedgerState

LEDGER_RECORDS = (LedgerList, LeafProof, LedgerState)

_TENANT = in_path("tenant", {"type": "string", "pattern": "^[a-z0-9_-]{1,63}$"}, example="northwind")
"""`_` has the replies to tickets of which no tenant is known."""

_EVENT = in_path("event", {"type": "string", "pattern": "^[a-z0-9_~-]{1,80}$"}, example="hoodie-drop")


def ledger_paths() -> Json:
    """Their paths."""
    logs = operation("listLogs", "Every log of this PoP", answers={"200": json_answer("Now", LedgerList)})
    checkpoint = operation(
        "getCheckpoint",
        "The newest signed state of a log (C2SP tlog-checkpoint)",
        answers={"200": answer("A signed note", "text/plain")},
        problems="not_found",
    )
    cosigned = operation(
        "getCosignedCheckpoint",
        "The last state of a log that a witness cosigned",
        answers={"200": answer("A signed note", "text/plain")},
        problems="not_found",
    )
    tile = operation(
        "getTile",
        "One tile of a log, or the entries of one (C2SP tlog-tiles)",
        answers={"200": answer("Hashes of 32 bytes, or entries, each after its length", "application/octet-stream")},
        problems="not_found",
    )
    proof = operation(
        "getLeafProof",
        "That a leaf is in a signed log",
        answers={
            "200": json_answer("It is", LeafProof),
            "202": json_answer("It will be within a second; `Retry-After` says when", LeafProof),
        },
        problems="not_found",
    )
    log = [_TENANT, _EVENT]
    path = in_path("tile", {"type": "string"}, example="tile/0/000.p/1")
    leaf = in_path("leaf", {"type": "string", "pattern": "^[0-9a-f]{64}$"}, example="0" * 64)
    return {
        "/v1/ledger": {"get": logs},
        "/v1/ledger/{tenant}/{event}/checkpoint": {"parameters": log, "get": checkpoint},
        "/v1/ledger/{tenant}/{event}/cosigned": {"parameters": log, "get": cosigned},
        "/v1/ledger/{tenant}/{event}/{tile}": {"parameters": [*log, path], "get": tile},
        "/v1/receipts/{leaf}/proof": {"parameters": [leaf], "get": proof},
    }
