"""The keys of a tenant, as any TUF client can download them."""

import base64
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import msgspec
from nacl.signing import SigningKey

from edge.publish.repository import Repository
from edge.publish.repository.key_targets import list_keys
from edge.records import TenantKeys
from edge.trust import Ed25519Key

ReadTarget = Callable[[Path, str], bytes | None]


def test_reference_client_downloads_a_tenant_s_keys(repository: Repository, reference_read_target: ReadTarget) -> None:
    """`tuf.ngclient` downloads the key that signs the tenant's role and snippets."""
    document = reference_read_target(repository.home, "keys/acme.json")
    assert document is not None
    keys = msgspec.json.decode(document, type=TenantKeys)

    assert "acme" == keys.tenant
    assert [repository.tenant_key("acme").public] == [base64.b64decode(key.ed25519) for key in keys.keys]


def test_added_tenant_leaves_others_keys_as_they_are(
    repository: Repository, reference_read_target: ReadTarget, now: datetime
) -> None:
    """Only the new tenant's file is written."""
    before = {path.name for path in (repository.folder / "targets" / "keys").iterdir()}
    repository.init(now=now, tenants=["bob"])
    after = {path.name for path in (repository.folder / "targets" / "keys").iterdir()}

    assert ["bob.json"] == [name.partition(".")[2] for name in after - before]
    assert before <= after
    assert reference_read_target(repository.home, "keys/acme.json") is not None


def test_old_and_new_key_are_both_listed_while_both_may_sign(repository: Repository) -> None:
    """Both keys are listed while the delegation names both, and only the new one afterwards."""
    targets = repository.state().targets
    new = Ed25519Key.from_raw(bytes(SigningKey.generate().verify_key))
    targets.add_key(new, "acme")
    (overlap,) = list_keys(targets).values()
    old_id = msgspec.json.decode(overlap, type=TenantKeys).keys[0].key_id
    targets.revoke_key(old_id, "acme")
    (rotated,) = list_keys(targets).values()

    assert [old_id, new.keyid] == [key.key_id for key in msgspec.json.decode(overlap, type=TenantKeys).keys]
    assert [new.keyid] == [key.key_id for key in msgspec.json.decode(rotated, type=TenantKeys).keys]
    assert [rotated] == list(list_keys(targets).values())


def test_removed_tenant_s_keys_are_no_longer_listed(repository: Repository) -> None:
    """A tenant without a delegation has no key target."""
    targets = repository.state().targets
    assert targets.delegations is not None
    assert targets.delegations.roles is not None
    del targets.delegations.roles["acme"]
    list_keys(targets)

    assert {} == targets.targets
