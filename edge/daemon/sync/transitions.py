"""Slots of the shelf that change when verified metadata changes. Pure: nothing is stored or swapped here.

    before                      metadata says                            after
    --------------------------  ---------------------------------------  -----------------------------------------
    any                         listed                                   `FetchedIsland.slot`, once it is fetched
    any                         withdrawn, not listed                    `gone_slots`: withdrawn, with the reason
    served or refused           neither, under a verified role           `gone_slots`: withdrawn, without a reason
    never loaded                neither, under a verified role           unchanged
    any                         nothing: no verified role                unchanged, but `vouched` stops it
    served                      the key that signed it is revoked        `revoked_slots`: a new slot with an error
    withdrawn or evicted        all keys of the tenant are replaced      `uncounted_slots`: the same, revision 0
    any but withdrawn           (an operator evicts it)                  `evicted`: evicted, without its bytes
    evicted                     listed at a higher revision              `FetchedIsland.slot`, once it is fetched

A withdrawn island stays on the shelf, so that a viewer's device can learn what happened, and so that only a
higher revision can follow.
"""

import base64
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from edge.config import IslandsSection
from edge.daemon.sync.entries import PopShelf, PopSlot
from edge.daemon.sync.evict import is_evicted
from edge.records import IslandName
from edge.trust import IslandTarget, TenantRole, TrustedMetadata, Withdrawal


def trusted_roles(trust: TrustedMetadata, tenants: Collection[str]) -> Iterator[tuple[str, TenantRole]]:
    """The verified roles of these tenants; tenants without one are left out."""
    for tenant in tenants:
        role = trust.role(tenant)
        if role is not None:
            yield tenant, role


def keys_by_tenant(trust: TrustedMetadata, tenants: Collection[str]) -> dict[str, frozenset[bytes]]:
    """The public keys that may sign for each of these tenants, if its role has been verified."""
    return {tenant: frozenset(role.keys.values()) for tenant, role in trusted_roles(trust, tenants)}


def unserved_islands(
    shelf: PopShelf,
    *,
    trust: TrustedMetadata,
    islands: IslandsSection,
    tenants: Collection[str],
    in_force: Mapping[str, TenantRole | None],
) -> dict[IslandName, IslandTarget]:
    """Islands that verified roles of these tenants list, that this PoP's configuration wants, and that it must fetch.

    `in_force`: by tenant, a role of which everything is in force. Its targets are not looked at.
    """
    unserved = {}
    for tenant, role in trusted_roles(trust, tenants):
        before = in_force.get(tenant)
        known = before.islands if before is not None else {}
        for island, target in role.islands.items():
            # The same object: an equal one may have been gone in between, and its island withdrawn.
            if known.get(island) is target or not islands.wants(f"{tenant}/{island}"):
                continue
            name = IslandName(tenant, island)
            slot = shelf.get(name)
            if not is_in_force(slot, target) and not is_evicted(slot, target):
                unserved[name] = target
    return unserved


def is_in_force(slot: PopSlot | None, target: IslandTarget) -> bool:
    """True if the slot serves exactly what `target` lists: the same bytes, rollout, and revision before."""
    if slot is None or slot.entry is None or slot.entry.sha256 != target.sha256:
        return False
    has_rollout = target.custom.rollout is not None
    # A rollout without the revision before it is not in force: that revision could not be opened at the start.
    return slot.rollout == target.custom.rollout and has_rollout == (slot.previous is not None)


def gone_slots(
    shelf: PopShelf, *, trust: TrustedMetadata, islands: IslandsSection, tenants: Collection[str], now: datetime
) -> list[PopSlot]:
    """Shelf slots to mark withdrawn: islands withdrawn or dropped by these tenants."""
    withdrawals, unlisted = dict[IslandName, Withdrawal](), set[IslandName]()
    # A missing role is not a withdrawal: nothing verified says that its islands are gone.
    for tenant, role in trusted_roles(trust, tenants):
        names = {IslandName(tenant, island): withdrawn for island, withdrawn in role.withdrawn.items()}
        withdrawals |= {name: withdrawn for name, withdrawn in names.items() if islands.wants(str(name))}
        # Listed islands are left out. A role that lists one has no withdrawal of it: the higher revision counts.
        unlisted.update(slot.name for slot in shelf.of((tenant,)) if slot.name.island not in role.islands)
    slots = []
    for name in unlisted | withdrawals.keys():
        slot = shelf.get(name) or PopSlot(name=name, since=now, required=str(name) in islands.required)
        withdrawal = withdrawals.get(name)
        # A required island that never arrived stays `never_loaded`: there is nothing to drop.
        if withdrawal is None and slot.entry is None and slot.eviction is None and slot.last_error == "":
            continue
        if _is_marked(slot, withdrawal):
            continue
        slots.append(
            replace(
                slot,
                since=now,
                entry=None,
                rollout=None,
                previous=None,
                withdrawn_at=withdrawal.at if withdrawal else now,
                # The higher of both: a tenant may withdraw a revision below the one that this PoP serves.
                withdrawn_revision=max(slot.highest_revision, withdrawal.revision if withdrawal else 0),
                withdrawn_why=withdrawal.why if withdrawal else "",
                # The tenant's word replaces the operator's.
                eviction=None,
                # An earlier refusal would look like the cause of the withdrawal.
                last_error="",
            )
        )
    return slots


def _is_marked(slot: PopSlot, withdrawal: Withdrawal | None) -> bool:
    """True if the slot is marked withdrawn already, by this very withdrawal if there is one."""
    if slot.withdrawn_at is None:
        return False
    # Dropped: any mark will do, and one with a reason must not lose it.
    if withdrawal is None:
        return True
    # Withdrawn: an island that was dropped before, or withdrawn earlier, is marked again with the newer reason.
    same_words = (slot.withdrawn_at, slot.withdrawn_why) == (withdrawal.at, withdrawal.why)
    return same_words and slot.withdrawn_revision >= withdrawal.revision


def revoked_slots(shelf: PopShelf, *, trust: TrustedMetadata, tenants: Collection[str], now: datetime) -> list[PopSlot]:
    """New, empty slots for islands of these tenants that are signed with a key which their tenant no longer has."""
    # Without a verified role the keys are not known, so none is known to be revoked.
    slots = []
    for tenant, role in trusted_roles(trust, tenants):
        may_sign = {base64.b64encode(key).decode() for key in role.keys.values()}.issuperset
        for slot in shelf.of((tenant,)):
            entry, previous = slot.entry, slot.previous
            # The revision before counts as well: sessions outside the rollout are served from it.
            if entry is None or (
                may_sign(entry.key_ids.values()) and (previous is None or may_sign(previous.key_ids.values()))
            ):
                continue
            text = f"island '{slot.name}' revision {entry.island.revision} is signed with a key that was revoked"
            # A new slot, not `replace`: no field may outlive the key. The revision above all is forgotten, because a
            # thief of the key may have driven it up.
            slots.append(PopSlot(name=slot.name, since=now, required=slot.required, last_error=text))
    return slots


def uncounted_slots(shelf: PopShelf, tenants: Collection[str]) -> list[PopSlot]:
    """Withdrawn and evicted slots of these tenants with revision 0, so that any revision may follow.

    For tenants that lost all of their keys. The islands stay withdrawn or evicted: only the number is no longer
    believed.
    """
    return [
        replace(slot, withdrawn_revision=0, eviction=slot.eviction and replace(slot.eviction, revision=0))
        for slot in shelf.of(tenants)
        if slot.withdrawn_revision or slot.eviction
    ]


def vouched(shelf: PopShelf, trust: TrustedMetadata) -> PopShelf:
    """The shelf with the tenants of trusted metadata, and the times until which it vouches for each."""
    # A tenant without such a time is left out, and does not keep its last one: its islands stop.
    tenants = trust.tenants()
    return shelf.vouched(trust.fresh_until_of(tenants), tenants=tenants)
