"""The shelf that a PoP starts with: the stored islands, verified again."""

import hashlib
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from datetime import datetime

from edge.config import IslandsSection
from edge.daemon.sync.entries import PopShelf, PopSlot, open_entry, previous_store_key, stored_name
from edge.daemon.sync.evict import stored_evictions
from edge.daemon.sync.head_cache import HeadCache
from edge.daemon.sync.transitions import gone_slots, vouched
from edge.errors import RefusedError
from edge.host import get_logger
from edge.records import IslandName
from edge.triage import Triage
from edge.trust import TenantRole, TrustedMetadata


def shelf_from_store(
    files: Mapping[str, bytes],
    *,
    trust: TrustedMetadata,
    triage: Triage,
    islands: IslandsSection,
    now: datetime,
    openers: Executor | None = None,
) -> PopShelf:
    """The shelf of the stored islands. `files` is the whole store by key; `trust` is verified from the same files.

    Islands are opened in the threads of `openers`, if there are any: golden questions are encoded at the same time.

    Raises nothing: an island that is refused has the error in its slot.
    """
    # Required islands first: one that was never stored still has a slot, so that `/readyz` can name it.
    required = [IslandName.parse(name) for name in islands.required]
    slots = [PopSlot(name=name, since=now, required=True) for name in required]
    heads = HeadCache(triage)

    def slot_of(listed: tuple[IslandName, bytes, TenantRole]) -> PopSlot:
        name, data, role = listed
        slot = _stored_slot(name, data, role=role, heads=heads, islands=islands, now=now)
        return _with_rollout(slot, files, role=role, heads=heads)

    listed = list(_listed(files, trust, islands))
    slots.extend(map(slot_of, listed) if openers is None else openers.map(slot_of, listed))
    # After the stored islands: an eviction wins over bytes that are on the disk all the same.
    shelf = PopShelf().put(*slots, *stored_evictions(files, islands))
    # Slots of withdrawn islands are never stored. The roles have the withdrawals, so the slots are made at every start.
    gone = gone_slots(shelf, trust=trust, islands=islands, tenants=trust.tenants(), now=now)
    return vouched(shelf.put(*gone), trust)


def _listed(
    files: Mapping[str, bytes], trust: TrustedMetadata, islands: IslandsSection
) -> Iterator[tuple[IslandName, bytes, TenantRole]]:
    """Stored islands that a verified role lists and that are served here, with their bytes and the role."""
    for key, data in files.items():
        name = stored_name(key)
        role = trust.role(name.tenant) if name is not None else None
        # Bytes of an island that no verified role lists are not served, because nothing vouches for them. They stay on
        # the disk: the role may be refused only now, and list the island again after the next sync.
        if name is not None and role is not None and name.island in role.islands and islands.wants(str(name)):
            yield name, data, role


def _stored_slot(
    name: IslandName, data: bytes, *, role: TenantRole, heads: HeadCache, islands: IslandsSection, now: datetime
) -> PopSlot:
    required = str(name) in islands.required
    target = role.islands[name.island]
    # Bytes other than the listed ones are the last good revision: the listed one was refused before the restart.
    is_current = hashlib.sha256(data).hexdigest() == target.sha256
    try:
        entry = open_entry(data, name=name, keys=role.keys, heads=heads, target=target if is_current else None)
    except RefusedError as error:
        get_logger().warning("stored island is refused", island=str(name), reason=error.reason, error=error.text)
        return PopSlot(name=name, since=now, required=required, last_error=error.text)
    return PopSlot(name=name, since=now, entry=entry, required=required)


def _with_rollout(slot: PopSlot, files: Mapping[str, bytes], *, role: TenantRole, heads: HeadCache) -> PopSlot:
    """The slot with the rollout that the role lists, and the stored revision before it."""
    target = role.islands[slot.name.island]
    previous, data = target.previous, files.get(previous_store_key(slot.name))
    if slot.entry is None or slot.entry.sha256 != target.sha256 or previous is None:
        return slot
    # The rollout before the revision: if that cannot be opened, sessions outside get no answer, and not the new one.
    slot = replace(slot, rollout=target.custom.rollout)
    if data is None:
        return slot
    try:
        entry = open_entry(data, name=slot.name, keys=role.keys, heads=heads, target=previous)
    except RefusedError as error:
        get_logger().warning("stored island is refused", island=str(slot.name), reason=error.reason, error=error.text)
        return replace(slot, last_error=error.text)
    return replace(slot, previous=entry)
