"""The workflow without faults, and the state after an interruption."""

import json
from datetime import timedelta

import msgspec
import pytest

from edge.errors import Reason, RefusedError, UnreachableError
from edge.records import IslandName
from edge.trust import TrustedMetadata
from edge.trust.request import MAX_ROOT_BYTES
from tests.trust.simulator.repository_simulator import NOW, RepositorySimulator, drive
from tests.trust.simulator.signed_island import NAME, custom_of, make_island


def test_refresh_asks_for_what_it_needs_in_order(repository: RepositorySimulator) -> None:
    """A first refresh asks for each file once, top roles first, by its versioned name."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)

    outcome = repository.refresh(trusted)

    assert [
        "metadata/2.root.json",
        "metadata/timestamp.json",
        "metadata/2.snapshot.json",
        "metadata/1.targets.json",
        "metadata/2.acme.json",
        "metadata/1.northwind.json",
    ] == repository.requests
    assert (frozenset({"acme", "northwind"}), {}) == outcome
    assert ("acme", "northwind") == trusted.tenants()


def test_refresh_with_a_heartbeat_asks_for_nothing_else(repository: RepositorySimulator) -> None:
    """A new timestamp over the same snapshot costs two requests and one changed file."""
    trusted = _refreshed(repository)
    repository.timestamp.expires += timedelta(minutes=5)
    repository.write_timestamp()

    outcome = repository.refresh(trusted)

    assert ["metadata/2.root.json", "metadata/timestamp.json"] == repository.requests
    assert (frozenset(), {}) == outcome
    assert {"timestamp": repository.files["metadata/timestamp.json"]} == trusted.take_changes()
    assert repository.timestamp.expires == trusted.fresh_until("acme")


def test_refresh_ignores_another_timestamp_of_the_same_version(repository: RepositorySimulator) -> None:
    """A timestamp with the same version changes nothing, even if it lists another snapshot."""
    trusted = _refreshed(repository)
    repository.publish("acme")
    repository.write_timestamp(version=2)

    outcome = repository.refresh(trusted)

    assert (frozenset(), {}) == outcome
    assert {} == trusted.take_changes()


def test_refresh_with_a_new_island_asks_for_one_role(repository: RepositorySimulator) -> None:
    """A publication costs timestamp, snapshot and the tenant's own role; the island appears with its place."""
    trusted = _refreshed(repository)
    name = IslandName("acme", "tour")
    island = make_island(repository.signers["acme"][0].signing_key, name=name, revision=1)
    data = msgspec.msgpack.encode(island)
    repository.set_island(name, data, custom_of(island))
    repository.publish("acme")

    outcome = repository.refresh(trusted)

    role = trusted.role("acme")
    assert role is not None
    assert frozenset({"acme"}) == outcome.changed
    assert {"metadata/3.snapshot.json", "metadata/3.acme.json"} <= set(repository.requests)
    assert data == repository.files[role.islands["tour"].repository_path]


def test_refresh_shows_a_withdrawal(repository: RepositorySimulator) -> None:
    """An island taken back leaves the islands and stands among the withdrawals, with the reason given."""
    trusted = _refreshed(repository)
    repository.withdraw(NAME, 3, "wrong price")
    repository.publish("acme")

    repository.refresh(trusted)

    role = trusted.role("acme")
    assert role is not None
    assert {} == role.islands
    assert (3, NOW, "wrong price") == msgspec.structs.astuple(role.withdrawn["hoodie-drop"])


def test_refresh_follows_only_wanted_tenants(repository: RepositorySimulator) -> None:
    """A tenant that is not followed is not fetched. If it was followed before, it is dropped."""
    trusted = _refreshed(repository)

    outcome = repository.refresh(trusted, follow=lambda tenant: tenant == "acme")

    assert frozenset({"northwind"}) == outcome.changed
    assert trusted.role("northwind") is None
    assert {"role/northwind": None} == trusted.take_changes()
    assert "metadata/1.northwind.json" not in repository.requests


def test_refresh_drops_a_tenant_no_longer_delegated(repository: RepositorySimulator) -> None:
    """A tenant that targets no longer names is gone at once, from memory and from the store."""
    trusted = _refreshed(repository)
    assert repository.delegations.roles is not None
    del repository.delegations.roles["northwind"]
    repository.write_targets()
    repository.write_online()

    outcome = repository.refresh(trusted)

    assert frozenset({"northwind"}) == outcome.changed
    assert ("acme",) == trusted.tenants()
    assert trusted.role("northwind") is None
    assert trusted.take_changes()["role/northwind"] is None


def test_refresh_reports_what_the_driver_refused_for_one_tenant(repository: RepositorySimulator) -> None:
    """A refusal while one tenant's file is fetched is that tenant's fault alone."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    too_long = RefusedError("metadata/2.acme.json is too long", reason=Reason.LENGTH_MISMATCH)

    def fetch(path: str, max_length: int) -> bytes | None:
        if path == "metadata/2.acme.json":
            raise too_long
        return repository.fetch(path, max_length)

    outcome = drive(trusted.refresh(NOW, follow=lambda _tenant: True), fetch)

    assert {"acme": too_long} == outcome.refused
    assert trusted.role("northwind") is not None


@pytest.mark.parametrize("served", range(6))
def test_refresh_cut_off_anywhere_goes_on_later(repository: RepositorySimulator, served: int) -> None:
    """Wherever the network goes away, what was verified is kept, and a restart from it ends where no cut would."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)

    def fetch(path: str, max_length: int) -> bytes | None:
        if len(repository.requests) == served:
            raise UnreachableError("connection reset")
        return repository.fetch(path, max_length)

    with pytest.raises(UnreachableError):
        drive(trusted.refresh(NOW, follow=lambda _tenant: True), fetch)
    store = _apply({}, trusted.take_changes())
    resumed = TrustedMetadata.start(store, repository.bootstrap)
    repository.refresh(resumed)

    assert {} == resumed.ignored
    assert max(0, served - 1) == len(store)
    assert _refreshed(repository).role("acme") == resumed.role("acme")
    assert _store_of(_refreshed_untaken(repository)) == _apply(store, resumed.take_changes())


def test_a_fault_keeps_rollback_protection_through_a_restart(repository: RepositorySimulator) -> None:
    """A timestamp accepted before its snapshot failed still bars an older one after a restart."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    store = _apply({}, trusted.take_changes())
    old_files = dict(repository.files)
    repository.publish("acme")
    del repository.files["metadata/3.snapshot.json"]
    with pytest.raises(RefusedError):
        repository.refresh(trusted)
    restarted = TrustedMetadata.start(_apply(store, trusted.take_changes()), repository.bootstrap)
    repository.files = old_files

    with pytest.raises(RefusedError) as refused:
        repository.refresh(restarted)

    assert Reason.ROLLBACK == refused.value.reason
    assert "role 'timestamp' is version 2, expected 3 or above" == refused.value.text


def test_put_back_changes_are_offered_again(repository: RepositorySimulator) -> None:
    """Changes that could not be committed come back with the next ones, the newer winning."""
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    trusted.put_back(trusted.take_changes())
    repository.write_timestamp()
    repository.refresh(trusted)

    changes = trusted.take_changes()

    assert {"timestamp", "snapshot", "role/targets", "role/acme", "role/northwind"} == set(changes)
    assert repository.files["metadata/timestamp.json"] == changes["timestamp"]


def _refreshed(repository: RepositorySimulator) -> TrustedMetadata:
    trusted = _refreshed_untaken(repository)
    trusted.take_changes()
    repository.requests.clear()
    return trusted


def _refreshed_untaken(repository: RepositorySimulator) -> TrustedMetadata:
    trusted = TrustedMetadata.start({}, repository.bootstrap)
    repository.refresh(trusted)
    return trusted


def _store_of(trusted: TrustedMetadata) -> dict[str, bytes]:
    return _apply({}, trusted.take_changes())


def _apply(store: dict[str, bytes], changes: dict[str, bytes | None]) -> dict[str, bytes]:
    merged = {**store, **changes}
    return {key: data for key, data in merged.items() if data is not None}


def test_targets_must_have_the_listed_hash(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """A properly signed file of the right version and length is still not the one that the snapshot lists."""
    repository.write_targets()
    repository.publish("acme")
    path = "metadata/2.targets.json"
    document = json.loads(repository.files[path])
    document["signatures"].reverse()
    repository.files[path] = json.dumps(document, separators=(",", ":"), sort_keys=True).encode()

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)

    assert "role 'targets' does not have the hash listed for version 2" == refused.value.text


def test_enormous_root_is_refused(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """A version other than the listed one is refused, also if it is well signed."""
    repository.root.unrecognized_fields["x-padding"] = "x" * MAX_ROOT_BYTES
    repository.root.version += 1
    repository.write_root()

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)

    assert (Reason.LENGTH_MISMATCH, 1) == (refused.value.reason, trusted.root_version)


def test_held_snapshot_expires(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """An expired snapshot is refused, although the timestamp is fresh."""
    repository.timestamp.expires = NOW + timedelta(days=9)
    repository.write_timestamp()

    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted, now=NOW + timedelta(days=8))

    assert refused.value.text.startswith("role 'snapshot' version 2 expired at 2026-09-08T12:00:00")


def test_held_role_with_another_hash_is_fetched_again(
    repository: RepositorySimulator, trusted: TrustedMetadata
) -> None:
    """A file of the same version with other content is fetched again: the snapshot lists its hash."""
    repository.set_numbered_island("acme", 9)
    repository.write_tenant("acme", version=repository.roles["acme"].version)
    repository.write_online()
    repository.refresh(trusted)
    role = trusted.role("acme")

    assert role is not None
    assert 9 == role.islands["drop"].custom.revision
