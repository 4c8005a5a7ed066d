"""The keys of every role: who holds them, where they are stored, and when the role expires."""

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from edge.publish.keys import SEALING, WITNESS_ROLE
from edge.publish.repository import Repository, State
from edge.publish.signing.delegations import holder_of
from edge.records import Utc

WARN_BEFORE = {
    "root": timedelta(days=60),
    "targets": timedelta(days=30),
    "snapshot": timedelta(days=2),
    "timestamp": timedelta(0),
}
"""How long before a role expires its warnings begin: holders need time to meet. A role that the publisher can sign
alone is renewed at half its life, which is earlier."""

WARN_TENANT_BEFORE = timedelta(days=10)


class KeyEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One key of a role. `stored` is `encrypted` or `plain` in this home, with its file's `name`, or `elsewhere`."""

    key_id: str
    holder: str
    stored: str
    name: str = ""


class RoleEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One role and its keys. `warning` says what to run, and is empty if nothing is to be done."""

    role: str
    version: int
    threshold: int
    keys: tuple[KeyEntry, ...]
    expires: Utc
    left_s: int
    warning: str


class KeyInventory(msgspec.Struct, frozen=True, kw_only=True):
    """Every role's keys. `unused` names the key files that no role uses: revoked, or waiting for a ceremony.

    `sealing` names those that sign nothing: they open what PoPs sealed to their tenants, the older ones too.
    """

    roles: tuple[RoleEntry, ...]
    unused: tuple[str, ...]
    sealing: tuple[str, ...] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """The roles' warnings, each with its role."""
        return tuple(f"{role.role}: {role.warning}" for role in self.roles if role.warning)


def take_inventory(repository: Repository, *, now: datetime) -> KeyInventory:
    """The keys of every role at `now`; needs no passphrase. Raises as `Repository.state` and `KeyStore.public`."""
    state, keys = repository.state(), repository.keys
    sealing = tuple(name for name in keys.names() if name.startswith(SEALING))
    names = {keys.public(name): name for name in keys.names() if name not in sealing}
    roles = tuple(
        _role(role, state, repository, names, now)
        for role in ("root", "targets", *state.tenants, "snapshot", "timestamp")
    )
    used = {key.name for role in roles for key in role.keys}
    used.add(WITNESS_ROLE)
    unused = tuple(name for name in names.values() if name not in used)
    return KeyInventory(roles=roles, unused=unused, sealing=sealing)


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
        warning=_warning(role, left, home=repository.home),
    )


def _warning(role: str, left: timedelta, *, home: Path) -> str:
    if left > WARN_BEFORE.get(role, WARN_TENANT_BEFORE):
        return ""
    when = "has expired" if left <= timedelta(0) else f"expires in {left.days} days"
    command = "publisher serve" if role in ("snapshot", "timestamp") else f"keys renew {role}"
    return f"{when}, run: skerry {command} --home {home}"
