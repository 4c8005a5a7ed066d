"""The OpenAPI description of the archive's routes, for the servers that have them."""

from collections.abc import Mapping, Sequence

from edge.host.openapi import Json, answer, in_header, in_path, json_answer, json_body, operation
from edge.records import NAME_PATTERN
from edge.records.archive import MAX_BUNDLE_BYTES, ArchivedLog, ClosedLog
from edge.wire.publisher import SIGNATURE_HEADER

ARCHIVE_RECORDS = (ArchivedLog, ClosedLog)

_NOTE = (
    "fra-1/northwind/hoodie-drop\n3\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "\N{EM DASH} fra-1/northwind/hoodie-drop "
    "gyonTnYeKZSAv5ojwPY6kCbBm9PItOeQ1FbMnpAeFeMc7GLgLNOPEyBRlVXRtSKBGOoccXvBf8vm6mqQgYLl0Hn4mgU=\n"
)

ARCHIVE_EXAMPLES: Json = {
    "ClosedLog": {"key": "0" * 64, "checkpoint": _NOTE},
    "ArchivedLog": {"state": "kept", "bundles": 1, "size": 3, "root": "0" * 64},
}

_TENANT: Json = {"type": "string", "pattern": f"^(_|{NAME_PATTERN})$"}

_REFUSALS = (
    "signature_invalid not_found contradictory 422:contradictory 422:signature_invalid 422:hash_mismatch"
    " 422:length_mismatch 422:rollback 422:malformed"
)


def archive_paths(security: Sequence[Mapping[str, Sequence[str]]], *, problems: str) -> Json:
    """Both paths. `problems` are the reasons for which this server does not let a request in."""
    signature = in_header(SIGNATURE_HEADER, "Signature of path and body by the PoP's key, in hexadecimal")
    put = operation(
        "archiveLog",
        "Hand a closed log over: begin, go on, or ask what became of it",
        answers={"200": json_answer("What the archive has of it", ArchivedLog)},
        problems=f"{problems} {_REFUSALS}",
        security=security,
        parameters=[signature],
        body=json_body(ClosedLog),
        rules="`kept`: all of it was verified and is on the disk. Refused with 422: a checkpoint that its keys did not"
        " sign, or entries that are not those of the checkpoint, or of what a witness saw. 409: the archive has another"
        " log of this name.",
    )
    content = {"application/octet-stream": {"schema": {"type": "string", "maxLength": MAX_BUNDLE_BYTES}}}
    entries = operation(
        "archiveEntries",
        "The next bundle of 256 entries (C2SP tlog-tiles)",
        answers={"204": answer("It is on the disk")},
        problems=f"{problems} {_REFUSALS}",
        security=security,
        parameters=[signature],
        body={"required": True, "content": content},
        rules="Refused with 409: a bundle that is not the next one, or of a log that was not put before.",
    )
    names = [
        in_path("name", example="fra-1"),
        in_path("tenant", _TENANT, example="northwind"),
        in_path("event", example="hoodie-drop"),
    ]
    number = in_path("number", {"type": "string", "pattern": "^(0|[1-9][0-9]{0,11})$"}, example="0")
    log = "/v1/pops/{name}/logs/{tenant}/{event}"
    return {
        log: {"parameters": names, "put": put},
        log + "/entries/{number}": {"parameters": [*names, number], "put": entries},
    }
