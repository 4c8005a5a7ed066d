"""What a tenant's role says: its islands, its withdrawals, and the keys that may sign for it.

Here TUF's words become ours. The targets role delegates `<tenant>/*` to the role `<tenant>`. Only these delegations
count: a target that the targets role lists itself is never served. A fault in one tenant's role refuses that tenant
alone.
"""

import re
from collections.abc import Collection
from typing import Annotated, Any

import msgspec
from tuf.api.metadata import DelegatedRole, TargetFile, Targets

from edge.errors import Reason, RefusedError, SkerryError
from edge.records import NAME_PATTERN, IslandName, TargetCustom, Utc
from edge.trust.keys import Ed25519Key

WITHDRAWN_FIELD = "x-skerry-withdrawn"
"""Field of a tenant's signed metadata that lists its withdrawals: `{island: {revision, at, why}}`."""

MAX_TENANTS = 4096
"""Delegations in one targets file. At some 400 bytes each they fill a third of ngclient's limit of 5 MB."""

MAX_ISLAND_BYTES = 8 * 1024 * 1024
"""The most that a tenant can make a PoP fetch for one island. An island of 30 snippets has some 256 kB."""

MAX_REVISION = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly (RFC 8259, section 6)."""

MAX_STALE_S = 366 * 24 * 3600
"""A year. An island that is served longer than that without news from its publisher is a mistake."""

_NAME = re.compile(NAME_PATTERN)
_FIRST_YEAR, _LAST_YEAR = 1970, 9998
_SHA256_HEX = re.compile(r"[0-9a-f]{64}")


class IslandTarget(msgspec.Struct, frozen=True, kw_only=True):
    """One island as its tenant lists it. `sha256` is lower-case hexadecimal."""

    path: str
    length: int
    sha256: str
    custom: TargetCustom

    @property
    def previous(self) -> "IslandTarget | None":
        """The revision that sessions outside the rollout keep; None when there is no rollout."""
        rollout = self.custom.rollout
        if rollout is None:
            return None
        kept = rollout.previous
        custom = TargetCustom(
            revision=kept.revision, opens=kept.opens, expires=kept.expires, max_stale_s=kept.max_stale_s
        )
        return IslandTarget(path=self.path, length=kept.length, sha256=kept.sha256, custom=custom)

    @property
    def repository_path(self) -> str:
        """Path of the bytes in a repository with consistent snapshots."""
        tenant, _, name = self.path.partition("/")
        return f"targets/{tenant}/{self.sha256}.{name}"


class Withdrawal(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's record that it took an island back, up to and including `revision`."""

    revision: Annotated[int, msgspec.Meta(ge=1, le=MAX_REVISION)]
    at: Utc
    why: Annotated[str, msgspec.Meta(max_length=500)]


class TenantRole(msgspec.Struct, frozen=True, kw_only=True):
    """A tenant's verified role. No island is in both `islands` and `withdrawn`: the higher revision counts."""

    version: int
    expires: Utc
    islands: dict[str, IslandTarget]
    withdrawn: dict[str, Withdrawal]
    keys: dict[str, bytes]
    """Raw Ed25519 public keys (32 bytes) by key id. They may sign this tenant's metadata and snippets."""


def check_delegations(targets: Targets) -> None:
    """Refuse a targets role unless its delegations are a list of at most `MAX_TENANTS` roles.

    Raises `RefusedError` (METADATA_INVALID); no tenant can be updated until the publisher signs another.
    """
    delegations = targets.delegations
    if delegations is None:
        return
    if delegations.roles is None:
        raise RefusedError("role 'targets' delegates to hash bins, expected tenants", reason=Reason.METADATA_INVALID)
    if len(delegations.roles) > MAX_TENANTS:
        raise RefusedError(
            f"role 'targets' has {len(delegations.roles)} delegations, expected at most {MAX_TENANTS}",
            reason=Reason.METADATA_INVALID,
        )


def delegated(targets: Targets) -> dict[str, RefusedError | None]:
    """Every role that `targets` delegates to. The value is the fault of the delegation, None if it has none."""
    delegations = targets.delegations
    if delegations is None or delegations.roles is None:
        return {}
    return {name: _delegation_problem(role) for name, role in delegations.roles.items()}


def tenant_role(
    tenant: str,
    signed: Targets,
    delegator: Targets,
    *,
    before: TenantRole | None = None,
    unchanged: Collection[str] = (),
) -> TenantRole:
    """The tenant's role in our records. `signed` is verified already, and `delegator` is the role that delegates to it.

    `before` may be the tenant's trusted role, and `unchanged` the paths of targets that are the same in its file. What
    `before` has of them is taken over.

    Raises `RefusedError` (METADATA_INVALID) if any part breaks a rule; the caller keeps the role that it has.
    """
    if signed.delegations is not None:
        raise _invalid(tenant, "has delegations of its own, expected none")
    kept = before.islands.items() if before is not None else ()
    known = {target.path: (island, target) for island, target in kept if target.path in unchanged}
    islands = {}
    for path, target in signed.targets.items():
        if path in known:
            island, island_target = known[path]
            islands[island] = island_target
            continue
        name = _island_name(tenant, path)
        islands[name.island] = _island_target(tenant, target)
    withdrawn = _withdrawals(tenant, signed.unrecognized_fields.get(WITHDRAWN_FIELD, {}))
    # A withdrawal counts up to its revision, that revision included. An island above it was published afterwards.
    return TenantRole(
        version=signed.version,
        expires=signed.expires,
        islands={
            name: target
            for name, target in islands.items()
            if name not in withdrawn or target.custom.revision > withdrawn[name].revision
        },
        withdrawn={
            name: withdrawal
            for name, withdrawal in withdrawn.items()
            if name not in islands or islands[name].custom.revision <= withdrawal.revision
        },
        keys=_keys(tenant, delegator),
    )


def _delegation_problem(role: DelegatedRole) -> RefusedError | None:
    if not _NAME.fullmatch(role.name):
        return _invalid(role.name[:140], "is not named like a tenant, expected lower-case letters, digits and '-'")
    if role.paths != [f"{role.name}/*"]:
        return _invalid(role.name, f"is delegated {str(role.paths)[:140]}, expected ['{role.name}/*']")
    return None


def _island_name(tenant: str, path: str) -> IslandName:
    try:
        name = IslandName.from_target_path(path)
    except SkerryError as error:
        raise _invalid(tenant, f"lists {path[:140]!r}, which is no island: {error.text}") from error
    if name.tenant != tenant:
        raise _invalid(tenant, f"lists {path!r}, expected only '{tenant}/*'")
    return name


def _island_target(tenant: str, target: TargetFile) -> IslandTarget:
    try:
        custom = msgspec.convert(target.custom, TargetCustom)
    except msgspec.ValidationError as error:
        raise _invalid(tenant, f"lists {target.path!r} with wrong fields: {_lowered(error)}") from error
    _check_custom(tenant, target.path, custom)
    if custom.rollout is not None and custom.rollout.previous.revision >= custom.revision:
        raise _invalid(
            tenant,
            f"lists a rollout of {target.path!r} with previous revision {custom.rollout.previous.revision}, expected"
            f" below {custom.revision}",
        )
    sha256 = target.hashes.get("sha256", "")
    _check_bytes(tenant, target.path, target.length, sha256)
    island_target = IslandTarget(path=target.path, length=target.length, sha256=sha256, custom=custom)
    previous = island_target.previous
    if previous is not None:
        _check_custom(tenant, target.path, previous.custom)
        _check_bytes(tenant, target.path, previous.length, previous.sha256)
    return island_target


def _check_bytes(tenant: str, path: str, length: Any, sha256: str) -> None:
    if not _SHA256_HEX.fullmatch(sha256):
        raise _invalid(tenant, f"lists {path!r} without a sha256, expected 64 hexadecimal digits")
    if type(length) is not int or length > MAX_ISLAND_BYTES:
        raise _invalid(tenant, f"lists {path!r} with {length} bytes, expected at most {MAX_ISLAND_BYTES}")


def _check_custom(tenant: str, path: str, custom: TargetCustom) -> None:
    """Refuse numbers and times that later arithmetic or JSON cannot handle. A tenant is not trusted to avoid them."""
    if not 1 <= custom.revision <= MAX_REVISION:
        raise _invalid(tenant, f"gives {path!r} a revision outside 1 to {MAX_REVISION}")
    if not 0 <= custom.max_stale_s <= MAX_STALE_S:
        raise _invalid(tenant, f"gives {path!r} a max_stale_s outside 0 to {MAX_STALE_S}")
    if not all(_FIRST_YEAR <= moment.year <= _LAST_YEAR for moment in (custom.opens, custom.expires)):
        raise _invalid(tenant, f"gives {path!r} a time outside the years {_FIRST_YEAR} to {_LAST_YEAR}")


def _withdrawals(tenant: str, field: Any) -> dict[str, Withdrawal]:
    try:
        withdrawn = msgspec.convert(field, dict[str, Withdrawal])
    except msgspec.ValidationError as error:
        raise _invalid(tenant, f"lists withdrawals with wrong fields: {_lowered(error)}") from error
    for island in withdrawn:
        if not _NAME.fullmatch(island):
            raise _invalid(
                tenant, f"withdraws {island[:140]!r}, expected an island's name in lower-case letters, digits and '-'"
            )
    return withdrawn


def _keys(tenant: str, delegator: Targets) -> dict[str, bytes]:
    """The tenant's Ed25519 keys, by key id. A key of another type can sign neither metadata nor snippets here."""
    key_ids = delegator.get_delegated_role(tenant).keyids
    keys = {key_id: delegator.delegations.keys.get(key_id) for key_id in key_ids} if delegator.delegations else {}
    return {key_id: key.raw for key_id, key in keys.items() if isinstance(key, Ed25519Key)}


def _lowered(error: Exception) -> str:
    """The library's error text without its capital, so that it can follow ours."""
    text = str(error)
    return text[:1].lower() + text[1:]


def _invalid(tenant: str, problem: str) -> RefusedError:
    return RefusedError(f"role {tenant!r} {problem}", reason=Reason.METADATA_INVALID)
