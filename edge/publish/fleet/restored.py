"""Raise the numbers of a restored home above those that its fleet has seen.

What PoPs serve stays as it is until it is published again: a PoP takes an island only under a higher revision. Three
things are lost with a home that is older, and cannot be made again from it:

    an island that was published later   is recorded as withdrawn, so that its next revision is above the lost one
    a tenant that was added later        stays listed in the snapshot, as one that was removed (TUF, 5.5.5)
    a root that was signed later         is counted past, if this home has the keys of the roots in between
"""

from collections.abc import Sequence
from datetime import datetime

from tuf.api.metadata import MetaFile

from edge.errors import RefusedError
from edge.publish.fleet.ahead import MAX_ROOTS_AHEAD
from edge.publish.repository import (
    Repository,
    State,
    Transaction,
    raise_version,
    revision_in,
    set_reached,
    withdrawn_in,
)
from edge.records import Ahead, IslandName
from edge.trust import Withdrawal

LOST_WHY = "the publisher lost it and will publish it again"
"""Reason of the withdrawal of an island that was published after the backup. PoPs show it."""

_TOP = ("root", "targets", "snapshot", "timestamp")


def raise_numbers(change: Transaction, ahead: Sequence[Ahead]) -> None:
    """Edit `change` so that its revisions and versions are above those in `ahead`, but the root's.

    Roles whose keys are here are all signed again: PoPs of older releases do not post their versions. A role of which
    the keys are elsewhere is only signed again if a PoP has seen a later one.
    """
    versions = {one.role: one.accepted for one in ahead if one.role}
    islands = [(IslandName.parse(one.island), one.accepted) for one in ahead if one.island]
    for name, revision in islands:
        _raise_revision(change, name, revision)
    behind = versions.keys() | {name.tenant for name, _ in islands}
    for role in ("targets", *change.state.tenants):
        if role in behind or change.can_sign(role):
            raise_version(change, role, above=versions.get(role, 0))
    raise_online(change, ahead)


def raise_online(change: Transaction, ahead: Sequence[Ahead]) -> None:
    """Edit snapshot and timestamp alone: their versions, and the roles that the snapshot must go on listing."""
    versions = {one.role: one.accepted for one in ahead if one.role}
    for role in lost_roles(change.state, ahead):
        change.state.snapshot.meta[f"{role}.json"] = MetaFile(versions[role])
    for role in ("snapshot", "timestamp"):
        raise_version(change, role, above=versions.get(role, 0))


def lost_roles(state: State, ahead: Sequence[Ahead]) -> tuple[str, ...]:
    """Tenants' roles that PoPs know in a later version, and that this home does not have, or not any more."""
    return tuple(one.role for one in ahead if one.role and one.role not in {*_TOP, *state.tenants})


def raise_root(repository: Repository, version: int, *, now: datetime) -> bool:
    """Sign the root again, one version at a time, until it is above `version`. False if its keys are not here.

    PoPs ask for the root after the one that they have. With the same keys it is signed as they expect. Raises
    `RefusedError` for a version that no honest fleet has: the disk would fill with roots.
    """
    last = repository.state().root.version
    if version > last + MAX_ROOTS_AHEAD:
        text = f"root version {version} is {version - last} above this home's, expected at most {MAX_ROOTS_AHEAD}"
        raise RefusedError(f"{text}; look for the PoP that claims it: skerry status --home {repository.home}")
    while repository.state().root.version <= version:
        with repository.proposal(now) as change:
            if not change.can_sign("root"):
                return False
            change.touch("root")
            change.write()
    return True


def _raise_revision(change: Transaction, name: IslandName, revision: int) -> None:
    role = change.state.tenants[name.tenant]
    records = withdrawn_in(role)
    if name.target_path in role.targets:
        # PoPs go on serving the later revision that they have, although it is not the listed one.
        set_reached(role, name, revision)
        return
    before = records.get(name.island)
    at, why = (before.at, before.why) if before else (change.now, LOST_WHY)
    records[name.island] = Withdrawal(revision=max(revision, revision_in(role, name)), at=at, why=why)
    change.state.set_withdrawn(name.tenant, records)
