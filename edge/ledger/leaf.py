"""How a leaf commits to its payload: SHA-256 over a salt and the payload's bytes.

Without the salt, a short question could be guessed from its hash. Salt and payload together are the leaf's *opening*:
it is kept sealed, or not at all.
"""

from hashlib import sha256
from typing import NamedTuple

import msgspec

from edge.errors import Reason, RefusedError
from edge.ledger.tree import leaf_hash
from edge.records import DECODE_ERRORS
from edge.records.ledger import Leaf, LeafKind, LeafPayload

LEAF_SALT_BYTES = 32

_encode = msgspec.json.Encoder().encode


class CommittedLeaf(NamedTuple):
    """A leaf, and what it commits to."""

    id: bytes
    """Its hash, 32 bytes."""
    entry: bytes
    """The leaf as the log has it."""
    opening: bytes
    """The salt, then the payload."""


def commit(
    kind: LeafKind,
    payload: LeafPayload | None = None,
    *,
    at_ms: int,
    salt: bytes,
    about: bytes = b"",
    missing: int | None = None,
) -> CommittedLeaf:
    """A leaf of this kind. `salt`: 32 random bytes, used for no other leaf. `at_ms`: Unix milliseconds."""
    opening = salt + (_encode(payload) if payload is not None else b"")
    leaf = Leaf(
        kind=kind,
        at_ms=at_ms,
        commitment=sha256(opening).digest(),
        about=about or msgspec.UNSET,
        missing=msgspec.UNSET if missing is None else missing,
    )
    entry = _encode(leaf)
    return CommittedLeaf(leaf_hash(entry), entry, opening)


def read_leaf(entry: bytes) -> Leaf:
    """The leaf in these bytes. Raises `RefusedError` for others."""
    try:
        return msgspec.json.decode(entry, type=Leaf)
    except DECODE_ERRORS as error:
        text = f"entry of {len(entry)} bytes is not a leaf, expected JSON of kind, at_ms and commitment"
        raise RefusedError(text, reason=Reason.MALFORMED) from error


def open_leaf(leaf: Leaf, opening: bytes) -> LeafPayload:
    """The payload that a leaf commits to. Raises `RefusedError` if the opening is another leaf's."""
    if len(opening) < LEAF_SALT_BYTES or sha256(opening).digest() != leaf.commitment:
        raise RefusedError("payload is not the one that the leaf commits to", reason=Reason.HASH_MISMATCH)
    try:
        return msgspec.json.decode(opening[LEAF_SALT_BYTES:], type=LeafPayload)
    except DECODE_ERRORS as error:
        raise RefusedError("payload of the leaf cannot be read", reason=Reason.MALFORMED) from error
