"""The operations that merge two sessions of one person, and undo that."""

from edge.host.openapi import Json, json_answer, json_body, operation
from edge.records import merges

MERGE_RECORDS = (merges.MergeRequest, merges.MergeResponse, merges.MergeUndoRequest)
_DESK: list[dict[str, list[str]]] = [{"desk": []}]
_PROBLEMS = "unauthorised text_invalid 422:malformed"


def merge_paths() -> Json:
    """Their paths."""
    done = {"200": json_answer("It is durable, with its leaf, and on its way to the desk", merges.MergeResponse)}
    merge = operation(
        "mergeSessions",
        "Declare two sessions of one tenant to be of one person",
        answers=done,
        problems=_PROBLEMS,
        security=_DESK,
        body=json_body(merges.MergeRequest),
        rules="Refused with 422: sessions of two tenants, or one session twice (`malformed`); a `why` or an `id` with "
        "a character that is not seen (`text_invalid`).",
    )
    undo = operation(
        "undoMerge",
        "Take a merge back, which may have been made at another PoP",
        answers=done,
        problems=_PROBLEMS,
        security=_DESK,
        body=json_body(merges.MergeUndoRequest),
        rules="Refused with 422: a `why` with a character that is not seen (`text_invalid`).",
    )
    return {"/v1/sessions/merge": {"post": merge}, "/v1/sessions/merge/undo": {"post": undo}}
