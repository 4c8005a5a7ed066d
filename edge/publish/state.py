"""What a repository says at one moment: its metadata, read from disk and verified, or made afresh.

TUF specification 1.0, with consistent snapshots. `root` vouches for `timestamp`, `snapshot` and `targets`; `targets`
only delegates: a role for each tenant, which alone may name targets under the tenant's folder.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from securesystemslib.signer import Key
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

from edge.errors import RefusedError, StorageError
from edge.publish.signer import CustodySigner
from edge.records import IslandName, TargetCustom
from edge.trust import WITHDRAWN_FIELD, Withdrawal
from edge.trust.verify import first_root, signed_by

LIFE = {
    "root": timedelta(days=365),
    "targets": timedelta(days=90),
    "snapshot": timedelta(days=7),
    "timestamp": timedelta(minutes=10),
}
"""How long a role's metadata is good for; short where the key is online."""

TENANT_LIFE = timedelta(days=30)

_COMPACT = JSONSerializer(compact=True)


@dataclass
class State:
    """The current metadata. `tenants` is in the order in which they were added."""

    root: Root
    targets: Targets
    snapshot: Snapshot
    timestamp: Timestamp
    tenants: dict[str, Targets] = field(default_factory=dict)

    def revision(self, name: IslandName) -> int:
        """The last revision that was published, of a withdrawn island too; 0 before the first."""
        withdrawn = self.withdrawn(name.tenant).get(name.island)
        target = self.tenants[name.tenant].targets.get(name.target_path)
        return max(withdrawn.revision if withdrawn else 0, target_custom(target).revision if target else 0)

    def withdrawn(self, tenant: str) -> dict[str, Withdrawal]:
        """The tenant's withdrawn islands."""
        records = self.tenants[tenant].unrecognized_fields.get(WITHDRAWN_FIELD, {})
        return msgspec.convert(records, dict[str, Withdrawal])

    def set_withdrawn(self, tenant: str, records: dict[str, Withdrawal]) -> None:
        """Replace the tenant's withdrawn islands."""
        self.tenants[tenant].unrecognized_fields[WITHDRAWN_FIELD] = msgspec.to_builtins(records)

    def delegate(self, tenant: str, key: Key) -> None:
        """Give `tenant` its own role, for targets in its own folder and no others."""
        delegations = self.targets.delegations
        if delegations is None or delegations.roles is None:
            raise StorageError("role 'targets' has no delegations, restore the repository from a copy")
        delegations.keys[key.keyid] = key
        delegations.roles[tenant] = DelegatedRole(tenant, [key.keyid], 1, terminating=True, paths=[f"{tenant}/*"])
        self.tenants[tenant] = Targets()


def fresh_state(*, root_keys: Sequence[Key], threshold: int, role_keys: Mapping[str, Key], now: datetime) -> State:
    """The first version of every role; `role_keys` has one key for targets, snapshot and timestamp each."""
    root = Root(expires=now + LIFE["root"], consistent_snapshot=True)
    for key in root_keys:
        root.add_key(key, "root")
    root.roles["root"].threshold = threshold
    for role, key in role_keys.items():
        root.add_key(key, role)
    return State(
        root=root,
        targets=Targets(expires=now + LIFE["targets"], delegations=Delegations({}, {})),
        snapshot=Snapshot(expires=now + LIFE["snapshot"]),
        timestamp=Timestamp(expires=now + LIFE["timestamp"], snapshot_meta=MetaFile(1)),
    )


def read_state(metadata: Path) -> State:
    """The state that `timestamp.json` names, every signature verified; expired roles are read too.

    Raises `StorageError` when something is missing, damaged, or not signed by those who should have.
    """
    try:
        root = _read_root(metadata)
        timestamp = signed_by(root, Timestamp, (metadata / "timestamp.json").read_bytes(), "timestamp")
        version = timestamp.snapshot_meta.version
        snapshot = signed_by(root, Snapshot, (metadata / f"{version}.snapshot.json").read_bytes(), "snapshot")
        state = State(root=root, targets=Targets(), snapshot=snapshot, timestamp=timestamp)
        state.targets = _read_targets(metadata, snapshot, root, "targets")
        for tenant in _delegated(state.targets):
            state.tenants[tenant] = _read_targets(metadata, snapshot, state.targets, tenant)
    except (OSError, KeyError) as error:
        raise StorageError(f"repository in {metadata} is damaged: {error}; restore it from a copy") from error
    except RefusedError as error:
        raise StorageError(f"repository in {metadata} is damaged: {error.text}; restore it from a copy") from error
    return state


def signed_bytes(signed: Any, signers: Sequence[CustodySigner]) -> bytes:
    """The metadata file of a role, signed by every signer."""
    metadata = Metadata(signed)
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata.to_bytes(_COMPACT)


def target_custom(target: TargetFile) -> TargetCustom:
    """What an island's target says of it."""
    return msgspec.convert(target.custom, TargetCustom)


def _delegated(targets: Targets) -> list[str]:
    roles = targets.delegations.roles if targets.delegations else None
    return list(roles or ())


def _read_root(metadata: Path) -> Root:
    versions = [int(path.name.partition(".")[0]) for path in metadata.glob("[1-9]*.root.json")]
    if not versions:
        raise FileNotFoundError("root.json is missing")
    return first_root((metadata / f"{max(versions)}.root.json").read_bytes())


def _read_targets(metadata: Path, snapshot: Snapshot, delegator: Root | Targets, role: str) -> Targets:
    version = snapshot.meta[f"{role}.json"].version
    return signed_by(delegator, Targets, (metadata / f"{version}.{role}.json").read_bytes(), role)
