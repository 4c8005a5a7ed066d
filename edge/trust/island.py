"""Opening an island: from bytes to a record that may be served, or a refusal that says why."""

import hashlib
import re
from collections import Counter
from collections.abc import Mapping

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import ISLAND_FORMAT, NAME_PATTERN, Island, IslandName, TargetCustom, current_word
from edge.trust.snippet import read_signature_input, verify_snippet
from edge.trust.tenant import IslandTarget

_NAME = re.compile(NAME_PATTERN)


class _Format(msgspec.Struct):
    """Only as much of an island as tells whether this program can read the rest."""

    format: int


def open_island(data: bytes, *, target: IslandTarget, name: IslandName, keys: Mapping[str, bytes]) -> Island:
    """The island in `data`, when it is the one that its tenant lists as `target`, sound, and signed by the tenant.

    Raises `RefusedError`: LENGTH_MISMATCH, HASH_MISMATCH, METADATA_INVALID, SIGNATURE_INVALID. `keys` are the tenant's
    raw Ed25519 public keys by key id.
    """
    if len(data) != target.length:
        raise RefusedError(
            f"island {name} is {len(data)} bytes, expected {target.length}", reason=Reason.LENGTH_MISMATCH
        )
    found = hashlib.sha256(data).hexdigest()
    if found != target.sha256:
        raise RefusedError(f"island {name} has sha256 {found}, expected {target.sha256}", reason=Reason.HASH_MISMATCH)
    island = open_stored_island(data, name=name, keys=keys)
    custom = TargetCustom(
        revision=island.revision, opens=island.opens, expires=island.expires, max_stale_s=island.max_stale_s
    )
    # A rollout concerns who gets the island, so it may change without it.
    for field in ("revision", "opens", "expires", "max_stale_s"):
        in_island, listed = getattr(custom, field), getattr(target.custom, field)
        if in_island != listed:
            raise _invalid(name, f"has {field} {in_island}, expected {listed} as listed by {name.tenant!r}")
    return island


def open_stored_island(data: bytes, *, name: IslandName, keys: Mapping[str, bytes]) -> Island:
    """The same without a target: for the last good revision, kept while a newer one is refused.

    The tenant's keys of now must have signed it: a revision signed with a key since revoked is refused.
    """
    island = _read(data, name)
    if island.name != name:
        raise _invalid(name, f"calls itself {str(island.name)[:130]!r}")
    _check_snippets(island)
    for snippet in island.snippets:
        verify_snippet(snippet, keys=keys, name=name, revision=island.revision)
        signature_expires = read_signature_input(snippet.signature_input).expires
        if signature_expires < int(island.expires.timestamp()):
            raise _invalid(
                name,
                f"expires at {int(island.expires.timestamp())}, but the signature of snippet {snippet.id!r} at"
                f" {signature_expires}",
            )
    return island


def _read(data: bytes, name: IslandName) -> Island:
    try:
        found = msgspec.msgpack.decode(data, type=_Format).format
        if found != ISLAND_FORMAT:
            raise _invalid(name, f"has format {found}, expected {ISLAND_FORMAT}")
        island = msgspec.msgpack.decode(data, type=Island)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        text = str(error)
        raise _invalid(name, f"cannot be read: {text[:1].lower()}{text[1:]}") from error
    routes = tuple(
        msgspec.structs.replace(route, reasons=tuple(map(current_word, route.reasons))) for route in island.routes
    )
    return msgspec.structs.replace(island, routes=routes)


def _check_snippets(island: Island) -> None:
    ids = [snippet.id for snippet in island.snippets]
    if not ids:
        raise _invalid(island.name, "has no snippet, expected at least 1")
    for snippet_id, count in Counter(ids).items():
        if count > 1:
            raise _invalid(island.name, f"has {count} snippets {snippet_id[:63]!r}, expected 1")
        if not _NAME.fullmatch(snippet_id):
            raise _invalid(island.name, f"has a snippet {snippet_id[:63]!r}, which is not a name")
    classes = Counter(island.head.snippets)
    for snippet_id in ids:
        if classes[snippet_id] != 1:
            raise _invalid(
                island.name, f"has a head with {classes[snippet_id]} classes for snippet {snippet_id!r}, expected 1"
            )
    for snippet_id in classes.keys() - ids:
        raise _invalid(island.name, f"has a head with a class {snippet_id[:63]!r}, which is no snippet")


def _invalid(name: IslandName, problem: str) -> RefusedError:
    return RefusedError(f"island {name} {problem}", reason=Reason.METADATA_INVALID)
