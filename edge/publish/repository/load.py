"""A repository's metadata, read from disk and verified as a client verifies it.

The root, the timestamp, the snapshot and the role `targets` are verified at once, a tenant's role when it is first
read. Every change of the repository starts from here, so metadata that an intruder planted is never signed.
"""

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tuf.api.metadata import Delegations, Root, Snapshot, Targets, Timestamp

from edge.errors import RefusedError, StorageError
from edge.publish.repository.lazy_roles import LazyRoles
from edge.publish.repository.state import State
from edge.publish.repository.verified_roles import VerifiedRoles
from edge.trust import signed_by


def read_state(metadata: Path, anchor: Path | None = None, verified: VerifiedRoles | None = None) -> State:
    """The state that `timestamp.json` names. Expired roles are read, too.

    Trust starts at the root in the file `anchor`, or at version 1 if there is no such file yet.

    Raises `StorageError` when a file is missing or damaged, or lacks signatures. The operator restores a copy then. A
    tenant's role raises it later, when it is read.
    """
    verified = verified or VerifiedRoles()
    with _as_damage(metadata):
        root = _read_root(metadata, anchor, verified)
        timestamp = verified.signed_by(root, Timestamp, (metadata / "timestamp.json").read_bytes(), "timestamp")
        version = timestamp.snapshot_meta.version
        snapshot = verified.signed_by(root, Snapshot, (metadata / f"{version}.snapshot.json").read_bytes(), "snapshot")
        number = snapshot.meta["targets.json"].version
        targets = verified.signed_by(root, Targets, (metadata / f"{number}.targets.json").read_bytes(), "targets")
        tenants = _read_lazily(metadata, snapshot, targets)
    return State(root=root, targets=targets, snapshot=snapshot, timestamp=timestamp, tenants=tenants, verified=verified)


def _read_root(metadata: Path, anchor: Path | None, verified: VerifiedRoles) -> Root:
    """The newest root, to which a chain of signatures leads from `anchor`.

    Raises `OSError` when a file cannot be read, and `RefusedError` when the chain is broken.
    """

    def root_file(version: int) -> bytes | None:
        path = metadata / f"{version}.root.json"
        return path.read_bytes() if path.exists() else None

    first = anchor if anchor is not None and anchor.exists() else metadata / "1.root.json"
    return verified.newest_root(first.read_bytes(), root_file)


def _read_lazily(metadata: Path, snapshot: Snapshot, targets: Targets) -> LazyRoles:
    """Every tenant's role, in the version that the snapshot lists; each is verified when it is read."""
    delegations = targets.delegations
    tenants = list(delegations.roles or ()) if delegations else []
    files = {tenant: f"{snapshot.meta[f'{tenant}.json'].version}.{tenant}.json" for tenant in tenants}
    delegator_of = _frozen_delegations(targets)

    def file_of(tenant: str) -> bytes:
        with _as_damage(metadata):
            return (metadata / files[tenant]).read_bytes()

    def verified_role(tenant: str) -> Targets:
        with _as_damage(metadata):
            return signed_by(delegator_of(tenant), Targets, file_of(tenant), tenant)

    return LazyRoles(tenants, read_role=verified_role, read_file=file_of)


def _frozen_delegations(targets: Targets) -> Callable[[str], Targets]:
    """A function that gives `targets` as it is now, with the delegation of one tenant alone.

    A change may edit the delegations before it reads a tenant's role. That role was signed under the old ones, so it is
    verified against them; whether it also satisfies the new ones is `Transaction.write`'s question.
    """
    delegations = targets.delegations
    keys = dict(delegations.keys) if delegations else {}
    roles = (delegations.roles or {}) if delegations else {}
    present = {tenant: (role, tuple(role.keyids)) for tenant, role in roles.items()}

    def delegator_of(tenant: str) -> Targets:
        role, keyids = present[tenant]
        frozen_targets, frozen_role = copy.copy(targets), copy.copy(role)
        frozen_role.keyids = list(keyids)
        frozen_targets.delegations = Delegations(keys, {tenant: frozen_role})
        return frozen_targets

    return delegator_of


@contextmanager
def _as_damage(metadata: Path) -> Iterator[None]:
    """Raise what the block raises as a `StorageError` that says what to do."""
    try:
        yield
    except (OSError, KeyError) as error:
        raise StorageError(f"repository in {metadata} is damaged: {error}; restore it from a copy") from error
    except RefusedError as error:
        raise StorageError(f"repository in {metadata} is damaged: {error.text}; restore it from a copy") from error
