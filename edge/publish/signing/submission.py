"""A tenant that keeps its key to itself: it signs its role and snippets at home, the publisher checks and takes them.

    tenant     skerry tenant publish drop.toml --key acme.json --role 7.acme.json --out sub/
               sub/8.acme.json, sub/<sha256>.drop.island: signed, public
    publisher  skerry tenant accept sub/

The publisher takes only what follows what is in force: every number may go up by one. So a thief
of a tenant's key cannot drive versions or revisions up to where nobody can follow.
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
    revision_in,
    set_island,
    signed_bytes,
    target_path,
    withdrawn_in,
)
from edge.records import IslandName
from edge.trust import WITHDRAWN_FIELD, TenantRole, Withdrawal, open_island, tenant_role

_ROLE_FILE = re.compile(r"([1-9][0-9]*)\.([a-z0-9-]+)\.json")
_CLOCK_SKEW = timedelta(hours=1)


def read_role(path: Path) -> tuple[str, Metadata[Targets]]:
    """The tenant's name and its role's metadata from `VERSION.TENANT.json`; nothing is verified yet."""
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
    """The files of a submission: `role` one version on, with these islands in force and those taken back (by why)."""
    for name, one in islands.items():
        set_island(role, name, one)
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
    files = {Path(target_path(name, one.sha256)).name: one.data for name, one in islands.items()}
    return {**files, f"{role.version}.{tenant}.json": signed_bytes(role, [TufSigner(key)])}


def accept_submission(change: Transaction, folder: Path) -> str:
    """Take a tenant's submission into a change; the tenant's name.

    Raises `RefusedError` for anything that does not follow what is in force, or is not the tenant's to say.
    """
    paths = [path for path in folder.glob("*.json") if _ROLE_FILE.fullmatch(path.name)]
    if len(paths) != 1:
        raise RefusedError(f"{folder} holds {len(paths)} roles, expected 1 file VERSION.TENANT.json")
    tenant, metadata = read_role(paths[0])
    state, signed = change.state, metadata.signed
    if tenant not in state.tenants:
        raise RefusedError(f"tenant {tenant!r} has no role here", reason=Reason.NOT_FOUND)
    _check_signed(state, tenant, metadata)
    new = tenant_role(tenant, signed, state.targets)
    _check_follows(state, tenant, signed, new, now=change.now)
    for island, target in new.islands.items():
        name = IslandName(tenant, island)
        held = state.tenants[tenant].targets.get(name.target_path)
        if held is None or held.hashes["sha256"] != target.sha256:
            path = folder / Path(target_path(name, target.sha256)).name
            content = _island_bytes(path, name)
            open_island(content, target=target, name=name, keys=new.keys)
            change.add_target(target_path(name, target.sha256), content)
    state.tenants[tenant] = signed
    change.collect(tenant, metadata.signatures)
    return tenant


def _check_signed(state: State, tenant: str, metadata: Metadata[Targets]) -> None:
    """Raises `RefusedError` unless the tenant signed; a publisher that holds its key would sign any folder."""
    try:
        found = state.targets.get_verification_result(tenant, metadata.signed_bytes, metadata.signatures)
    except RepositoryError as error:
        raise RefusedError(f"role {tenant!r} cannot be verified", reason=Reason.METADATA_INVALID) from error
    if not found.signed:
        text = f"role {tenant!r} version {metadata.signed.version} carries no signature by a key of {tenant!r}"
        raise RefusedError(f"{text}, expected the tenant's", reason=Reason.SIGNATURE_INVALID)


def _check_follows(state: State, tenant: str, signed: Targets, new: TenantRole, *, now: datetime) -> None:
    held = state.tenants[tenant]
    if signed.version != held.version + 1:
        text = f"role {tenant!r} is version {signed.version}, expected {held.version + 1}"
        raise RefusedError(f"{text}: start from the role that is in force", reason=Reason.ROLLBACK)
    if not now < signed.expires <= now + TENANT_LIFE + _CLOCK_SKEW:
        text = f"role {tenant!r} expires at {signed.expires.isoformat()}, expected within {TENANT_LIFE.days} days"
        raise RefusedError(text, reason=Reason.METADATA_EXPIRED)
    before = {name.island for name in _islands(held)} | withdrawn_in(held).keys()
    _check_none_vanished(tenant, before, new)
    for island, target in new.islands.items():
        name = IslandName(tenant, island)
        last, current = revision_in(held, name), held.targets.get(name.target_path)
        is_same = current is not None and current.hashes.get("sha256") == target.sha256
        _check_revision(name, target.custom.revision, expected=last if is_same else last + 1)
    for island, withdrawal in new.withdrawn.items():
        name = IslandName(tenant, island)
        _check_revision(name, withdrawal.revision, expected=revision_in(held, name))


def _check_none_vanished(tenant: str, before: set[str], new: TenantRole) -> None:
    for island in sorted(before - new.islands.keys() - new.withdrawn.keys()):
        text = f"role {tenant!r} is silent about island '{tenant}/{island}', expected it in force or withdrawn"
        raise RefusedError(text, reason=Reason.METADATA_INVALID)


def _check_revision(name: IslandName, found: int, *, expected: int) -> None:
    if found != expected:
        raise RefusedError(f"island '{name}' is revision {found}, expected {expected}", reason=Reason.ROLLBACK)


def _islands(role: Targets) -> Sequence[IslandName]:
    return [IslandName.from_target_path(path) for path in role.targets]


def _island_bytes(path: Path, name: IslandName) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RefusedError(f"island '{name}' is listed, but {path} cannot be read", reason=Reason.NOT_FOUND) from error
