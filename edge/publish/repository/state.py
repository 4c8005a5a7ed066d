"""A repository's metadata at one moment: made new here, or read from disk by `edge.publish.repository.load`.

TUF specification 1.0, with consistent snapshots. `root` vouches for `timestamp`, `snapshot` and `targets`. `targets`
delegates to a role for each tenant, and lists the tenants' public keys. Only the tenant's role may name targets in the
tenant's folder.
"""

import hashlib
import json
from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from securesystemslib.signer import Key, Signature
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.api.serialization.json import JSONSerializer

from edge.errors import Reason, RefusedError, StorageError
from edge.publish.keys import TufSigner
from edge.publish.repository.lazy_roles import LazyRoles
from edge.publish.repository.verified_roles import VerifiedRoles
from edge.publish.repository.versions import clock_version
from edge.records import IslandName, TargetCustom
from edge.trust import WITHDRAWN_FIELD, Ed25519Key, Withdrawal, canonical_bytes

LIFE = {
    "root": timedelta(days=365),
    "targets": timedelta(days=90),
    "snapshot": timedelta(days=7),
    "timestamp": timedelta(minutes=10),
}
"""Time from a role's signature to its expiry. It is short for the roles whose keys are online."""

TENANT_LIFE = timedelta(days=30)

REACHED_FIELD = "x-skerry-reached"
"""Field of a tenant's signed metadata with revisions that PoPs have and this repository lost: `{island: revision}`. It
is there after `skerry recover restored`, until the island is published again.
"""

MAX_WHY_CHARACTERS = 200

_COMPACT = JSONSerializer(compact=True)


class SignedIsland(msgspec.Struct, frozen=True, kw_only=True):
    """A compiled island: its bytes, and the fields that its target in the tenant's role carries."""

    data: bytes
    custom: TargetCustom

    @property
    def sha256(self) -> str:
        """The hash of the bytes, in lower-case hexadecimal."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass
class State:
    """The current metadata. `tenants` is in the order in which they were added."""

    root: Root
    targets: Targets
    snapshot: Snapshot
    timestamp: Timestamp
    tenants: MutableMapping[str, Targets] = field(default_factory=dict)
    verified: VerifiedRoles = field(default_factory=VerifiedRoles)

    def set_withdrawn(self, tenant: str, records: dict[str, Withdrawal]) -> None:
        """Replace the tenant's withdrawn islands."""
        self.tenants[tenant].unrecognized_fields[WITHDRAWN_FIELD] = msgspec.to_builtins(records)

    def delegate(self, tenant: str, key: Key) -> None:
        """Give `tenant` an empty role, for targets in its own folder and no others."""
        self.delegations[tenant] = DelegatedRole(tenant, [], 1, terminating=True, paths=[f"{tenant}/*"])
        self.targets.add_key(key, tenant)
        # A snapshot goes on listing a tenant that was removed, and its versions never go back: count on from there.
        listed = self.snapshot.meta.get(f"{tenant}.json")
        self.tenants[tenant] = Targets(version=listed.version + 1 if listed else 1)

    @property
    def delegations(self) -> dict[str, DelegatedRole]:
        """The delegation to each tenant, in the order in which they were added. Raises `StorageError` if damaged."""
        delegations = self.targets.delegations
        if delegations is None or delegations.roles is None:
            raise StorageError("role 'targets' has no delegations, restore the repository from a copy")
        return delegations.roles

    def delegator(self, role: str) -> Root | Targets:
        """The metadata that names the role's keys: the root, or `targets` for a tenant's role."""
        return self.root if role in self.root.roles else self.targets

    def keys(self, role: str) -> dict[bytes, Key]:
        """The role's Ed25519 keys by their 32 public bytes, oldest first; keys of another type are left out."""
        delegator = self.delegator(role)
        named = delegator.roles[role] if isinstance(delegator, Root) else self.delegations[role]
        keys = [delegator.get_key(key_id) for key_id in named.keyids]
        return {key.raw: key for key in keys if isinstance(key, Ed25519Key)}

    def threshold(self, role: str) -> int:
        """How many of the role's keys must sign."""
        delegator = self.delegator(role)
        return (delegator.roles[role] if isinstance(delegator, Root) else self.delegations[role]).threshold

    def signed(self, role: str) -> Root | Targets | Snapshot | Timestamp:
        """The role's metadata. Raises `KeyError` for an unknown role, `StorageError` if a tenant's file is damaged."""
        top: dict[str, Root | Targets | Snapshot | Timestamp] = {
            "root": self.root,
            "targets": self.targets,
            "snapshot": self.snapshot,
            "timestamp": self.timestamp,
        }
        return top.get(role) or self.tenants[role]

    def expires(self, role: str) -> datetime:
        """When the role's metadata expires. A tenant's role is not verified for it (`LazyRoles.expires`)."""
        if role in self.tenants and isinstance(self.tenants, LazyRoles):
            return self.tenants.expires(role)
        return self.signed(role).expires


def fresh_state(*, root_keys: Sequence[Key], threshold: int, role_keys: Mapping[str, Key], now: datetime) -> State:
    """The first version of every role, without tenants; `role_keys` has a key each for the top roles but root."""
    version = clock_version(now)
    root = Root(expires=now + LIFE["root"], consistent_snapshot=True)
    for key in root_keys:
        root.add_key(key, "root")
    root.roles["root"].threshold = threshold
    for role, key in role_keys.items():
        root.add_key(key, role)
    return State(
        root=root,
        targets=Targets(expires=now + LIFE["targets"], delegations=Delegations({}, {})),
        snapshot=Snapshot(version=version, expires=now + LIFE["snapshot"]),
        timestamp=Timestamp(version=version, expires=now + LIFE["timestamp"], snapshot_meta=MetaFile(version)),
    )


def signed_bytes(
    signed: Any, signers: Sequence[TufSigner], *, collected: Mapping[str, Signature] | None = None
) -> bytes:
    """A role's metadata file with the signatures of `signers`, and those that were `collected` elsewhere, by key_id."""
    metadata = Metadata(signed, dict(collected or {}))
    payload = canonical_bytes(metadata)
    for signer in signers:
        signature = signer.sign(payload)
        metadata.signatures[signature.keyid] = signature
    return _file_bytes(metadata, payload)


def _file_bytes(metadata: Metadata[Any], payload: bytes) -> bytes:
    """The file with `payload` as its signed part. A large role is encoded once, and not a second time for its file."""
    # ASCII without an escape and without a control character is the same text in JSON and in its canonical form.
    if b"\\" in payload or not payload.isascii() or not payload.decode().isprintable():
        return metadata.to_bytes(_COMPACT)
    signatures = [signature.to_dict() for signature in metadata.signatures.values()]
    before = json.dumps({"signatures": signatures}, separators=(",", ":"), sort_keys=True).encode()
    return before[:-1] + b',"signed":' + payload + b"}"


def set_island(role: Targets, name: IslandName, signed: SignedIsland) -> None:
    """Let a tenant's role list an island. Its withdrawal, if there was one, ends."""
    target = TargetFile.from_data(name.target_path, signed.data, ["sha256"])
    target.unrecognized_fields["custom"] = msgspec.to_builtins(signed.custom)
    role.targets[name.target_path] = target
    for field_name in (WITHDRAWN_FIELD, REACHED_FIELD):
        role.unrecognized_fields.get(field_name, {}).pop(name.island, None)


def set_reached(role: Targets, name: IslandName, revision: int) -> None:
    """Let the island's next revision be above `revision`. What the role lists of it stays as it is."""
    role.unrecognized_fields.setdefault(REACHED_FIELD, {})[name.island] = revision


def reached_in(role: Targets) -> dict[str, int]:
    """Revisions that PoPs had before this home was restored, by the island's name without the tenant.

    Raises `RefusedError` if the field is malformed.
    """
    try:
        return msgspec.convert(role.unrecognized_fields.get(REACHED_FIELD, {}), dict[str, int])
    except msgspec.ValidationError as error:
        text = f"{REACHED_FIELD} of a tenant's role is malformed, expected a revision for each island"
        raise RefusedError(text, reason=Reason.METADATA_INVALID) from error


def revision_in(role: Targets, name: IslandName) -> int:
    """The island's last revision, published, withdrawn or known from PoPs; 0 if it was never published."""
    withdrawn = withdrawn_in(role).get(name.island)
    target = role.targets.get(name.target_path)
    listed = max(withdrawn.revision if withdrawn else 0, target_custom(target).revision if target else 0)
    return max(listed, reached_in(role).get(name.island, 0))


def withdrawn_in(role: Targets) -> dict[str, Withdrawal]:
    """The role's withdrawals, by the island's name without the tenant."""
    return msgspec.convert(role.unrecognized_fields.get(WITHDRAWN_FIELD, {}), dict[str, Withdrawal])


def check_why(why: str) -> None:
    """Check the reason of a withdrawal, which PoPs and their operators get to read. Raises `RefusedError`."""
    if not why.strip() or len(why) > MAX_WHY_CHARACTERS or not why.isprintable():
        raise RefusedError(f"reason of a withdrawal must be 1 to {MAX_WHY_CHARACTERS} printable characters")


def target_path(name: IslandName, sha256: str) -> str:
    """Path of an island's file, relative to the repository, with consistent snapshots (TUF specification, 6.2)."""
    return f"targets/{name.tenant}/{sha256}.{name.island}.island"


def target_custom(target: TargetFile) -> TargetCustom:
    """The fields of Skerry's own in an island's target."""
    return msgspec.convert(target.custom, TargetCustom)


def key_name(role: str) -> str:
    """The name of the role's key file. A tenant's has a prefix, so it cannot be another role's."""
    return role if role in LIFE else f"tenant.{role}"


def life(role: str) -> timedelta:
    """Time from the role's signature to its expiry."""
    return LIFE.get(role, TENANT_LIFE)


def root_keys(root: Root) -> set[bytes]:
    """The public keys that sign the root, 32 bytes each."""
    keys = (root.keys[key_id] for key_id in root.roles["root"].keyids)
    return {bytes.fromhex(key.keyval["public"]) for key in keys}
