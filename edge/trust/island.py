"""Opening an island: from bytes to a record that may be served, or a `RefusedError` that says why not."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator, Mapping

import msgspec

from edge.errors import Reason, RefusedError
from edge.records import (
    DECODE_ERRORS,
    ISLAND_FORMAT,
    NAME_PATTERN,
    Island,
    IslandName,
    SignedSnippet,
    SnippetDocument,
    TargetCustom,
)
from edge.records.consent import PurposeDocument, PurposeText, SignedPurpose
from edge.stored_words import current_word
from edge.trust.snippet import SignedBytes, check_signed, read_signature_input, verify_snippet
from edge.trust.tenant import IslandTarget

_NAME = re.compile(NAME_PATTERN)


class _Format(msgspec.Struct):
    """The field that says if this program can read the rest of the island."""

    format: int


def open_island(data: bytes, *, target: IslandTarget, name: IslandName, keys: Mapping[str, bytes]) -> Island:
    """The verified island in `data`: listed as `target` by its tenant, well formed, each snippet signed by the tenant.

    `keys`: the tenant's raw Ed25519 public keys by key id. Raises `RefusedError`; the caller keeps the revision it has:
    LENGTH_MISMATCH or HASH_MISMATCH if the bytes are not those listed, METADATA_INVALID if the content breaks a rule or
    contradicts the listing, SIGNATURE_INVALID or HASH_MISMATCH if a snippet's signature does not fit.
    """
    if len(data) != target.length:
        raise RefusedError(
            f"island {name} is {len(data)} bytes, expected {target.length}", reason=Reason.LENGTH_MISMATCH
        )
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != target.sha256:
        raise RefusedError(f"island {name} has sha256 {sha256}, expected {target.sha256}", reason=Reason.HASH_MISMATCH)
    island = open_stored_island(data, name=name, keys=keys)
    custom = TargetCustom(
        revision=island.revision, opens=island.opens, expires=island.expires, max_stale_s=island.max_stale_s
    )
    # The rollout is not compared: it says who gets the island and is not part of it, so it changes without new bytes.
    for field in ("revision", "opens", "expires", "max_stale_s"):
        in_island, listed = getattr(custom, field), getattr(target.custom, field)
        if in_island != listed:
            raise _invalid(name, f"has {field} {in_island}, expected {listed} as listed by {name.tenant!r}")
    return island


def open_stored_island(data: bytes, *, name: IslandName, keys: Mapping[str, bytes]) -> Island:
    """The verified island in `data`, without a target: for the last good revision, while a newer one is refused.

    `keys` are the tenant's present keys: a revision that was signed with a revoked key is refused. Raises
    `RefusedError`: METADATA_INVALID, SIGNATURE_INVALID or HASH_MISMATCH.
    """
    island = _read(data, name)
    if island.name != name:
        raise _invalid(name, f"is named {str(island.name)[:130]!r} in its content")
    _check_snippets(island)
    for snippet in island.snippets:
        _check_locales(island, snippet)
    for snippet in in_all_locales(island):
        verify_snippet(snippet, keys=keys, name=name, revision=island.revision)
        # A browser refuses an expired signature, so each must be good as long as the island may be served.
        signature_expires = read_signature_input(snippet.signature_input).expires
        if signature_expires < int(island.expires.timestamp()):
            raise _invalid(
                name,
                f"expires at {int(island.expires.timestamp())}, but the signature of snippet {snippet.id!r} at"
                f" {signature_expires}",
            )
    _check_purposes(island, keys=keys)
    return island


def in_all_locales(island: Island) -> Iterator[SignedSnippet]:
    """Every snippet in the island's own language, and then in each further one."""
    for snippet in island.snippets:
        yield snippet
        yield from (signed.instead_in(snippet) for signed in snippet.locales or ())


def _read(data: bytes, name: IslandName) -> Island:
    try:
        # The format first: an island of another format may not decode as an `Island`, and the error would mislead.
        island_format = msgspec.msgpack.decode(data, type=_Format).format
        if island_format != ISLAND_FORMAT:
            raise _invalid(name, f"has format {island_format}, expected {ISLAND_FORMAT}")
        island = msgspec.msgpack.decode(data, type=Island)
    except DECODE_ERRORS as error:
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
            raise _invalid(
                island.name, f"has a snippet {snippet_id[:63]!r}, expected lower-case letters, digits and '-' as its id"
            )
    classes = Counter(island.head.snippets)
    for snippet_id in ids:
        if classes[snippet_id] != 1:
            raise _invalid(
                island.name, f"has a head with {classes[snippet_id]} classes for snippet {snippet_id!r}, expected 1"
            )
    for snippet_id in classes.keys() - ids:
        raise _invalid(island.name, f"has a head with a class {snippet_id[:63]!r}, which is not one of its snippets")


def _check_locales(island: Island, snippet: SignedSnippet) -> None:
    """Each further language is there once, is not the island's own, and is the one that its document names."""
    seen = {island.locale.lower()}
    for signed in snippet.locales or ():
        what = f"has snippet {snippet.id!r} in the language {signed.locale[:35]!r}"
        if signed.locale.lower() in seen:
            raise _invalid(island.name, f"{what} twice, expected each once")
        seen.add(signed.locale.lower())
        try:
            document = msgspec.json.decode(signed.document, type=SnippetDocument)
        except DECODE_ERRORS as error:
            raise _invalid(island.name, f"{what}, which is not a snippet document") from error
        # Else a page would be told another language than the one that was approved.
        if document.locale != signed.locale:
            raise _invalid(island.name, f"{what}, but its document is in {document.locale[:35]!r}")


def _check_purposes(island: Island, *, keys: Mapping[str, bytes]) -> None:
    """Each sentence of a purpose is signed for this island, revision, purpose and version."""
    purposes = island.purposes or ()
    if len({purpose.id for purpose in purposes}) < len(purposes):
        raise _invalid(island.name, "has a purpose twice, expected each once")
    for purpose in purposes:
        locales = [text.locale.lower() for text in purpose.texts]
        if locales[:1] != [island.locale.lower()] or len(set(locales)) < len(locales):
            problem = "is not in the island's language first and in each other once"
            raise _invalid(island.name, f"has purpose {purpose.id[:63]!r}, which {problem}")
        for text in purpose.texts:
            _check_purpose(text, purpose, island, keys)


def _check_purpose(text: PurposeText, purpose: SignedPurpose, island: Island, keys: Mapping[str, bytes]) -> None:
    what = f"has purpose {purpose.id[:63]!r}, which"
    sent = SignedBytes(text.document, text.digest, text.signature_input, text.signature)
    check_signed(sent, keys=keys.values(), what=f"purpose {purpose.id[:63]!r}", owner=repr(island.tenant))
    try:
        document = msgspec.json.decode(text.document, type=PurposeDocument)
    except DECODE_ERRORS as error:
        raise _invalid(island.name, f"{what} is not a purpose of consent") from error
    signed = (document.tenant, document.island, document.revision, document.purpose, document.locale)
    expected = (island.tenant, island.island, island.revision, purpose.id, text.locale)
    terms = (document.version, document.allows, document.valid_s)
    if signed != expected or terms != (purpose.version, purpose.allows, purpose.valid_s):
        raise _invalid(
            island.name, f"{what} is signed as something else, expected this island, revision, version and steps"
        )


def _invalid(name: IslandName, problem: str) -> RefusedError:
    return RefusedError(f"island {name} {problem}", reason=Reason.METADATA_INVALID)
