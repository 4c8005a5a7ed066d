"""Edits of the root and of the delegations, which say who may sign what. A `Transaction` writes or drafts them.

An edit changes the state and touches roles; the transaction then signs them. Adding and removing a key are two edits,
so that a tenant's old and new key can both be good for a while. A key has its holder's name in the signed metadata
(`x-skerry-holder`), so the name is as trustworthy as the key.
"""

from collections.abc import Mapping, Sequence

from securesystemslib.signer import Key
from tuf.api.metadata import Root, Targets

from edge.errors import ConfigError, Reason, RefusedError
from edge.publish.repository import State, Transaction, check_why, target_custom, withdrawn_in
from edge.records import IslandName
from edge.trust import Ed25519Key, Withdrawal

HOLDER_FIELD = "x-skerry-holder"
MAX_SOUND_REVISION = 2**52
"""A revision above this was driven up by a thief, because nobody publishes so often. It is dropped."""


def key_with_holder(public: bytes, holder: str) -> Ed25519Key:
    """A public key of 32 bytes, as signed metadata names it, with its holder's name."""
    key = Ed25519Key.from_raw(public)
    return Ed25519Key(key.keyid, key.keytype, key.scheme or "", key.keyval, {HOLDER_FIELD: holder})


def holder_of(key: Key) -> str:
    """The name of the key's holder, empty if the metadata has none. Safe to print, at most 64 characters."""
    holder = str(key.unrecognized_fields.get(HOLDER_FIELD, ""))[:64]
    return "".join(c if c.isprintable() else "?" for c in holder)


def find_key(change: Transaction, role: str, name: str) -> str:
    """The key_id of the one key of the role whose id begins with `name`, or whose holder has this name.

    Raises `RefusedError` for an unknown role, `ConfigError` unless exactly one key matches.
    """
    _require_role(change.state, role)
    keys = change.state.keys(role).values()
    matches = [key.keyid for key in keys if name and (key.keyid.startswith(name) or holder_of(key) == name)]
    if len(matches) != 1:
        text = f"{name[:64]!r} names {len(matches)} keys of role {role!r}, expected 1 of"
        choices = ", ".join(key.keyid[:8] for key in keys)
        raise ConfigError(f"{text} {choices}; run: skerry keys status --home {change.home}")
    return matches[0]


def add_key(change: Transaction, role: str, key: Key) -> None:
    """Let one more key sign for the role. Raises `RefusedError` for an unknown role, or a key that it already has."""
    _require_role(change.state, role)
    if bytes.fromhex(key.keyval["public"]) in change.state.keys(role):
        raise RefusedError(f"key {key.keyid[:8]} is one of role {role!r} already, expected a new one")
    _editor(change, role).add_key(key, role)


def remove_key(change: Transaction, role: str, key_id: str) -> None:
    """Take a key away from the role. Raises `RefusedError` if fewer keys than the threshold would remain."""
    keys, threshold = change.state.keys(role), change.state.threshold(role)
    if len(keys) - 1 < threshold:
        text = f"role {role!r} needs {threshold} of its {len(keys)} keys, so none can be removed"
        raise RefusedError(f"{text} before another is added; run: skerry keys rotate {role} --home {change.home}")
    _editor(change, role).revoke_key(key_id, role)


def set_keys(change: Transaction, role: str, keys: Sequence[Key], *, threshold: int) -> None:
    """Let exactly these keys sign for a top role, `threshold` of them together. Raises as `check_threshold`."""
    check_threshold(role, keys, threshold)
    root = _editor(change, role)
    for key_id in list(change.state.root.roles[role].keyids):
        root.revoke_key(key_id, role)
    for key in keys:
        root.add_key(key, role)
    change.state.root.roles[role].threshold = threshold


def check_threshold(role: str, keys: Sequence[Key], threshold: int) -> None:
    """Raises `RefusedError` if these keys can never reach the threshold, or one of them is there twice."""
    if len({key.keyid for key in keys}) < len(keys):
        raise RefusedError(f"role {role!r} is given the same key twice, expected one key for each holder")
    if not 1 <= threshold <= len(keys):
        raise RefusedError(f"threshold of role {role!r} is {threshold}, expected 1 to {len(keys)}, its number of keys")


def add_tenant(change: Transaction, tenant: str, key: Key) -> None:
    """Give a new tenant an empty role. Raises `RefusedError` if the tenant has a role already."""
    if tenant in change.state.tenants:
        text = f"tenant {tenant!r} has a role already"
        raise RefusedError(f"{text}, add a key to it with: skerry tenant rotate {tenant} --home {change.home}")
    change.state.delegate(tenant, key)
    change.start(tenant)
    change.touch("targets")


def remove_tenant(change: Transaction, tenant: str) -> None:
    """Remove a tenant's role and with it all of its islands. Raises `RefusedError` for an unknown tenant."""
    _require_role(change.state, tenant)
    for key_id in list(change.state.delegations[tenant].keyids):
        change.state.targets.revoke_key(key_id, tenant)
    # The snapshot goes on listing the role: a client refuses a snapshot in which a role is missing (TUF, 5.5.5).
    del change.state.delegations[tenant], change.state.tenants[tenant]
    change.touch("targets")


def replace_stolen_tenant_key(change: Transaction, tenant: str, key: Key, *, why: str) -> None:
    """Let only `key` sign for the tenant, and withdraw every island until it is published again with that key.

    The old keys' signatures are worth nothing then. Revisions that a thief drove up are dropped here. PoPs drop them,
    too, because none of the tenant's keys is one that it had before. Raises `RefusedError` for an unknown tenant, or a
    reason that cannot be printed.
    """
    _require_role(change.state, tenant)
    check_why(why)
    delegation = change.state.delegations[tenant]
    for key_id in list(delegation.keyids):
        change.state.targets.revoke_key(key_id, tenant)
    change.state.targets.add_key(key, tenant)
    role, at = change.state.tenants[tenant], change.now
    records = withdrawn_in(role)
    for path, target in role.targets.items():
        revision = target_custom(target).revision
        records[IslandName.from_target_path(path).island] = Withdrawal(revision=revision, at=at, why=why)
    role.targets.clear()
    sound = {name: record for name, record in records.items() if record.revision <= MAX_SOUND_REVISION}
    change.state.set_withdrawn(tenant, sound)
    change.touch("targets")
    change.touch(tenant)


def replace_online_keys(change: Transaction, keys: Mapping[str, Key]) -> None:
    """Replace the keys of snapshot, timestamp or both. Only with both does the `Transaction` restart their versions."""
    for role, key in keys.items():
        set_keys(change, role, [key], threshold=1)


def reissue_root(change: Transaction, keys: Sequence[Key], *, threshold: int) -> None:
    """Make a new root of trust with `keys`, for which no earlier root vouches. Every other role keeps its keys."""
    set_keys(change, "root", keys, threshold=threshold)
    change.state.root.version = change.reissued_version
    change.reissues_root = True


def _editor(change: Transaction, role: str) -> Root | Targets:
    """The metadata that names the role's keys, touched so that it is signed again."""
    if role in change.state.root.roles:
        change.touch("root")
        return change.state.root
    change.touch("targets")
    return change.state.targets


def _require_role(state: State, role: str) -> None:
    if role not in state.root.roles and role not in state.tenants:
        known = ", ".join([*state.root.roles, *state.tenants])
        raise RefusedError(f"there is no role {role[:64]!r}, expected one of {known}", reason=Reason.NOT_FOUND)
