"""What the targets role may delegate, and to whom."""

import pytest
from tuf.api.metadata import DelegatedRole, Delegations, SuccinctRoles, TargetFile

from edge.errors import Reason, RefusedError
from edge.trust import TrustedMetadata
from edge.trust.tenant import MAX_TENANTS
from tests.trust.simulator.repository_simulator import RepositorySimulator


@pytest.mark.parametrize(
    ("name", "paths", "text"),
    [
        ("evil", ["acme/*"], "role 'evil' is delegated ['acme/*'], expected ['evil/*']"),
        ("evil", ["evil/*", "*/*"], "role 'evil' is delegated ['evil/*', '*/*'], expected ['evil/*']"),
        ("evil", [], "role 'evil' is delegated [], expected ['evil/*']"),
        (
            "../../evil",
            ["../../evil/*"],
            "role '../../evil' is not named like a tenant, expected lower-case letters, digits and '-'",
        ),
        (
            "1.root",
            ["1.root/*"],
            "role '1.root' is not named like a tenant, expected lower-case letters, digits and '-'",
        ),
        ("*", ["*/*"], "role '*' is not named like a tenant, expected lower-case letters, digits and '-'"),
    ],
)
def test_delegation_that_breaks_a_rule_is_refused(
    repository: RepositorySimulator, trusted: TrustedMetadata, name: str, paths: list[str], text: str
) -> None:
    """A delegation of anything but a tenant's own folder is not followed; other tenants go on."""
    repository.add_tenant(name)
    _delegations(repository)[name].paths = paths
    repository.write_targets()
    repository.write_tenant(name, version=1)
    repository.publish("acme")

    outcome = repository.refresh(trusted)

    assert {name: text} == {tenant: error.text for tenant, error in outcome.refused.items()}
    assert frozenset({"acme"}) == outcome.changed
    assert name not in trusted.tenants()
    assert not [path for path in repository.requests if "evil" in path]


@pytest.mark.parametrize("name", ["root", "timestamp", "snapshot", "targets"])
def test_tenant_named_like_a_top_role_is_refused(
    repository: RepositorySimulator, trusted: TrustedMetadata, name: str
) -> None:
    """A tenant cannot have the name of a top role, because their files would have the same names."""
    _delegations(repository)[name] = DelegatedRole(name, [], 1, terminating=True, paths=[f"{name}/*"])
    repository.write_targets()
    repository.write_online()

    assert (Reason.METADATA_INVALID, "role 'targets' has the wrong shape, expected TUF metadata") == _refusal(
        repository, trusted
    )


def test_tenant_delegated_twice_is_refused(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """Two delegations of one name would leave open whose keys count."""
    delegations = _delegations(repository)
    delegations["again"] = delegations["acme"]
    repository.write_targets()
    repository.write_online()

    assert (Reason.METADATA_INVALID, "role 'targets' has the wrong shape, expected TUF metadata") == _refusal(
        repository, trusted
    )


def test_too_many_delegations_are_refused(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """Targets with more tenants than a PoP will look at are refused whole."""
    delegations = _delegations(repository)
    for number in range(MAX_TENANTS - 1):
        name = f"t{number}"
        delegations[name] = DelegatedRole(name, [], 1, terminating=True, paths=[f"{name}/*"])
    repository.write_targets()
    repository.write_online()

    assert (
        Reason.METADATA_INVALID,
        "role 'targets' has 4097 delegations, expected at most 4096",
    ) == _refusal(repository, trusted)


def test_hash_bins_are_refused(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """Succinct hash bins have no tenants."""
    repository.targets.delegations = Delegations({}, succinct_roles=SuccinctRoles([], 1, 4, "bin"))
    repository.write_targets()
    repository.write_online()

    assert (Reason.METADATA_INVALID, "role 'targets' delegates to hash bins, expected tenants") == _refusal(
        repository, trusted
    )


def test_delegated_tenant_missing_from_the_snapshot(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """A delegated tenant whose role is not published yet is refused; all others go on."""
    repository.add_tenant("contoso")
    repository.write_targets()
    repository.write_online()

    outcome = repository.refresh(trusted)

    assert "snapshot version 3 does not list role 'contoso'" == outcome.refused["contoso"].text
    assert ("acme", "northwind", "contoso") == trusted.tenants()


def test_targets_of_the_targets_role_are_not_served(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """An island listed by the targets role itself belongs to no tenant and is not looked at."""
    role = trusted.role("acme")
    planted = TargetFile.from_data("acme/planted.island", b"bytes", ["sha256"])
    repository.targets.targets[planted.path] = planted
    repository.write_targets()
    repository.write_online()

    outcome = repository.refresh(trusted)

    assert (frozenset(), {}) == outcome
    assert role == trusted.role("acme")


def test_targets_without_delegations_name_no_tenant() -> None:
    """A repository before its first tenant is a good repository."""
    repository = RepositorySimulator()
    repository.targets.delegations = None
    repository.write_targets()
    repository.write_online()
    trusted = TrustedMetadata.start({}, repository.bootstrap)

    outcome = repository.refresh(trusted)

    assert (frozenset(), {}) == outcome
    assert () == trusted.tenants()


def _delegations(repository: RepositorySimulator) -> dict[str, DelegatedRole]:
    roles = repository.delegations.roles
    assert roles is not None
    return roles


def _refusal(repository: RepositorySimulator, trusted: TrustedMetadata) -> tuple[Reason, str]:
    with pytest.raises(RefusedError) as refused:
        repository.refresh(trusted)
    assert ("acme", "northwind") == trusted.tenants()
    return refused.value.reason, refused.value.text
