"""A tenant's sealing keys: `sealing.acme`, then `sealing.acme.2`, next to its signing keys and in the same custody.

PoPs seal payloads to the newest one (`edge.ledger.payloads`). The older ones stay: they open what was sealed before.
"""

from pathlib import Path

from edge.publish.keys.key_store import KeyStore
from edge.publish.keys.private_key import SEALING, SealingKey

_TENANT = "tenant."


def make_sealing_keys(keys: KeyStore) -> None:
    """Make a sealing key for each tenant whose signing key is here and that has none. Idempotent. Raises as `create`.

    A tenant that keeps its signing key elsewhere makes its own there.
    """
    tenants = (name.removeprefix(_TENANT) for name in keys.names() if name.startswith(_TENANT))
    for tenant in tenants:
        # A further signing key is named `tenant.acme.2`.
        if "." not in tenant and not keys.names_for(SEALING + tenant):
            keys.create_sealing(tenant)


def newest_sealing_key(keys: KeyStore, tenant: str) -> bytes:
    """The public half of the tenant's newest sealing key here; empty if there is none. Needs no passphrase."""
    names = keys.names_for(SEALING + tenant)
    return keys.public(names[-1]) if names else b""


def tenant_key_files(keys: KeyStore) -> frozenset[Path]:
    """The files of all tenants' private keys here: those that sign, and those that open payloads."""
    return frozenset(keys.path_of(name) for name in keys.names() if name.startswith((_TENANT, SEALING)))


def sealing_keys(keys: KeyStore, tenant: str) -> tuple[SealingKey, ...]:
    """All of the tenant's sealing keys here, the newest first. Raises as `KeyStore.load`."""
    return tuple(keys.load_sealing(name) for name in reversed(keys.names_for(SEALING + tenant)))
