"""Entries of the shelf, made from verified bytes; and the store keys of those bytes."""

import base64
import hashlib
from collections.abc import Mapping

import msgspec

from edge.daemon.sync.head_cache import HeadCache
from edge.records import IslandName, SignedSnippet, SnippetDocument
from edge.shelf import Entry, Shelf, Slot
from edge.triage import Head
from edge.trust import IslandTarget, open_island, open_stored_island, read_signature_input

PopEntry = Entry[Head]
PopSlot = Slot[Head]
PopShelf = Shelf[Head]

_ISLAND_PREFIX = "island/"
_PREVIOUS_PREFIX = "previous/"


def store_key(name: IslandName) -> str:
    """Store key of an island's bytes: the revision in force, or the new one in a rollout."""
    return f"{_ISLAND_PREFIX}{name}"


def previous_store_key(name: IslandName) -> str:
    """Store key of the revision that sessions outside the rollout keep."""
    return f"{_PREVIOUS_PREFIX}{name}"


def stored_name(key: str) -> IslandName | None:
    """The island of a key made by `store_key`; None for every other key."""
    return IslandName.parse(key.removeprefix(_ISLAND_PREFIX)) if key.startswith(_ISLAND_PREFIX) else None


STORE_KEYS = (store_key, previous_store_key)
"""Functions that give all store keys of one island."""


def open_entry(
    data: bytes,
    *,
    name: IslandName,
    keys: Mapping[str, bytes],
    heads: HeadCache,
    target: IslandTarget | None,
    before: Head | None = None,
) -> PopEntry:
    """Verify an island's bytes and make an entry of them. Takes some milliseconds, so call it in a thread.

    `keys` are the tenant's, by key id. `target` is None for stored bytes that the role no longer lists: the last good
    revision, which stays in force while a newer one is refused. `before` is the head of the revision on the shelf.
    Raises `RefusedError` when bytes, signatures or golden questions are not as they should be.
    """
    if target is not None:
        island = open_island(data, target=target, name=name, keys=keys)
        # The bytes have been compared with it.
        sha256 = target.sha256
    else:
        island = open_stored_island(data, name=name, keys=keys)
        sha256 = hashlib.sha256(data).hexdigest()
    return Entry(
        island=island,
        sha256=sha256,
        head=heads.head(island, before),
        documents={s.id: msgspec.json.decode(s.document, type=SnippetDocument) for s in island.snippets},
        snippets={s.id: s for s in island.snippets},
        key_ids={s.id: _key_id(s) for s in island.snippets},
    )


def _key_id(snippet: SignedSnippet) -> str:
    """The public key that signed a snippet, in base64, as its `Signature-Input` names it."""
    return base64.b64encode(read_signature_input(snippet.signature_input).public_key).decode()
