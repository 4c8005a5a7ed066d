"""Who may sign what: edits of the root and of the delegations, for a `Transaction` to write or to draft.

An edit only changes the state and touches roles; the change then asks for the signatures. Adding and removing keys are
two edits, so that an old and a new key of a tenant can be good side by side. A key carries its holder's name in the
signed metadata (`x-skerry-holder`), so that who holds what is as trustworthy as the key itself.
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
"""Nobody publishes this often: an island's revision above it was driven up, and is not counted on from."""


def held_key(public: bytes, holder: str) -> Ed25519Key:
    """The public key and its holder's name."""
    key = Ed25519Key.from_raw(public)
    return Ed25519Key(key.keyid, key.keytype, key.scheme or "", key.keyval, {HOLDER_FIELD: holder})


def holder_of(key: Key) -> str:
    """Who holds the key, as far as the metadata says; safe to print."""
    holder = str(key.unrecognized_fields.get(HOLDER_FIELD, ""))[:64]
    return "".join(c if c.isprintable() else "?" for c in holder)


def find_key(state: State, role: str, prefix: str) -> str:
    """The id of the role's key that begins with `prefix` (or is named so by its holder); raises `ConfigError`."""
    _require_role(state, role)
    keys = state.keys(role).values()
    found = [key.keyid for key in keys if prefix and (key.keyid.startswith(prefix) or holder_of(key) == prefix)]
    if len(found) != 1:
        text = f"{prefix[:64]!r} names {len(found)} keys of role {role!r}, expected 1 of"
        raise ConfigError(f"{text} {', '.join(key.keyid[:8] for key in keys)}; run: skerry keys status")
    return found[0]


def add_key(change: Transaction, role: str, key: Key) -> None:
    """Let one more key sign for the role."""
    _require_role(change.state, role)
    if bytes.fromhex(key.keyval["public"]) in change.state.keys(role):
        raise RefusedError(f"key {key.keyid[:8]} is one of role {role!r} already, expected a new one")
    _editor(change, role).add_key(key, role)


def remove_key(change: Transaction, role: str, key_id: str) -> None:
    """Let a key no longer sign for the role; raises `RefusedError` when too few would be left."""
    keys, threshold = change.state.keys(role), change.state.threshold(role)
    if len(keys) - 1 < threshold:
        text = f"role {role!r} has {len(keys)} keys and needs {threshold}, so none can go"
        raise RefusedError(f"{text} before another has come; run: skerry keys rotate {role}")
    _editor(change, role).revoke_key(key_id, role)


def set_keys(change: Transaction, role: str, keys: Sequence[Key], *, threshold: int) -> None:
    """Let exactly these keys sign for root or targets, `threshold` of them together."""
    check_threshold(role, keys, threshold)
    root = _editor(change, role)
    for key_id in list(change.state.root.roles[role].keyids):
        root.revoke_key(key_id, role)
    for key in keys:
        root.add_key(key, role)
    change.state.root.roles[role].threshold = threshold


def check_threshold(role: str, keys: Sequence[Key], threshold: int) -> None:
    """Raises `RefusedError` when so many of these keys can never sign together."""
    if len({key.keyid for key in keys}) < len(keys):
        raise RefusedError(f"role {role!r} is given the same key twice, expected one for each holder")
    if not 1 <= threshold <= len(keys):
        raise RefusedError(f"threshold of role {role!r} is {threshold}, expected 1 to {len(keys)}, its number of keys")


def add_tenant(change: Transaction, tenant: str, key: Key) -> None:
    """Give a new tenant its role, empty."""
    if tenant in change.state.tenants:
        raise RefusedError(f"tenant {tenant!r} has a role already; another key for it: skerry tenant rotate {tenant}")
    change.state.delegate(tenant, key)
    change.start(tenant)
    change.touch("targets")


def remove_tenant(change: Transaction, tenant: str) -> None:
    """Take a tenant's role away, and with it all of its islands. The snapshot goes on listing it (TUF, 5.5.5)."""
    _require_role(change.state, tenant)
    for key_id in list(change.state.delegations[tenant].keyids):
        change.state.targets.revoke_key(key_id, tenant)
    del change.state.delegations[tenant], change.state.tenants[tenant]
    change.touch("targets")


def replace_stolen_tenant_key(change: Transaction, tenant: str, key: Key, *, why: str) -> None:
    """Only `key` may sign for the tenant, and every island is withdrawn until it is published again with it.

    What the stolen key signed is worth nothing from then on. Revisions that a thief drove up are forgotten;
    PoPs forget them, too, because the tenant has no key left that it had before.
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
    """New keys for snapshot and timestamp. Only together do they restart the version numbers (`Transaction`)."""
    for role, key in keys.items():
        set_keys(change, role, [key], threshold=1)


def reissue_root(change: Transaction, keys: Sequence[Key], *, threshold: int) -> None:
    """A root that nothing before it vouches for, by `keys`; every other role keeps its keys."""
    set_keys(change, "root", keys, threshold=threshold)
    change.state.root.version = change.reissued_version
    change.reissues_root = True


def _editor(change: Transaction, role: str) -> Root | Targets:
    """What names the role's keys, touched."""
    if role in change.state.root.roles:
        change.touch("root")
        return change.state.root
    change.touch("targets")
    return change.state.targets


def _require_role(state: State, role: str) -> None:
    if role not in state.root.roles and role not in state.tenants:
        known = ", ".join([*state.root.roles, *state.tenants])
        raise RefusedError(f"there is no role {role[:64]!r}, expected one of {known}", reason=Reason.NOT_FOUND)
