"""An operator takes one island off this PoP, or puts it back.

An eviction is one key of the verified store. It is written in the transaction that deletes the island's bytes, and
deleted in the one that stores a higher revision or a withdrawal. So a PoP that dies at any moment starts with the
island or with the eviction, never with both or neither.

    slot = await syncer.replace_slot(lambda shelf, trust, now: evicted(name, shelf, trust, now=now))
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

import msgspec

from edge.config import IslandsSection
from edge.daemon.sync.entries import STORE_KEYS, PopShelf, PopSlot
from edge.errors import Reason, RefusedError
from edge.host import get_logger
from edge.records import DECODE_ERRORS, IslandName
from edge.shelf import Eviction
from edge.trust import IslandTarget, TrustedMetadata

_PREFIX = "evicted/"


class SlotChange(NamedTuple):
    """A new slot, and the changes of the verified store that go with it."""

    slot: PopSlot
    stored: Mapping[str, bytes | None]


def eviction_key(name: IslandName) -> str:
    """Store key of an island's eviction."""
    return f"{_PREFIX}{name}"


def evicted(name: IslandName, shelf: PopShelf, trust: TrustedMetadata, *, now: datetime) -> SlotChange:
    """The change that takes an island off this PoP; an earlier eviction keeps its time.

    Raises `RefusedError`: `ISLAND_UNKNOWN` if the island is neither here nor listed, `ISLAND_WITHDRAWN`.
    """
    slot, role = shelf.get(name), trust.role(name.tenant)
    target = role.islands.get(name.island) if role else None
    if slot is None or (slot.entry is None and slot.eviction is None and target is None and not _is_gone(slot)):
        raise RefusedError(
            f"island '{name}' is unknown here, expected one listed at /v1/islands", reason=Reason.ISLAND_UNKNOWN
        )
    if _is_gone(slot):
        raise RefusedError(
            f"island '{name}' is withdrawn, expected one that could be served", reason=Reason.ISLAND_WITHDRAWN
        )
    revision = max(slot.highest_revision, target.custom.revision if target else 0)
    eviction = Eviction(at=slot.eviction.at if slot.eviction else now, revision=revision)
    empty = PopSlot(name=name, since=eviction.at, required=slot.required, eviction=eviction)
    stored = {eviction_key(name): msgspec.json.encode(eviction), **{key(name): None for key in STORE_KEYS}}
    return SlotChange(empty, stored)


def restored(name: IslandName, shelf: PopShelf, *, now: datetime) -> SlotChange:
    """The change that ends an eviction. The next sync fetches the island, if it is listed.

    Raises `RefusedError` (`ISLAND_UNKNOWN`) for an island that is not on the shelf. One that is not evicted stays as it
    is.
    """
    slot = shelf.get(name)
    if slot is None:
        raise RefusedError(
            f"island '{name}' is unknown here, expected one listed at /v1/islands", reason=Reason.ISLAND_UNKNOWN
        )
    if slot.eviction is None:
        return SlotChange(slot, {})
    return SlotChange(replace(slot, since=now, eviction=None, last_error=""), {eviction_key(name): None})


def is_evicted(slot: PopSlot | None, target: IslandTarget) -> bool:
    """True if an operator keeps the revision that `target` lists off this PoP."""
    return slot is not None and slot.eviction is not None and target.custom.revision <= slot.eviction.revision


def stored_evictions(files: Mapping[str, bytes], islands: IslandsSection) -> Iterator[PopSlot]:
    """The evicted slots that the store holds. An eviction that cannot be read is ignored: the island is fetched."""
    for key in (key for key in files if key.startswith(_PREFIX)):
        try:
            name = IslandName.parse(key.removeprefix(_PREFIX))
            eviction = msgspec.json.decode(files[key], type=Eviction)
        except (RefusedError, *DECODE_ERRORS):
            get_logger().warning("stored eviction is ignored", key=key[:140])
            continue
        if islands.wants(str(name)):
            required = str(name) in islands.required
            yield PopSlot(name=name, since=eviction.at, required=required, eviction=eviction)


def _is_gone(slot: PopSlot) -> bool:
    return slot.withdrawn_at is not None
