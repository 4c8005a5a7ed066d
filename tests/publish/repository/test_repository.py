"""A repository after each change, as two independent clients read it."""

import resource
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from tuf.api.metadata import Metadata, Root

from edge.errors import ConfigError, Reason, RefusedError, StorageError
from edge.publish.release import repository_status
from edge.publish.repository import Repository, SignedIsland, revision_in
from edge.records import IslandName
from edge.trust import TrustedMetadata

DROP = IslandName("acme", "drop")

SignIsland = Callable[[int], SignedIsland]
ReferenceRead = Callable[[Path, IslandName], bytes | None]
PopRefresh = Callable[[Path, TrustedMetadata, datetime], None]


def _trust(repository: Repository) -> TrustedMetadata:
    return TrustedMetadata.start({}, repository.root_copy.read_bytes())


def test_new_repository_is_valid(
    repository: Repository, reference_read: ReferenceRead, pop_refresh: PopRefresh, now: datetime
) -> None:
    """Before the first island there is nothing to find, and both clients accept the metadata."""
    trust = _trust(repository)
    pop_refresh(repository.home, trust, now)
    role = trust.role("acme")

    assert reference_read(repository.home, DROP) is None
    assert role is not None
    assert (1, {}, {}) == (role.version, role.islands, role.withdrawn)


def test_published_island_is_found(
    repository: Repository,
    reference_read: ReferenceRead,
    pop_refresh: PopRefresh,
    island_signer: Callable[..., SignIsland],
    now: datetime,
) -> None:
    """Both clients read the same bytes, and the target has the island's revision, times and key."""
    repository.publish_island(DROP, island_signer(), now=now)
    trust = _trust(repository)
    pop_refresh(repository.home, trust, now)
    role = trust.role("acme")

    assert b"answers 1" == reference_read(repository.home, DROP)
    assert role is not None
    target = role.islands["drop"]
    assert island_signer()(1).custom == target.custom
    assert b"answers 1" == (repository.folder / target.repository_path).read_bytes()
    assert [repository.tenant_key("acme").public] == list(role.keys.values())


def test_withdrawn_island_is_gone_and_says_why(
    repository: Repository,
    reference_read: ReferenceRead,
    pop_refresh: PopRefresh,
    island_signer: Callable[..., SignIsland],
    now: datetime,
) -> None:
    """A PoP that has the island learns which revision was taken back, when and why."""
    repository.publish_island(DROP, island_signer(), now=now)
    trust = _trust(repository)
    pop_refresh(repository.home, trust, now)
    record = repository.withdraw(DROP, why="wrong price", now=now)
    pop_refresh(repository.home, trust, now)
    role = trust.role("acme")

    assert reference_read(repository.home, DROP) is None
    assert role is not None
    assert ({}, {"drop": record}) == (role.islands, role.withdrawn)
    assert (1, now, "wrong price") == (record.revision, record.at, record.why)


def test_withdrawing_twice_keeps_the_first_record(
    repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """An operator may repeat the command after a crash: the first record stays."""
    repository.publish_island(DROP, island_signer(), now=now)
    first = repository.withdraw(DROP, why="wrong price", now=now)

    assert first == repository.withdraw(DROP, why="again", now=now + timedelta(hours=1))


def test_island_published_after_withdrawal_has_the_next_revision(
    repository: Repository,
    reference_read: ReferenceRead,
    pop_refresh: PopRefresh,
    island_signer: Callable[..., SignIsland],
    now: datetime,
) -> None:
    """Its revision is above the withdrawn one, and the withdrawal is gone."""
    repository.publish_island(DROP, island_signer(), now=now)
    repository.publish_island(DROP, island_signer(), now=now)
    repository.withdraw(DROP, why="wrong price", now=now)
    signed = repository.publish_island(DROP, island_signer(), now=now)
    trust = _trust(repository)
    pop_refresh(repository.home, trust, now)
    role = trust.role("acme")

    assert 3 == signed.custom.revision
    assert b"answers 3" == reference_read(repository.home, DROP)
    assert role is not None
    assert {} == role.withdrawn


def test_signing_another_revision_is_refused(
    repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """Bytes signed for an earlier revision would be a rollback."""
    with pytest.raises(RefusedError, match=r"^island 'acme/drop' is revision 7, expected 1$") as caught:
        repository.publish_island(DROP, lambda _revision: island_signer()(7), now=now)
    assert Reason.ROLLBACK == caught.value.reason


def test_withdrawing_what_was_never_published(repository: Repository, now: datetime) -> None:
    """A typing error in the name must not pass for success."""
    with pytest.raises(RefusedError, match=r"^island 'acme/drop' was never published$") as caught:
        repository.withdraw(DROP, why="wrong price", now=now)
    assert Reason.NOT_FOUND == caught.value.reason


@pytest.mark.parametrize("why", ["", "  ", "x" * 201, "two\nlines", "bell\a"])
def test_withdrawing_for_no_readable_reason(repository: Repository, now: datetime, why: str) -> None:
    """The reason is shown on other people's screens."""
    with pytest.raises(RefusedError, match=r"^reason of a withdrawal must be 1 to 200 printable characters$"):
        repository.withdraw(DROP, why=why, now=now)


def test_unknown_tenant(repository: Repository, island_signer: Callable[..., SignIsland], now: datetime) -> None:
    """The text ends with the command that adds it."""
    expected = (
        f"tenant 'bob' has no role in {repository.home}, run: skerry keys init --home {repository.home} --tenant bob"
    )

    with pytest.raises(ConfigError) as caught:
        repository.publish_island(IslandName("bob", "drop"), island_signer(), now=now)
    assert expected == caught.value.text


@pytest.mark.parametrize("tenant", ["Acme", "a_b", "snapshot", "root", "models", ""])
def test_tenant_that_cannot_be_a_role(repository: Repository, now: datetime, tenant: str) -> None:
    """A tenant with the name of a top role would overwrite that role's files."""
    with pytest.raises(ConfigError, match=r"cannot be a tenant, choose 1 to 63 lower-case letters"):
        repository.init(now=now, tenants=[tenant])


def test_tenants_are_added_to_a_repository(
    repository: Repository, reference_read: ReferenceRead, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """Keys, root and islands stay; only the new tenant's key and role are made."""
    repository.publish_island(DROP, island_signer(), now=now)
    keys = {path: path.read_bytes() for path in repository.keys.folder.iterdir()}
    root = repository.root_copy.read_bytes()
    added = repository.init(now=now, tenants=["acme", "bob", "bob"])
    repository.publish_island(IslandName("bob", "tour"), island_signer("songs"), now=now)

    assert ("bob",) == added
    assert root == repository.root_copy.read_bytes()
    assert keys.items() <= {path: path.read_bytes() for path in repository.keys.folder.iterdir()}.items()
    assert b"answers 1" == reference_read(repository.home, DROP)
    assert b"songs 1" == reference_read(repository.home, IslandName("bob", "tour"))


def test_repeated_init_changes_nothing(repository: Repository, now: datetime) -> None:
    """Not even the timestamp."""
    before = {path: path.read_bytes() for path in repository.home.rglob("*") if path.is_file()}

    assert () == repository.init(now=now, tenants=["acme"])
    assert before == {path: path.read_bytes() for path in repository.home.rglob("*") if path.is_file()}


def test_root_signed_by_several_keys(tmp_path: Path, now: datetime, reference_read: ReferenceRead) -> None:
    """The first version of the root already needs as many signatures as asked for."""
    repository = Repository(tmp_path / "home")
    repository.init(now=now, tenants=["acme"], root_keys=3, threshold=2)
    root = Metadata[Root].from_bytes(repository.root_copy.read_bytes())

    assert (3, 2, 3) == (
        len(root.signatures),
        root.signed.roles["root"].threshold,
        len(root.signed.roles["root"].keyids),
    )
    assert reference_read(repository.home, DROP) is None


def test_every_role_has_its_own_key(repository: Repository) -> None:
    """Losing one key loses one role."""
    root = repository.state().root
    keys = [key_id for role in root.roles.values() for key_id in role.keyids]
    tenants = repository.state().targets.delegations

    assert tenants is not None
    assert 5 == len({*keys, *tenants.keys})


def test_renew_signs_the_timestamp(
    repository: Repository, pop_refresh: PopRefresh, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """A PoP that reads it trusts the same state for longer; no other file is written."""
    repository.publish_island(DROP, island_signer(), now=now)
    files = {path.name for path in repository.metadata.iterdir()}
    later = now + timedelta(minutes=9)
    renewed = repository.renew(now=later)
    trust = _trust(repository)
    pop_refresh(repository.home, trust, later)

    assert () == renewed
    assert files == {path.name for path in repository.metadata.iterdir()}
    assert later + timedelta(minutes=10) == trust.fresh_until("acme")


def test_renew_signs_roles_past_half_their_life(
    repository: Repository, pop_refresh: PopRefresh, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """A snapshot is renewed after half a week, a tenant after half a month, and a PoP follows each time."""
    repository.publish_island(DROP, island_signer(), now=now)
    trust = _trust(repository)
    pop_refresh(repository.home, trust, now)

    assert ("snapshot",) == repository.renew(now=now + timedelta(days=4))
    assert {"snapshot", "acme"} == set(repository.renew(now=now + timedelta(days=16)))
    assert {"snapshot", "targets", "acme"} == set(repository.renew(now=now + timedelta(days=46)))
    pop_refresh(repository.home, trust, now + timedelta(days=46))


def test_renew_without_offline_keys(repository: Repository, now: datetime) -> None:
    """A publisher with only the online keys renews only the online roles."""
    for role in ("root-1", "targets", "tenant.acme"):
        (repository.keys.folder / f"{role}.json").unlink()

    assert ("snapshot",) == repository.renew(now=now + timedelta(days=60))


def test_expired_repository_can_be_renewed(
    repository: Repository, pop_refresh: PopRefresh, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """A publisher that was off for months can be started again."""
    repository.publish_island(DROP, island_signer(), now=now)
    later = now + timedelta(days=200)
    repository.renew(now=later)

    pop_refresh(repository.home, _trust(repository), later)


def test_no_repository(tmp_path: Path, now: datetime) -> None:
    """The text ends with the command that makes one."""
    with pytest.raises(ConfigError, match=r"^no repository in .*/nowhere, run: skerry keys init --home .*/nowhere$"):
        Repository(tmp_path / "nowhere").renew(now=now)


def test_lost_timestamp_is_not_made_again(repository: Repository, now: datetime) -> None:
    """Every PoP would refuse a repository that starts again at version 1, so the operator restores a copy."""
    (repository.metadata / "timestamp.json").unlink()

    with pytest.raises(StorageError, match=r"metadata/timestamp.json is missing, restore the repository from a copy$"):
        repository.init(now=now)


def test_planted_metadata_is_not_signed(
    repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """An intruder who changes metadata gets an error from the next change, not a signature."""
    repository.publish_island(DROP, island_signer(), now=now)
    path = repository.metadata / "2.acme.json"
    path.write_bytes(path.read_bytes().replace(b'"length":9', b'"length":8'))

    with pytest.raises(StorageError, match=r"metadata is damaged: .*; restore it from a copy$"):
        repository.publish_island(DROP, island_signer(), now=now)


def test_other_tenants_are_not_read(
    repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """Damage to one tenant's role does not stop another tenant, and a renewal does not sign the damaged role."""
    repository.init(now=now, tenants=["bob"])
    repository.publish_island(DROP, island_signer(), now=now)
    path = repository.metadata / "2.acme.json"
    path.write_bytes(path.read_bytes().replace(b'"length":9', b'"length":8'))
    repository.publish_island(IslandName("bob", "drop"), island_signer(), now=now)

    state = repository.state()
    assert 1 == revision_in(state.tenants["bob"], IslandName("bob", "drop"))
    with pytest.raises(StorageError, match=r"metadata is damaged: role 'acme' .*; restore it from a copy$"):
        revision_in(state.tenants["acme"], DROP)
    with pytest.raises(StorageError, match=r"metadata is damaged: role 'acme' .*; restore it from a copy$"):
        repository.renew(now=now + timedelta(days=20))


def test_role_is_read_as_it_was_delegated(repository: Repository, now: datetime) -> None:
    """A role that is first read after an edit of its keys is verified with the keys that were in force."""
    state = repository.state()
    (key,) = state.keys("acme").values()
    state.targets.revoke_key(key.keyid, "acme")

    assert 1 == state.tenants["acme"].version
    assert state.expires("acme") == state.tenants["acme"].expires > now


@pytest.mark.parametrize("content", [b"", b"{}", b"not JSON"])
def test_role_without_an_expiry_is_damaged(repository: Repository, now: datetime, content: bytes) -> None:
    """A renewal raises an error and does not skip the role."""
    (repository.metadata / "1.acme.json").write_bytes(content)

    with pytest.raises(StorageError, match=r"metadata is damaged: role 'acme' .*; restore it from a copy$"):
        repository.renew(now=now)


def test_full_disk(
    repository: Repository, reference_read: ReferenceRead, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """The published island stays in force, and the next change works."""
    repository.publish_island(DROP, island_signer(), now=now)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(StorageError, match=r"^cannot write .*\.drop\.island: File too large$"):
            repository.publish_island(DROP, island_signer("x" * 20_000), now=now)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

    assert b"answers 1" == reference_read(repository.home, DROP)
    repository.publish_island(DROP, island_signer(), now=now)
    assert b"answers 2" == reference_read(repository.home, DROP)


def test_home_that_cannot_be_made(tmp_path: Path, now: datetime) -> None:
    """If a file has the home's name, the operator is told to choose another folder."""
    (tmp_path / "home").write_text("in the way")

    with pytest.raises(
        ConfigError, match=r"cannot make a repository in .*/home: .*, choose another folder with: --home DIR$"
    ):
        Repository(tmp_path / "home").init(now=now)


def test_status(repository: Repository, island_signer: Callable[..., SignIsland], now: datetime) -> None:
    """The status lists islands in each state, and roles with version, key and expiry."""
    clock = int(now.timestamp())
    tour = IslandName("acme", "tour")
    repository.publish_island(DROP, island_signer(), now=now)
    repository.publish_island(tour, island_signer(), now=now)
    repository.withdraw(tour, why="cancelled", now=now)
    (repository.keys.folder / "root-1.json").unlink()
    found = repository_status(repository, now=now)
    later = repository_status(repository, now=now + timedelta(days=61))

    assert [("acme/drop", 1, "open"), ("acme/tour", 1, "withdrawn")] == [
        (island.island, island.revision, island.state) for island in found.islands
    ]
    assert "expired" == later.islands[0].state
    assert "scheduled" == repository_status(repository, now=now - timedelta(1)).islands[0].state
    assert [
        ("root", 1, False),
        ("targets", 2, True),
        ("acme", 4, True),
        ("snapshot", clock + 4, True),
        ("timestamp", clock + 4, True),
    ] == [(role.role, role.version, role.has_key) for role in found.roles]
    assert ["acme", "snapshot", "timestamp"] == [role.role for role in later.roles if role.is_expired]
