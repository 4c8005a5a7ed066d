"""Publishing with a key that only the tenant has: the tenant signs its role and snippets, the publisher accepts them.

    tenant     skerry tenant publish drop.toml --key acme.json --role 7.acme.json --out sub/
               sub/8.acme.json, sub/<sha256>.drop.island: signed, public
    publisher  skerry tenant accept sub/

The publisher accepts only a submission that follows the role in force: each number may go up by one. So a thief of a
tenant's key cannot drive versions or revisions up so far that no honest number can follow.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata, Targets

from edge.errors import ConfigError, Reason, RefusedError
from edge.publish.keys import PrivateKey, TufSigner
from edge.publish.repository import (
    TENANT_LIFE,
    SignedIsland,
    State,
    Transaction,
    check_why,
    reached_in,
    revision_in,
    set_island,
    signed_bytes,
    target_custom,
    target_path,
    withdrawn_in,
)
from edge.records import IslandName
from edge.trust import WITHDRAWN_FIELD, TenantRole, Withdrawal, open_island, tenant_role

_ROLE_FILE = re.compile(r"([1-9][0-9]*)\.([a-z0-9-]+)\.json")
_CLOCK_SKEW = timedelta(hours=1)


def read_role(path: Path) -> tuple[str, Metadata[Targets]]:
    """The tenant's name, and its role's metadata from `VERSION.TENANT.json`. Nothing is verified.

    Raises `ConfigError` when the file cannot be read, `RefusedError` when it is not a tenant's role.
    """
    match = _ROLE_FILE.fullmatch(path.name)
    try:
        metadata: Metadata[Any] = Metadata.from_bytes(path.read_bytes())
    except OSError as error:
        raise ConfigError(
            f"cannot read {path}: {error.strerror}, fetch it from the publisher: curl -O URL/metadata/{path.name}"
        ) from error
    except RepositoryError as error:
        raise RefusedError(f"{path} is not TUF metadata", reason=Reason.METADATA_INVALID) from error
    if match is None or not isinstance(metadata.signed, Targets):
        raise RefusedError(f"{path} is not a tenant's role, expected VERSION.TENANT.json")
    return match[2], metadata


def make_submission(
    tenant: str,
    role: Targets,
    *,
    islands: Mapping[IslandName, SignedIsland],
    withdrawn: Mapping[str, str],
    key: PrivateKey,
    now: datetime,
) -> dict[str, bytes]:
    """The files of a submission, by name: the next version of `role`, which is edited, and the new islands.

    `withdrawn` is the reason by the island's name without the tenant. Raises `RefusedError` for a reason that cannot be
    printed, or an island that is not in force.
    """
    for name, signed in islands.items():
        set_island(role, name, signed)
    records = withdrawn_in(role)
    for island, why in withdrawn.items():
        check_why(why)
        name = IslandName(tenant, island)
        if name.target_path not in role.targets:
            raise RefusedError(f"island '{name}' is not in force, so it cannot be withdrawn", reason=Reason.NOT_FOUND)
        records[island] = Withdrawal(revision=revision_in(role, name), at=now, why=why)
        del role.targets[name.target_path]
    role.unrecognized_fields[WITHDRAWN_FIELD] = msgspec.to_builtins(records)
    role.version += 1
    role.expires = now + TENANT_LIFE
    files = {Path(target_path(name, signed.sha256)).name: signed.data for name, signed in islands.items()}
    return {**files, f"{role.version}.{tenant}.json": signed_bytes(role, [TufSigner(key)])}


def accept_submission(change: Transaction, folder: Path) -> str:
    """Collect the tenant's submission in `folder` into `change`; returns the tenant's name.

    Raises `RefusedError` for a submission that does not follow the role in force, that the tenant did not sign, or that
    lists anything outside of the tenant's folder. The tenant then publishes again from the role in force.
    """
    paths = [path for path in folder.glob("*.json") if _ROLE_FILE.fullmatch(path.name)]
    if len(paths) != 1:
        raise RefusedError(f"{folder} holds {len(paths)} roles, expected 1 file VERSION.TENANT.json")
    tenant, metadata = read_role(paths[0])
    state, signed = change.state, metadata.signed
    if tenant not in state.tenants:
        text = f"tenant {tenant!r} has no role in {change.home}, expected one of {', '.join(state.tenants) or 'none'}"
        raise RefusedError(text, reason=Reason.NOT_FOUND)
    # Signatures first: everything after this line reads what the tenant's key has signed.
    _check_signed(state, tenant, metadata)
    new = tenant_role(tenant, signed, state.targets)
    _check_follows(state, tenant, signed, new, now=change.now)
    for island, target in new.islands.items():
        name = IslandName(tenant, island)
        current = state.tenants[tenant].targets.get(name.target_path)
        # An island that stays as it is has its file in the repository already; a submission leaves it out.
        if current is None or current.hashes["sha256"] != target.sha256:
            path = folder / Path(target_path(name, target.sha256)).name
            content = _island_bytes(path, name)
            open_island(content, target=target, name=name, keys=new.keys)
            change.add_target(target_path(name, target.sha256), content)
    state.tenants[tenant] = signed
    change.collect(tenant, metadata.signatures)
    return tenant


def _check_signed(state: State, tenant: str, metadata: Metadata[Targets]) -> None:
    """Raises `RefusedError` unless one of the tenant's keys has signed.

    The change checks the threshold when it is written. But a home that has the tenant's key signs then, too, and would
    put any folder in force.
    """
    try:
        result = state.targets.get_verification_result(tenant, metadata.signed_bytes, metadata.signatures)
    except RepositoryError as error:
        raise RefusedError(f"role {tenant!r} cannot be verified", reason=Reason.METADATA_INVALID) from error
    if not result.signed:
        text = f"role {tenant!r} version {metadata.signed.version} carries no signature by a key of {tenant!r}"
        raise RefusedError(f"{text}, expected the tenant's", reason=Reason.SIGNATURE_INVALID)


def _check_follows(state: State, tenant: str, signed: Targets, new: TenantRole, *, now: datetime) -> None:
    current = state.tenants[tenant]
    if signed.version != current.version + 1:
        text = f"role {tenant!r} is version {signed.version}, expected {current.version + 1}"
        raise RefusedError(f"{text}: start from the role that is in force", reason=Reason.ROLLBACK)
    if not now < signed.expires <= now + TENANT_LIFE + _CLOCK_SKEW:
        text = f"role {tenant!r} expires at {signed.expires.isoformat()}, expected within {TENANT_LIFE.days} days"
        raise RefusedError(text, reason=Reason.METADATA_EXPIRED)
    before = {name.island for name in _islands(current)} | withdrawn_in(current).keys()
    _check_none_dropped(tenant, before, new)
    _check_reached(tenant, current, signed)
    for island, target in new.islands.items():
        name = IslandName(tenant, island)
        last, listed = revision_in(current, name), current.targets.get(name.target_path)
        is_same = listed is not None and listed.hashes.get("sha256") == target.sha256
        # One that stays as it is keeps its revision, also below one that was lost with an older home.
        same = target_custom(listed).revision if listed is not None and is_same else 0
        _check_revision(name, target.custom.revision, expected=same or last + 1)
    for island, withdrawal in new.withdrawn.items():
        name = IslandName(tenant, island)
        _check_revision(name, withdrawal.revision, expected=revision_in(current, name))


def _check_none_dropped(tenant: str, before: set[str], new: TenantRole) -> None:
    for island in sorted(before - new.islands.keys() - new.withdrawn.keys()):
        text = f"role {tenant!r} does not list island '{tenant}/{island}', expected it in force or withdrawn"
        raise RefusedError(text, reason=Reason.METADATA_INVALID)


def _check_reached(tenant: str, current: Targets, signed: Targets) -> None:
    """What PoPs had before a home was restored is no tenant's to raise, and to drop only by publishing the island."""
    before, after = reached_in(current), reached_in(signed)
    dropped = (IslandName(tenant, island) for island in before.keys() - after.keys())
    if not after.items() <= before.items() or any(revision_in(signed, name) <= before[name.island] for name in dropped):
        text = f"role {tenant!r} changes the revisions that were lost when the publisher was restored"
        raise RefusedError(f"{text}: start from the role that is in force", reason=Reason.ROLLBACK)


def _check_revision(name: IslandName, revision: int, *, expected: int) -> None:
    if revision != expected:
        raise RefusedError(f"island '{name}' is revision {revision}, expected {expected}", reason=Reason.ROLLBACK)


def _islands(role: Targets) -> Sequence[IslandName]:
    return [IslandName.from_target_path(path) for path in role.targets]


def _island_bytes(path: Path, name: IslandName) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        text = f"island '{name}' is listed, but {path} cannot be read: {error.strerror}"
        raise RefusedError(text, reason=Reason.NOT_FOUND) from error
