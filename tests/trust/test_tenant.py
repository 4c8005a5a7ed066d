"""Rules for the content of a tenant's role. A role that breaks one is refused, and only for its tenant."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from tuf.api.metadata import Delegations, TargetFile, Targets

from edge.errors import Reason
from edge.trust import WITHDRAWN_FIELD, IslandTarget, TrustedMetadata
from edge.trust.tenant import MAX_ISLAND_BYTES
from tests.trust.simulator.repository_simulator import NOW, RepositorySimulator
from tests.trust.simulator.signed_island import NAME

GOOD_CUSTOM = {
    "revision": 4,
    "opens": "2026-09-01T00:00:00Z",
    "expires": "2026-09-08T00:00:00Z",
    "max_stale_s": 60,
}


def list_target(path: str) -> Callable[[Targets], None]:
    """Lists one more target."""

    def change(role: Targets) -> None:
        target = TargetFile.from_data(path, b"bytes", ["sha256"])
        target.unrecognized_fields["custom"] = GOOD_CUSTOM
        role.targets[path] = target

    return change


def set_custom(**fields: object) -> Callable[[Targets], None]:
    """Replaces fields of the island's custom; None removes one."""

    def change(role: Targets) -> None:
        custom = {**GOOD_CUSTOM, **fields}
        role.targets[NAME.target_path].unrecognized_fields["custom"] = {
            key: value for key, value in custom.items() if value is not None
        }

    return change


def set_stage(**fields: object) -> Callable[[Targets], None]:
    """Roll the island out over the revision before, with these fields of that revision changed."""
    previous = {**GOOD_CUSTOM, "revision": 3, "length": 5, "sha256": "0" * 64, **fields}
    return set_custom(stage={"percent": 10, "previous": previous})


def set_target(**fields: object) -> Callable[[Targets], None]:
    """Replaces attributes of the island's target."""

    def change(role: Targets) -> None:
        for field, value in fields.items():
            setattr(role.targets[NAME.target_path], field, value)

    return change


def set_withdrawn(value: object) -> Callable[[Targets], None]:
    """Replaces the list of withdrawals."""

    def change(role: Targets) -> None:
        role.unrecognized_fields[WITHDRAWN_FIELD] = value

    return change


def remove_custom(role: Targets) -> None:
    """An island without custom."""
    role.targets[NAME.target_path].unrecognized_fields.clear()


def delegate_further(role: Targets) -> None:
    """Let the tenant delegate further."""
    role.delegations = Delegations({}, {})


ROLES: dict[str, tuple[Callable[[Targets], None], str]] = {
    "lists another tenant's island": (
        list_target("northwind/tour.island"),
        "role 'acme' lists 'northwind/tour.island', expected only 'acme/*'",
    ),
    "lists something outside any tenant": (
        list_target("tour.island"),
        (
            "role 'acme' lists 'tour.island', which is no island: this is not an island's name, expected tenant/island"
            " in lower-case letters, digits and '-'"
        ),
    ),
    "climbs out of its folder": (
        list_target("acme/../northwind.island"),
        (
            "role 'acme' lists 'acme/../northwind.island', which is no island: this is not an island's name, expected"
            " tenant/island in lower-case letters, digits and '-'"
        ),
    ),
    "lists something that is no island": (
        list_target("acme/logo.png"),
        (
            "role 'acme' lists 'acme/logo.png', which is no island: a target is not an island, expected a path"
            " ending in .island"
        ),
    ),
    "has no custom": (
        remove_custom,
        "role 'acme' lists 'acme/hoodie-drop.island' with wrong fields: expected `object`, got `null`",
    ),
    "has no revision": (
        set_custom(revision=None),
        "role 'acme' lists 'acme/hoodie-drop.island' with wrong fields: object missing required field `revision`",
    ),
    "has a revision in words": (
        set_custom(revision="four"),
        "role 'acme' lists 'acme/hoodie-drop.island' with wrong fields: expected `int`, got `str` - at `$.revision`",
    ),
    "has a time without zone": (
        set_custom(expires="2026-09-08T00:00:00"),
        (
            "role 'acme' lists 'acme/hoodie-drop.island' with wrong fields: expected `datetime` with a timezone"
            " component - at `$.expires`"
        ),
    ),
    "has revision nought": (
        set_custom(revision=0),
        "role 'acme' gives 'acme/hoodie-drop.island' a revision outside 1 to 9007199254740991",
    ),
    "has a revision beyond JSON": (
        set_custom(revision=2**53),
        "role 'acme' gives 'acme/hoodie-drop.island' a revision outside 1 to 9007199254740991",
    ),
    "has a negative max_stale_s": (
        set_custom(max_stale_s=-1),
        "role 'acme' gives 'acme/hoodie-drop.island' a max_stale_s outside 0 to 31622400",
    ),
    "has an endless max_stale_s": (
        set_custom(max_stale_s=10**12),
        "role 'acme' gives 'acme/hoodie-drop.island' a max_stale_s outside 0 to 31622400",
    ),
    "expires at the end of time": (
        set_custom(expires="9999-12-31T23:59:59-23:59"),
        "role 'acme' gives 'acme/hoodie-drop.island' a time outside the years 1970 to 9998",
    ),
    "is staged for more than all": (
        set_custom(stage={"percent": 101}),
        "role 'acme' lists 'acme/hoodie-drop.island' with wrong fields: expected `int` <= 100 - at `$.stage.percent`",
    ),
    "is staged over nothing": (
        set_custom(stage={"percent": 10}),
        (
            "role 'acme' lists 'acme/hoodie-drop.island' with wrong fields: object missing required field `previous`"
            " - at `$.stage`"
        ),
    ),
    "is staged over a later revision": (
        set_stage(revision=4),
        "role 'acme' lists a rollout of 'acme/hoodie-drop.island' with previous revision 4, expected below 4",
    ),
    "is staged over an enormous revision": (
        set_stage(length=MAX_ISLAND_BYTES + 1),
        (
            f"role 'acme' lists 'acme/hoodie-drop.island' with {MAX_ISLAND_BYTES + 1} bytes,"
            f" expected at most {MAX_ISLAND_BYTES}"
        ),
    ),
    "is staged over a path": (
        set_stage(sha256="../" * 21 + "x"),
        "role 'acme' lists 'acme/hoodie-drop.island' without a sha256, expected 64 hexadecimal digits",
    ),
    "is staged over an endless revision": (
        set_stage(max_stale_s=-1),
        f"role 'acme' gives 'acme/hoodie-drop.island' a max_stale_s outside 0 to {366 * 24 * 3600}",
    ),
    "lists no sha256": (
        set_target(hashes={"sha512": "00"}),
        "role 'acme' lists 'acme/hoodie-drop.island' without a sha256, expected 64 hexadecimal digits",
    ),
    "lists a path for a sha256": (
        set_target(hashes={"sha256": "../../keys/root"}),
        "role 'acme' lists 'acme/hoodie-drop.island' without a sha256, expected 64 hexadecimal digits",
    ),
    "lists an enormous island": (
        set_target(length=MAX_ISLAND_BYTES + 1),
        "role 'acme' lists 'acme/hoodie-drop.island' with 8388609 bytes, expected at most 8388608",
    ),
    "delegates further": (delegate_further, "role 'acme' has delegations of its own, expected none"),
    "lists withdrawals as a list": (
        set_withdrawn(["hoodie-drop"]),
        "role 'acme' lists withdrawals with wrong fields: expected `object`, got `array`",
    ),
    "withdraws without a revision": (
        set_withdrawn({"hoodie-drop": {"at": "2026-09-01T12:00:00Z", "why": ""}}),
        "role 'acme' lists withdrawals with wrong fields: object missing required field `revision` - at `$[...]`",
    ),
    "withdraws a revision beyond JSON": (
        set_withdrawn({"hoodie-drop": {"revision": 2**53, "at": "2026-09-01T12:00:00Z", "why": ""}}),
        "role 'acme' lists withdrawals with wrong fields: expected `int` <= 9007199254740991 - at `$[...].revision`",
    ),
    "withdraws with a novel": (
        set_withdrawn({"hoodie-drop": {"revision": 1, "at": "2026-09-01T12:00:00Z", "why": "w" * 501}}),
        "role 'acme' lists withdrawals with wrong fields: expected `str` of length <= 500 - at `$[...].why`",
    ),
    "withdraws what is no name": (
        set_withdrawn({"../x": {"revision": 1, "at": "2026-09-01T12:00:00Z", "why": ""}}),
        "role 'acme' withdraws '../x', expected an island's name in lower-case letters, digits and '-'",
    ),
}


@pytest.mark.parametrize("situation", ROLES)
def test_role_that_breaks_a_rule_is_refused(
    repository: RepositorySimulator, trusted: TrustedMetadata, situation: str
) -> None:
    """A well-signed role that breaks a rule is refused, and its tenant keeps the role that it had."""
    change, text = ROLES[situation]
    role = trusted.role("acme")
    change(repository.roles["acme"])
    repository.publish("acme")

    outcome = repository.refresh(trusted)

    assert {"acme": text} == {tenant: error.text for tenant, error in outcome.refused.items()}
    assert Reason.METADATA_INVALID == outcome.refused["acme"].reason
    assert role == trusted.role("acme")
    assert "role/acme" not in trusted.take_changes()


@pytest.mark.parametrize(
    ("published", "withdrawn", "listed"), [(4, 3, True), (3, 3, False), (3, 4, False)], ids=["newer", "same", "older"]
)
def test_island_listed_and_withdrawn(
    repository: RepositorySimulator, trusted: TrustedMetadata, *, published: int, withdrawn: int, listed: bool
) -> None:
    """If an island is listed and withdrawn, the higher revision counts. At the same revision the withdrawal counts."""
    repository.withdraw(NAME, withdrawn)
    repository.set_island(NAME, b"bytes", {**GOOD_CUSTOM, "revision": published})
    repository.publish("acme")

    repository.refresh(trusted)

    role = trusted.role("acme")
    assert role is not None
    assert (listed, not listed) == ("hoodie-drop" in role.islands, "hoodie-drop" in role.withdrawn)


def test_next_role_is_what_a_new_client_reads(repository: RepositorySimulator, trusted: TrustedMetadata) -> None:
    """Targets that did not change are kept; the role is the one that its file says, whichever changes came before."""
    custom = {**GOOD_CUSTOM, "revision": 5}
    other = NAME._replace(island="other")
    changes: list[Callable[[], object]] = [
        lambda: repository.set_island(other, b"bytes", GOOD_CUSTOM),
        lambda: repository.set_island(NAME, b"bytes", {**custom, "max_stale_s": 61}),
        lambda: repository.set_island(NAME, b"bytes", {**custom, "max_stale_s": 62}),
        lambda: repository.withdraw(other, 4),
        lambda: repository.set_island(other, b"bytes", GOOD_CUSTOM),
        lambda: repository.set_island(other, b"bytes", custom),
        lambda: repository.roles["acme"].targets.pop(NAME.target_path),
    ]
    kept = []
    for change in changes:
        before = trusted.role("acme")
        change()
        repository.publish("acme")
        repository.refresh(trusted)
        new = TrustedMetadata.start({}, repository.bootstrap)
        repository.refresh(new)
        role = trusted.role("acme")
        assert before is not None
        assert role is not None
        assert new.role("acme") == role
        kept.append({name for name, target in role.islands.items() if before.islands.get(name) is target})

    assert [{"hoodie-drop"}, {"other"}, {"other"}, {"hoodie-drop"}, {"hoodie-drop"}, {"hoodie-drop"}, {"other"}] == kept


def test_target_s_place_in_the_repository(trusted: TrustedMetadata) -> None:
    """A target's bytes lie under their hash, in the tenant's folder."""
    role = trusted.role("acme")
    assert role is not None
    target: IslandTarget = role.islands["hoodie-drop"]

    assert f"targets/acme/{target.sha256}.hoodie-drop.island" == target.repository_path
    assert NOW + timedelta(days=30) == role.expires
