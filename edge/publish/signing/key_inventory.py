"""Who holds which key, where it lies, and how long every role's signature is still good."""

from datetime import datetime, timedelta

import msgspec

from edge.publish.repository import Repository, State
from edge.publish.signing.delegations import holder_of
from edge.records import Utc

WARN_BEFORE = {
    "root": timedelta(days=60),
    "targets": timedelta(days=30),
    "snapshot": timedelta(days=2),
    "timestamp": timedelta(0),
}
"""Long enough to bring holders together. What a publisher can sign alone it renews at half its life, before this."""

WARN_TENANT_BEFORE = timedelta(days=10)


class KeyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a role. `stored` is `encrypted`, `plain` (both here), or `elsewhere`; `name` is that of its file."""

    key_id: str
    holder: str
    stored: str
    name: str = ""


class RoleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One role: its keys, and `warning`, empty while all is well."""

    role: str
    version: int
    threshold: int
    keys: tuple[KeyEntry, ...]
    expires: Utc
    left_s: int
    warning: str


class KeyInventory(msgspec.Struct, frozen=True, kw_only=True):
    """Every role's keys; `unused` are keys here that no role names: revoked, or waiting for a ceremony."""

    roles: tuple[RoleEntry, ...]
    unused: tuple[str, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Everything that somebody should do something about."""
        return tuple(f"{role.role}: {role.warning}" for role in self.roles if role.warning)


def take_inventory(repository: Repository, *, now: datetime) -> KeyInventory:
    """Who holds what at this moment; needs no passphrase. Raises `ConfigError` or `StorageError`."""
    state, keys = repository.state(), repository.keys
    names = {keys.public(name): name for name in keys.names()}
    roles = tuple(
        _role(role, state, repository, names, now)
        for role in ("root", "targets", *state.tenants, "snapshot", "timestamp")
    )
    used = {key.name for role in roles for key in role.keys}
    return KeyInventory(roles=roles, unused=tuple(name for name in keys.names() if name not in used))


def _role(role: str, state: State, repository: Repository, names: dict[bytes, str], now: datetime) -> RoleEntry:
    keys = []
    for public, key in state.keys(role).items():
        name = names.get(public, "")
        stored = "elsewhere" if not name else "encrypted" if repository.keys.is_encrypted(name) else "plain"
        holder = holder_of(key) or ("publisher" if name else "")
        keys.append(KeyEntry(key_id=key.keyid, holder=holder, stored=stored, name=name))
    signed = state.signed(role)
    left = signed.expires - now
    return RoleEntry(
        role=role,
        version=signed.version,
        threshold=state.threshold(role),
        keys=tuple(keys),
        expires=signed.expires,
        left_s=int(left.total_seconds()),
        warning=_warning(role, left),
    )


def _warning(role: str, left: timedelta) -> str:
    """What is wrong, and what to run."""
    if left > WARN_BEFORE.get(role, WARN_TENANT_BEFORE):
        return ""
    when = "has expired" if left <= timedelta(0) else f"expires in {left.days} days"
    return f"{when}, run: {_remedy(role)}"


def _remedy(role: str) -> str:
    return "skerry publisher serve" if role in ("snapshot", "timestamp") else f"skerry keys renew {role}"
