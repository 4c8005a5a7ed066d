"""A repository's metadata, read from disk: every signature verified, as a client would.

Every change of the repository starts from here, so nothing that a stranger planted in it is ever signed again.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tuf.api.metadata import Delegations, Root, Snapshot, Targets, Timestamp

from edge.errors import RefusedError, StorageError
from edge.publish.repository.lazy_roles import LazyRoles
from edge.publish.repository.state import State
from edge.trust import first_root, next_root, signed_by


def read_state(metadata: Path, anchor: Path | None = None) -> State:
    """The state that `timestamp.json` names, every signature verified; expired roles are read too.

    A tenant's role is read and verified when it is looked at.

    Trust starts at the root in `anchor`, or at the first one where that file is not there yet.

    Raises `StorageError` when something is missing, damaged, or not signed by those who should have.
    """
    with _damage(metadata):
        root = read_root(metadata, anchor)
        timestamp = signed_by(root, Timestamp, (metadata / "timestamp.json").read_bytes(), "timestamp")
        version = timestamp.snapshot_meta.version
        snapshot = signed_by(root, Snapshot, (metadata / f"{version}.snapshot.json").read_bytes(), "snapshot")
        targets = _read_targets(metadata, snapshot, root, "targets")
        tenants = _read_lazily(metadata, snapshot, targets)
    return State(root=root, targets=targets, snapshot=snapshot, timestamp=timestamp, tenants=tenants)


def read_root(metadata: Path, anchor: Path | None = None) -> Root:
    """The newest root, by a chain of signatures from `anchor`.

    Raises `OSError`, and `RefusedError` where the chain is broken.
    """
    first = anchor if anchor is not None and anchor.exists() else metadata / "1.root.json"
    root = first_root(first.read_bytes())
    while (path := metadata / f"{root.version + 1}.root.json").exists():
        root = next_root(path.read_bytes(), root)
    return root


def _read_lazily(metadata: Path, snapshot: Snapshot, targets: Targets) -> LazyRoles:
    """Every tenant's role as the snapshot lists it and `targets` vouches for it now."""
    delegations = targets.delegations
    tenants = list(delegations.roles or ()) if delegations else []
    files = {tenant: f"{snapshot.meta[f'{tenant}.json'].version}.{tenant}.json" for tenant in tenants}
    vouched_for = _delegations_now(targets)

    def raw(tenant: str) -> bytes:
        with _damage(metadata):
            return (metadata / files[tenant]).read_bytes()

    def verified(tenant: str) -> Targets:
        with _damage(metadata):
            return signed_by(vouched_for(tenant), Targets, raw(tenant), tenant)

    return LazyRoles(tenants, verified=verified, raw=raw)


def _delegations_now(targets: Targets) -> Callable[[str], Targets]:
    """By tenant, `targets` with its delegation alone, as it is at this moment; later edits do not change it."""
    delegations = targets.delegations
    keys = dict(delegations.keys) if delegations else {}
    roles = (delegations.roles or {}) if delegations else {}
    now = {tenant: (role, tuple(role.keyids)) for tenant, role in roles.items()}

    def only(tenant: str) -> Targets:
        role, keyids = now[tenant]
        frozen, alone = copy.copy(targets), copy.copy(role)
        alone.keyids = list(keyids)
        frozen.delegations = Delegations(keys, {tenant: alone})
        return frozen

    return only


@contextmanager
def _damage(metadata: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, KeyError) as error:
        raise StorageError(f"repository in {metadata} is damaged: {error}; restore it from a copy") from error
    except RefusedError as error:
        raise StorageError(f"repository in {metadata} is damaged: {error.text}; restore it from a copy") from error


def _read_targets(metadata: Path, snapshot: Snapshot, delegator: Root | Targets, role: str) -> Targets:
    version = snapshot.meta[f"{role}.json"].version
    return signed_by(delegator, Targets, (metadata / f"{version}.{role}.json").read_bytes(), role)
