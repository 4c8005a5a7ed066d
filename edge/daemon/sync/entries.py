"""From bytes to an island that can be served; and from the store to the shelf that a PoP starts with."""

import base64
import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from edge.config import IslandsSection
from edge.daemon.sync.head_cache import HeadCache
from edge.errors import RefusedError
from edge.host import get_logger
from edge.records import IslandName, SignedSnippet, SnippetDocument
from edge.shelf import Entry, Shelf, Slot
from edge.triage import Head, Triage
from edge.trust import IslandTarget, TenantRole, TrustedMetadata, open_island, open_stored_island, read_signature_input

PopEntry = Entry[Head]
PopSlot = Slot[Head]
PopShelf = Shelf[Head]

_ISLAND_PREFIX = "island/"
_PREVIOUS_PREFIX = "previous/"


def store_key(name: IslandName) -> str:
    """Under which key an island's bytes are stored."""
    return f"{_ISLAND_PREFIX}{name}"


def previous_store_key(name: IslandName) -> str:
    """Under which key the bytes lie that whoever is outside the island's stage keeps."""
    return f"{_PREVIOUS_PREFIX}{name}"


STORE_KEYS = (store_key, previous_store_key)
"""What belongs to one island."""


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


def shelf_from_store(
    files: Mapping[str, bytes], *, trust: TrustedMetadata, triage: Triage, islands: IslandsSection, now: datetime
) -> PopShelf:
    """The shelf that the stored islands make, each verified again against stored metadata that was verified again."""
    required = [IslandName.parse(name) for name in islands.required]
    places = [PopSlot(name=name, since=now, required=True) for name in required]
    heads = HeadCache(triage)
    for key, data in files.items():
        if not key.startswith(_ISLAND_PREFIX):
            continue
        name = IslandName.parse(key.removeprefix(_ISLAND_PREFIX))
        role = trust.role(name.tenant)
        if role is not None and name.island in role.islands and islands.wants(str(name)):
            place = _stored_place(name, data, role=role, heads=heads, islands=islands, now=now)
            places.append(_with_stage(place, files, role=role, heads=heads))
    shelf = PopShelf().put(*places)
    gone = gone_slots(shelf, trust=trust, islands=islands, tenants=trust.tenants(), now=now)
    return vouched(shelf.put(*gone), trust)


def listed_islands(
    trust: TrustedMetadata, islands: IslandsSection, tenants: Collection[str]
) -> dict[IslandName, IslandTarget]:
    """Every island of these tenants that verified metadata lists and this PoP serves."""
    found = {}
    for tenant, role in trusted_roles(trust, tenants):
        names = {IslandName(tenant, island): target for island, target in role.islands.items()}
        found.update({name: target for name, target in names.items() if islands.wants(str(name))})
    return found


def gone_slots(
    shelf: PopShelf, *, trust: TrustedMetadata, islands: IslandsSection, tenants: Collection[str], now: datetime
) -> list[PopSlot]:
    """The places, as they will be, of islands that one of these tenants has withdrawn or simply no longer lists.

    They are remembered, so that who asks is told what happened rather than that there never was such an island, and
    so that no earlier revision can follow.
    """
    withdrawals = {
        IslandName(tenant, island): withdrawal
        for tenant, role in trusted_roles(trust, tenants)
        for island, withdrawal in role.withdrawn.items()
        if islands.wants(f"{tenant}/{island}")
    }
    known = {place.name for place in shelf.of(tenants)}
    places = []
    for name in (known | withdrawals.keys()) - listed_islands(trust, islands, tenants).keys():
        place = shelf.get(name) or PopSlot(name=name, since=now, required=str(name) in islands.required)
        withdrawal = withdrawals.get(name)
        was_known = place.entry is not None or place.last_error != "" or withdrawal is not None
        if place.withdrawn_at is not None or trust.role(name.tenant) is None or not was_known:
            continue
        places.append(
            replace(
                place,
                since=now,
                entry=None,
                stage=None,
                previous=None,
                withdrawn_at=withdrawal.at if withdrawal else now,
                withdrawn_revision=max(place.highest_revision, withdrawal.revision if withdrawal else 0),
                last_error="",
            )
        )
    return places


def revoked_slots(shelf: PopShelf, *, trust: TrustedMetadata, tenants: Collection[str], now: datetime) -> list[PopSlot]:
    """The places, as they will be, of these tenants' islands that are signed with a key which they have no longer.

    They are forgotten together with their revision: whoever stole the key may have driven that up.
    """
    places = []
    for place in shelf.of(tenants):
        name, role = place.name, trust.role(place.name.tenant)
        if role is None or place.entry is None:
            continue
        entries = [entry for entry in (place.entry, place.previous) if entry is not None]
        signed_with = {key for entry in entries for key in entry.key_ids.values()}
        if signed_with - {base64.b64encode(key).decode() for key in role.keys.values()}:
            text = f"island '{name}' revision {place.entry.island.revision} is signed with a key that was revoked"
            places.append(PopSlot(name=name, since=now, required=place.required, last_error=text))
    return places


def uncounted_slots(shelf: PopShelf, tenants: Collection[str]) -> list[PopSlot]:
    """The withdrawn places of these tenants, as they will be when the withdrawn revisions no longer count."""
    return [replace(place, withdrawn_revision=0) for place in shelf.of(tenants) if place.withdrawn_revision]


def vouched(shelf: PopShelf, trust: TrustedMetadata) -> PopShelf:
    """The shelf, vouched for as long as the trusted metadata says."""
    until = {tenant: trust.fresh_until(tenant) for tenant in trust.tenants()}
    return shelf.vouched({tenant: moment for tenant, moment in until.items() if moment is not None})


def trusted_roles(trust: TrustedMetadata, tenants: Collection[str]) -> Iterator[tuple[str, TenantRole]]:
    """Those of these tenants whose role has been verified."""
    for tenant in tenants:
        role = trust.role(tenant)
        if role is not None:
            yield tenant, role


def keys_by_tenant(trust: TrustedMetadata) -> dict[str, frozenset[bytes]]:
    """The public keys that may sign for each tenant whose role has been verified."""
    return {tenant: frozenset(role.keys.values()) for tenant, role in trusted_roles(trust, trust.tenants())}


def _stored_place(
    name: IslandName, data: bytes, *, role: TenantRole, heads: HeadCache, islands: IslandsSection, now: datetime
) -> PopSlot:
    required = str(name) in islands.required
    target = role.islands[name.island]
    is_current = hashlib.sha256(data).hexdigest() == target.sha256
    try:
        entry = open_entry(data, name=name, keys=role.keys, heads=heads, target=target if is_current else None)
    except RefusedError as error:
        get_logger().warning("stored island refused", island=str(name), reason=error.reason, error=error.text)
        return PopSlot(name=name, since=now, required=required, last_error=error.text)
    return PopSlot(name=name, since=now, entry=entry, required=required)


def _with_stage(place: PopSlot, files: Mapping[str, bytes], *, role: TenantRole, heads: HeadCache) -> PopSlot:
    """The place staged as the role says; whoever is outside gets no answer if the stored revision before is no good."""
    target = role.islands[place.name.island]
    previous, data = target.previous, files.get(previous_store_key(place.name))
    if place.entry is None or place.entry.sha256 != target.sha256 or previous is None:
        return place
    place = replace(place, stage=target.custom.stage)
    if data is None:
        return place
    try:
        entry = open_entry(data, name=place.name, keys=role.keys, heads=heads, target=previous)
    except RefusedError as error:
        get_logger().warning("stored island refused", island=str(place.name), reason=error.reason, error=error.text)
        return replace(place, last_error=error.text)
    return replace(place, previous=entry)


def _key_id(snippet: SignedSnippet) -> str:
    """The base64 public key that signed, as the `Signature-Input` header names it."""
    return base64.b64encode(read_signature_input(snippet.signature_input).public_key).decode()
