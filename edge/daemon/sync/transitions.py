"""Which slots of the shelf change when verified metadata changes, and how. Pure: nothing is stored or swapped here.

`gone_slots`: withdrawn by their tenant, or no longer listed. `revoked_slots`: signed with a key that their tenant has
lost. `uncounted_slots`: withdrawn by a tenant that has none of its keys left.
"""

import base64
from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime

from edge.config import IslandsSection
from edge.daemon.sync.entries import PopShelf, PopSlot
from edge.records import IslandName
from edge.trust import IslandTarget, TenantRole, TrustedMetadata, Withdrawal


def trusted_roles(trust: TrustedMetadata, tenants: Collection[str]) -> Iterator[tuple[str, TenantRole]]:
    """Those of these tenants whose role has been verified."""
    for tenant in tenants:
        role = trust.role(tenant)
        if role is not None:
            yield tenant, role


def keys_by_tenant(trust: TrustedMetadata) -> dict[str, frozenset[bytes]]:
    """The public keys that may sign for each tenant whose role has been verified."""
    return {tenant: frozenset(role.keys.values()) for tenant, role in trusted_roles(trust, trust.tenants())}


def listed_islands(
    trust: TrustedMetadata, islands: IslandsSection, tenants: Collection[str]
) -> dict[IslandName, IslandTarget]:
    """Every island of these tenants that verified metadata lists and this PoP serves."""
    listed = {}
    for tenant, role in trusted_roles(trust, tenants):
        names = {IslandName(tenant, island): target for island, target in role.islands.items()}
        listed.update({name: target for name, target in names.items() if islands.wants(str(name))})
    return listed


def gone_slots(
    shelf: PopShelf, *, trust: TrustedMetadata, islands: IslandsSection, tenants: Collection[str], now: datetime
) -> list[PopSlot]:
    """Shelf slots to mark withdrawn: islands withdrawn or dropped by these tenants.

    They stay on the shelf, so that a caller is told what happened, and so that no earlier revision can follow.
    """
    withdrawals = {
        IslandName(tenant, island): withdrawal
        for tenant, role in trusted_roles(trust, tenants)
        for island, withdrawal in role.withdrawn.items()
        if islands.wants(f"{tenant}/{island}")
    }
    known = {slot.name for slot in shelf.of(tenants)}
    slots = []
    # A listed island is never gone: a role lists it above the revision that it withdrew, so it may follow.
    for name in (known | withdrawals.keys()) - listed_islands(trust, islands, tenants).keys():
        slot = shelf.get(name) or PopSlot(name=name, since=now, required=str(name) in islands.required)
        withdrawal = withdrawals.get(name)
        # Silence is not a withdrawal. A role that was never verified, or is refused now, says nothing of its islands.
        if trust.role(name.tenant) is None:
            continue
        # A required island of which nothing ever arrived stays `never_loaded`: there was nothing to drop.
        if withdrawal is None and slot.entry is None and slot.last_error == "":
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
                # The highest of both: a tenant may withdraw a revision below the one that this PoP serves.
                withdrawn_revision=max(slot.highest_revision, withdrawal.revision if withdrawal else 0),
                withdrawn_why=withdrawal.why if withdrawal else "",
                # The slot's state is now the withdrawal's; a refusal from before would be read as its cause.
                last_error="",
            )
        )
    return slots


def _is_marked(slot: PopSlot, withdrawal: Withdrawal | None) -> bool:
    """Whether the slot says so already. An island that was dropped and is withdrawn later is marked again."""
    if slot.withdrawn_at is None:
        return False
    if withdrawal is None:
        return True
    same_words = (slot.withdrawn_at, slot.withdrawn_why) == (withdrawal.at, withdrawal.why)
    return same_words and slot.withdrawn_revision >= withdrawal.revision


def revoked_slots(shelf: PopShelf, *, trust: TrustedMetadata, tenants: Collection[str], now: datetime) -> list[PopSlot]:
    """Emptied slots of these tenants' islands that are signed with a key which their tenant no longer has.

    Their revision is forgotten, too: a thief of the key may have driven it up.
    """
    slots = []
    for slot in shelf.of(tenants):
        name, role = slot.name, trust.role(slot.name.tenant)
        # Without a verified role nothing is known of the keys, so nothing is known to be revoked.
        if role is None or slot.entry is None:
            continue
        # The revision before counts as well: sessions outside the rollout are served from it.
        entries = [entry for entry in (slot.entry, slot.previous) if entry is not None]
        signed_with = {key for entry in entries for key in entry.key_ids.values()}
        if signed_with - {base64.b64encode(key).decode() for key in role.keys.values()}:
            text = f"island '{name}' revision {slot.entry.island.revision} is signed with a key that was revoked"
            # A new slot, not `replace`: no field of the old one may outlive the key.
            slots.append(PopSlot(name=name, since=now, required=slot.required, last_error=text))
    return slots


def uncounted_slots(shelf: PopShelf, tenants: Collection[str]) -> list[PopSlot]:
    """The withdrawn slots of these tenants, their withdrawn revisions no longer counted.

    They stay withdrawn: a lost key ends what its numbers forbid, not what its owner took back.
    """
    return [replace(slot, withdrawn_revision=0) for slot in shelf.of(tenants) if slot.withdrawn_revision]


def vouched(shelf: PopShelf, trust: TrustedMetadata) -> PopShelf:
    """The shelf, vouched for as long as the trusted metadata says."""
    until = {tenant: trust.fresh_until(tenant) for tenant in trust.tenants()}
    # A tenant without a moment is left out, not kept from before: its islands stop.
    return shelf.vouched({tenant: moment for tenant, moment in until.items() if moment is not None})
