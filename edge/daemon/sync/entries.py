"""From an island's bytes to an entry that can be served, and under which keys the bytes are stored."""

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
    """Store key of an island's bytes."""
    return f"{_ISLAND_PREFIX}{name}"


def previous_store_key(name: IslandName) -> str:
    """Store key of the revision that sessions outside the island's rollout keep."""
    return f"{_PREVIOUS_PREFIX}{name}"


def stored_name(key: str) -> IslandName | None:
    """The island whose current bytes are stored under `key`; None for every other key."""
    return IslandName.parse(key.removeprefix(_ISLAND_PREFIX)) if key.startswith(_ISLAND_PREFIX) else None


STORE_KEYS = (store_key, previous_store_key)
"""All keys of one island."""


def open_entry(
    data: bytes, *, name: IslandName, keys: Mapping[str, bytes], heads: HeadCache, target: IslandTarget | None
) -> PopEntry:
    """Verify an island's bytes and make them ready to serve; takes some 20 ms, so call it from a thread.

    Without a `target` the bytes are the last good revision, kept while a newer one is refused. Raises `RefusedError`.
    """
    if target is not None:
        island = open_island(data, target=target, name=name, keys=keys)
    else:
        island = open_stored_island(data, name=name, keys=keys)
    return Entry(
        island=island,
        sha256=hashlib.sha256(data).hexdigest(),
        head=heads.head(island),
        documents={s.id: msgspec.json.decode(s.document, type=SnippetDocument) for s in island.snippets},
        snippets={s.id: s for s in island.snippets},
        key_ids={s.id: _key_id(s) for s in island.snippets},
    )


def _key_id(snippet: SignedSnippet) -> str:
    """The base64 public key that signed, as the `Signature-Input` header names it."""
    return base64.b64encode(read_signature_input(snippet.signature_input).public_key).decode()
