"""The shelf that a PoP starts with, from what its store holds."""

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from edge.config import IslandsSection
from edge.daemon.sync.entries import PopShelf, PopSlot, open_entry, previous_store_key, stored_name
from edge.daemon.sync.head_cache import HeadCache
from edge.daemon.sync.transitions import gone_slots, vouched
from edge.errors import RefusedError
from edge.host import get_logger
from edge.records import IslandName
from edge.triage import Triage
from edge.trust import TenantRole, TrustedMetadata


def shelf_from_store(
    files: Mapping[str, bytes], *, trust: TrustedMetadata, triage: Triage, islands: IslandsSection, now: datetime
) -> PopShelf:
    """The shelf that the stored islands make, each verified again against stored metadata that was verified again."""
    required = [IslandName.parse(name) for name in islands.required]
    slots = [PopSlot(name=name, since=now, required=True) for name in required]
    heads = HeadCache(triage)
    for key, data in files.items():
        name = stored_name(key)
        if name is None:
            continue
        role = trust.role(name.tenant)
        # Bytes of an island that no verified role lists are left where they are: nothing vouches for them.
        if role is not None and name.island in role.islands and islands.wants(str(name)):
            slot = _stored_slot(name, data, role=role, heads=heads, islands=islands, now=now)
            slots.append(_with_rollout(slot, files, role=role, heads=heads))
    shelf = PopShelf().put(*slots)
    gone = gone_slots(shelf, trust=trust, islands=islands, tenants=trust.tenants(), now=now)
    return vouched(shelf.put(*gone), trust)


def _stored_slot(
    name: IslandName, data: bytes, *, role: TenantRole, heads: HeadCache, islands: IslandsSection, now: datetime
) -> PopSlot:
    required = str(name) in islands.required
    target = role.islands[name.island]
    # Other bytes than those listed are the last good revision, kept while the listed one was refused.
    is_current = hashlib.sha256(data).hexdigest() == target.sha256
    try:
        entry = open_entry(data, name=name, keys=role.keys, heads=heads, target=target if is_current else None)
    except RefusedError as error:
        get_logger().warning("stored island refused", island=str(name), reason=error.reason, error=error.text)
        return PopSlot(name=name, since=now, required=required, last_error=error.text)
    return PopSlot(name=name, since=now, entry=entry, required=required)


def _with_rollout(slot: PopSlot, files: Mapping[str, bytes], *, role: TenantRole, heads: HeadCache) -> PopSlot:
    """The slot with its rollout as the role says.

    Sessions outside it get no answer if the stored revision before is no good.
    """
    target = role.islands[slot.name.island]
    previous, data = target.previous, files.get(previous_store_key(slot.name))
    if slot.entry is None or slot.entry.sha256 != target.sha256 or previous is None:
        return slot
    # Staged first: if the revision before cannot be opened, nobody outside may get the new one instead.
    slot = replace(slot, rollout=target.custom.rollout)
    if data is None:
        return slot
    try:
        entry = open_entry(data, name=slot.name, keys=role.keys, heads=heads, target=previous)
    except RefusedError as error:
        get_logger().warning("stored island refused", island=str(slot.name), reason=error.reason, error=error.text)
        return replace(slot, last_error=error.text)
    return replace(slot, previous=entry)
