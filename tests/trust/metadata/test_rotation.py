"""New keys for every role: files by the old keys are refused afterwards."""

import pytest

from edge.errors import Reason, RefusedError
from edge.trust import TrustedMetadata
from edge.trust.request import MAX_ROOTS
from tests.trust.simulator.nacl_signer import NaclSigner
from tests.trust.simulator.repository_simulator import RepositorySimulator


def test_root_rotated_key_by_key(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """After three roots none of the first keys is left, and a client that missed all of them follows."""
    for _ in range(3):
        repository.rotate_root()
    repository.publish("acme")

    outcome = repository.refresh(trusted)

    assert 4 == trusted.root_version
    assert frozenset({"acme"}) == outcome.changed
    assert {"root/2", "root/3", "root/4"} <= set(trusted.take_changes())


def test_root_chain_broken_half_way_keeps_the_first_half(
    repository: RepositorySimulator, trusted: TrustedMetadata
) -> None:
    """Roots before the bad one are trusted and stored."""
    repository.rotate_root()
    good = repository.signers["root"]
    repository.signers["root"] = good[:1]
    repository.root.version += 1
    repository.write_root()

    with pytest.raises(RefusedError):
        repository.refresh(trusted)

    assert 2 == trusted.root_version
    assert ["root/2"] == list(trusted.take_changes())


def test_root_threshold_raised(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """A new root must meet the new threshold, not only the old one."""
    repository.root.roles["root"].threshold = 3
    repository.root.version += 1
    repository.signers["root"], all_three = repository.signers["root"][:2], repository.signers["root"]
    repository.write_root()
    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)
    repository.signers["root"] = all_three
    repository.write_root()

    repository.refresh(trusted)

    assert "role 'root' version 2 carries 2 valid signatures, expected 3 by the keys in root version 2" == (
        refused.value.text
    )
    assert 2 == trusted.root_version


def test_roots_without_end_stop_at_the_limit(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """One refresh accepts `MAX_ROOTS` roots; the next refresh accepts the others."""
    repository.signers["root"] = repository.signers["root"][:2]
    for _ in range(MAX_ROOTS + 1):
        repository.root.version += 1
        repository.write_root()

    repository.refresh(trusted)
    after_one = trusted.root_version
    repository.refresh(trusted)

    assert (MAX_ROOTS + 1, MAX_ROOTS + 2) == (after_one, trusted.root_version)


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_online_key_rotated(repository: RepositorySimulator, trusted: TrustedMetadata, role: str) -> None:
    """After a new root, files by the new key are accepted, and the stored file by the old key is replaced."""
    repository.rotate_online(role)
    repository.publish("acme")

    outcome = repository.refresh(trusted)

    assert frozenset({"acme"}) == outcome.changed
    assert repository.timestamp.expires == trusted.fresh_until("acme")
    assert {"root/2", "timestamp", "snapshot", "role/acme"} == set(trusted.take_changes())


@pytest.mark.parametrize("role", ["timestamp", "snapshot"])
def test_online_key_rotated_bars_the_old_one(
    repository: RepositorySimulator, trusted: TrustedMetadata, role: str
) -> None:
    """A file by the old key is refused, and the stored file by it is deleted."""
    repository.rotate_online(role)

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)

    changes = trusted.take_changes()
    assert Reason.SIGNATURE_INVALID == refused.value.reason
    assert {"root/2", role} <= set(changes)
    assert changes[role] is None


def test_online_keys_rotated_recover_from_versions_driven_up(
    repository: RepositorySimulator, trusted: TrustedMetadata
) -> None:
    """Stolen keys have signed very high versions. After new keys, low versions are accepted again (5.3.11)."""
    repository.snapshot.meta["acme.json"].version = 10**6
    repository.write_online(snapshot_version=10**6, timestamp_version=10**6)
    driven_up = repository.refresh(trusted)
    repository.rotate_online("timestamp")
    repository.rotate_online("snapshot")
    repository.write_tenant("acme", version=3)
    repository.write_online(snapshot_version=4, timestamp_version=4)

    outcome = repository.refresh(trusted)

    assert Reason.NOT_FOUND == driven_up.refused["acme"].reason
    assert (frozenset({"acme"}), {}) == outcome
    assert repository.timestamp.expires == trusted.fresh_until("acme")


def test_online_key_added_keeps_what_the_old_one_signed(
    repository: RepositorySimulator, trusted: TrustedMetadata
) -> None:
    """A second timestamp key in addition to the first revokes nothing: rollback protection stays."""
    repository.root.add_key(NaclSigner.generate().public_key, "timestamp")
    repository.root.version += 1
    repository.write_root()
    repository.write_timestamp(version=1)

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)

    assert Reason.ROLLBACK == refused.value.reason
    assert ["root/2"] == list(trusted.take_changes())


def test_targets_keys_rotated_without_new_targets(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """Delegations by revoked keys are dropped, and so are their tenants."""
    repository.root.revoke_key(repository.signers["targets"][0].keyid, "targets")
    repository.root.add_key(NaclSigner.generate().public_key, "targets")
    repository.root.version += 1
    repository.write_root()

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)

    assert "role 'targets' version 1 carries 1 valid signatures, expected 2 by the keys in root version 2" == (
        refused.value.text
    )
    assert () == trusted.tenants()
    assert trusted.role("acme") is None


def test_targets_keys_rotated_with_new_targets(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """After new targets by the new keys, the stored roles verify again, and none is fetched."""
    old = repository.signers["targets"]
    repository.signers["targets"] = [old[1], NaclSigner.generate()]
    repository.root.revoke_key(old[0].keyid, "targets")
    repository.root.add_key(repository.signers["targets"][1].public_key, "targets")
    repository.root.version += 1
    repository.write_root()
    repository.write_targets()
    repository.write_online()
    repository.requests.clear()

    outcome = repository.refresh(trusted)

    assert (frozenset(), {}) == outcome
    assert not [path for path in repository.requests if "acme" in path or "northwind" in path]


def test_tenant_key_rotated(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """A role that is signed by the new key is accepted, and only the new key may sign snippets."""
    repository.rotate_tenant("acme")
    repository.publish("acme")

    outcome = repository.refresh(trusted)

    role = trusted.role("acme")
    signer = repository.signers["acme"][0]
    assert (frozenset({"acme"}), {}) == outcome
    assert role is not None
    assert {signer.keyid: bytes(signer.signing_key.verify_key)} == role.keys


def test_tenant_key_rotated_without_a_new_role(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """After new delegations, a role of the same version by the revoked key is dropped."""
    repository.rotate_tenant("acme")
    repository.write_online()

    outcome = repository.refresh(trusted)

    assert "role 'acme' version 2 carries 0 valid signatures, expected 1 by the keys in targets version 2" == (
        outcome.refused["acme"].text
    )
    assert frozenset({"acme"}) == outcome.changed
    assert trusted.role("acme") is None
    assert trusted.fresh_until("acme") is None


def test_targets_new_with_the_same_delegation(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """After new delegations with the same key, the stored role is verified again and not fetched."""
    repository.write_targets()
    repository.write_online()
    repository.requests.clear()

    outcome = repository.refresh(trusted)

    assert (frozenset(), {}) == outcome
    assert "metadata/2.acme.json" not in repository.requests
