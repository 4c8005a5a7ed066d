"""Targets of the role `targets`: the keys of a tenant, and the widget's loader, as any TUF client can download them."""

import base64
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from nacl.signing import SigningKey

from edge.errors import Reason, RefusedError
from edge.publish.keys import PrivateKey
from edge.publish.repository import Repository, list_loader, unlist_loaders
from edge.publish.repository.listed_targets import list_keys
from edge.publish.signing import assemble, read_draft, sign_draft, write_drafts, write_signature
from edge.records import TenantKeys
from edge.trust import Ed25519Key, TrustedMetadata, loader_path
from tests.follower import follow

LOADER, OLD_LOADER = b"the widget", b"the widget of an earlier release"

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


def sign(repository: Repository, content: bytes, now: datetime, *, only: bool = False) -> None:
    """What `skerry widget sign` does."""
    with repository.change(now) as change:
        for path, file in list_loader(change.state.targets, content).items():
            change.add_target(path, file)
        if only:
            unlist_loaders(change.state.targets, content)
        change.touch("targets")


def seen(repository: Repository, now: datetime) -> TrustedMetadata:
    """A PoP's view of the repository."""
    trust = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    follow(repository.home, trust, now)
    return trust


def test_loader_is_a_target(repository: Repository, reference_read_target: ReadTarget, now: datetime) -> None:
    """`tuf.ngclient` downloads it; a PoP knows it by its bytes, with a signature that lasts as long as the role."""
    sign(repository, LOADER, now)
    sign(repository, OLD_LOADER, now)
    path = loader_path(hashlib.sha256(LOADER).hexdigest())
    trust = seen(repository, now)
    loader, terms = trust.signed_loader(LOADER)

    assert LOADER == reference_read_target(repository.home, path)
    assert repository.state().keys("targets").keys() == {terms.public_key}
    assert repository.state().targets.expires == datetime.fromtimestamp(terms.expires, UTC)
    assert loader.signature != trust.signed_loader(OLD_LOADER)[0].signature


def test_loader_stays_signed_while_the_role_is_renewed(repository: Repository, now: datetime) -> None:
    """By each change of the role, such as a renewal or a new tenant, with a new expiry."""
    sign(repository, LOADER, now)
    later = now + timedelta(days=50)
    before = seen(repository, now).signed_loader(LOADER)[1].expires
    repository.renew(now=later)
    renewed = seen(repository, later).signed_loader(LOADER)[1].expires
    repository.init(now=later, tenants=["bob"])

    assert timedelta(days=50) == timedelta(seconds=renewed - before)
    assert renewed == seen(repository, later).signed_loader(LOADER)[1].expires


def test_loader_without_a_key_here_keeps_its_signature(repository: Repository, now: datetime) -> None:
    """A draft of the role, which others sign, says of the loader what the role in force says."""
    sign(repository, LOADER, now)
    before = seen(repository, now).signed_loader(LOADER)
    (repository.home / "keys" / "targets.json").rename(repository.home / "elsewhere.json")
    with repository.proposal(now + timedelta(days=1)) as change:
        change.touch("targets")
        change.drafts()

    assert before[0].signature in str(change.state.targets.to_dict())


def test_draft_is_in_force_as_others_signed_it(repository: Repository, tmp_path: Path, now: datetime) -> None:
    """The publisher's key and a holder's must both sign the role, and the second one signs a minute later."""
    sign(repository, LOADER, now)
    holder = PrivateKey.generate("dora")
    with repository.change(now) as change:
        change.state.root.add_key(Ed25519Key.from_raw(holder.public), "targets")
        change.touch("root")
    with repository.proposal(now) as change:
        change.state.root.roles["targets"].threshold = 2
        change.touch("root")
        change.touch("targets")
        paths = write_drafts(change, tmp_path / "drafts")
    for path in paths:
        if path.name.endswith(".targets.json"):
            write_signature(tmp_path / "drafts", *sign_draft(read_draft(path), holder))
    later = now + timedelta(minutes=1)
    with repository.change(later) as change:
        assemble(change, tmp_path / "drafts")

    assert seen(repository, later).signed_loader(LOADER)


def test_loader_of_an_earlier_release_is_signed_until_it_is_taken_off(repository: Repository, now: datetime) -> None:
    """PoPs are upgraded one after the other."""
    sign(repository, OLD_LOADER, now)
    sign(repository, LOADER, now)
    both = seen(repository, now)
    assert both.signed_loader(OLD_LOADER)
    assert both.signed_loader(LOADER)

    sign(repository, LOADER, now, only=True)
    with pytest.raises(RefusedError) as found:
        seen(repository, now).signed_loader(OLD_LOADER)

    assert Reason.NOT_FOUND == found.value.reason
