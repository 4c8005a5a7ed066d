"""A restored home: what its fleet has and it has not, and numbers that are above the fleet's again."""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from edge.errors import RefusedError
from edge.publish.fleet import (
    FleetMembers,
    HomeNumbers,
    fleet_ahead,
    home_ahead,
    lost_roles,
    raise_numbers,
    raise_root,
    require_level_with_fleet,
)
from edge.publish.fleet.registry import FleetRegistry
from edge.publish.fleet.status_db import StatusDb
from edge.publish.repository import Repository, SignedIsland
from edge.publish.server import ChangeFeed
from edge.publish.signing import add_tenant, remove_tenant
from edge.records import Ahead, IslandName, IslandState, LastStatus, PopIsland, PopStatus
from edge.trust import Ed25519Key, TrustedMetadata
from tests.follower import follow
from tests.publish.fleet.test_registry import AMS, document, posted

DROP, TOUR = IslandName("acme", "drop"), IslandName("acme", "tour")

SignIsland = Callable[[int], SignedIsland]
Change = Callable[[Repository, SignIsland, datetime], Any]


class Fleet:
    """A home, its backup of before, and what one PoP has seen."""

    def __init__(self, repository: Repository, backup: Path, now: datetime) -> None:
        self.repository, self.now = repository, now
        self.trust = TrustedMetadata.start({}, repository.root_copy.read_bytes())
        self.highest: dict[str, int] = {}
        self.follow()
        shutil.copytree(repository.home, backup)
        self.backup = Repository(backup)

    def follow(self, home: Path | None = None) -> None:
        """Let the PoP take what is published; raises if it refuses anything."""
        follow(home or self.repository.home, self.trust, self.now)
        for tenant in self.trust.tenants():
            role = self.trust.role(tenant)
            assert role is not None
            for island, target in role.islands.items():
                self._saw(f"{tenant}/{island}", target.custom.revision)
            for island, withdrawal in role.withdrawn.items():
                self._saw(f"{tenant}/{island}", withdrawal.revision)

    def _saw(self, island: str, revision: int) -> None:
        self.highest[island] = max(self.highest.get(island, 0), revision)

    def status(self, **fields: Any) -> LastStatus:
        """What the PoP posts."""
        islands = tuple(
            PopIsland(island=name, state=IslandState.FRESH, since=self.now, highest_revision=highest)
            for name, highest in self.highest.items()
        )
        defaults: dict[str, Any] = {"islands": islands, "versions": self.trust.versions()}
        status = PopStatus(pop="ams", run=1, sequence=1, time=self.now, interval_s=30.0, **(defaults | fields))
        return LastStatus(status=status, at=self.now)

    def ahead(self, **fields: Any) -> tuple[Ahead, ...]:
        """What the PoP has and the backup has not."""
        return fleet_ahead(HomeNumbers(self.backup).read(), {"ams": self.status(**fields)}, now=self.now)

    def recover(self) -> tuple[Ahead, ...]:
        """What `skerry recover restored` does; returns what was ahead."""
        ahead = self.ahead()
        assert raise_root(self.backup, next((one.accepted for one in ahead if one.role == "root"), 0), now=self.now)
        with self.backup.change(self.now) as change:
            raise_numbers(change, ahead)
        return ahead


@pytest.fixture
def fleet(repository: Repository, tmp_path: Path, island_signer: Callable[..., SignIsland], now: datetime) -> Fleet:
    """A home with one island, of which there is a backup."""
    repository.publish_island(DROP, island_signer(), now=now)
    return Fleet(repository, tmp_path / "backup", now)


def _publish(repository: Repository, sign: SignIsland, now: datetime) -> None:
    repository.publish_island(DROP, sign, now=now)


def _withdraw(repository: Repository, _sign: SignIsland, now: datetime) -> None:
    repository.withdraw(DROP, why="wrong price", now=now)


def _publish_another(repository: Repository, sign: SignIsland, now: datetime) -> None:
    repository.publish_island(TOUR, sign, now=now)


def _renew_roles(repository: Repository, _sign: SignIsland, now: datetime) -> None:
    with repository.change(now) as change:
        change.touch("targets")
        change.touch("acme")


def _add_another_tenant(repository: Repository, _sign: SignIsland, now: datetime) -> None:
    with repository.change(now) as change:
        add_tenant(change, "bob", Ed25519Key.from_raw(repository.keys.create("tenant.bob").public))


def _add_and_remove_a_tenant(repository: Repository, sign: SignIsland, now: datetime) -> None:
    _add_another_tenant(repository, sign, now)
    with repository.change(now) as change:
        remove_tenant(change, "bob")


def _renew_the_root(repository: Repository, _sign: SignIsland, now: datetime) -> None:
    for _ in range(2):
        with repository.change(now) as change:
            change.touch("root")


AFTER_THE_BACKUP: dict[str, tuple[Change, list[str]]] = {
    "nothing": (lambda *_: None, []),
    "the timestamp was renewed": (lambda repository, _sign, now: repository.renew(now=now), []),
    "the island was published again": (_publish, ["acme", "acme/drop"]),
    "it was withdrawn": (_withdraw, ["acme"]),
    "another island was published": (_publish_another, ["acme", "acme/tour"]),
    "roles were renewed": (_renew_roles, ["acme", "targets"]),
    "a tenant was added": (_add_another_tenant, ["bob", "targets"]),
    "a tenant was added and removed": (_add_and_remove_a_tenant, ["bob", "targets"]),
    "the root was renewed twice": (_renew_the_root, ["root"]),
}


@pytest.mark.parametrize("case", AFTER_THE_BACKUP)
def test_change_after_the_backup(
    fleet: Fleet, island_signer: Callable[..., SignIsland], now: datetime, case: str
) -> None:
    """The PoP tells of it. After the recovery it is level, and the PoP takes two more islands at once."""
    act, expected = AFTER_THE_BACKUP[case]
    act(fleet.repository, island_signer(), now)
    fleet.follow()
    ahead = fleet.ahead()
    # Counted by the clock, a snapshot is above the one of the backup; so it is not looked at here.
    told = sorted(one.island or one.role for one in ahead if one.role not in ("snapshot", "timestamp"))
    fleet.recover()
    fleet.follow(fleet.backup.home)
    level = fleet.ahead()
    for name in (DROP, TOUR):
        before = fleet.highest.get(str(name), 0)
        revision = fleet.backup.publish_island(name, island_signer(), now=now).custom.revision
        fleet.follow(fleet.backup.home)
        assert before + 1 == revision

    assert expected == told
    assert () == level
    assert {"drop", "tour"} == set((fleet.trust.role("acme") or pytest.fail("no role")).islands)


def test_island_that_the_backup_has_stays_listed(
    fleet: Fleet, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """A PoP keeps the later revision that it has: nothing of it is withdrawn. A lost island is, with a reason."""
    _publish(fleet.repository, island_signer(), now)
    _publish_another(fleet.repository, island_signer(), now)
    fleet.follow()
    fleet.recover()
    fleet.follow(fleet.backup.home)
    role = fleet.trust.role("acme")

    assert role is not None
    assert {"drop": 1} == {island: target.custom.revision for island, target in role.islands.items()}
    assert {"tour": (1, "the publisher lost it and will publish it again")} == {
        island: (record.revision, record.why) for island, record in role.withdrawn.items()
    }


def test_lost_tenant_is_added_again(fleet: Fleet, island_signer: Callable[..., SignIsland], now: datetime) -> None:
    """It stays in the snapshot until then, the server goes on, and its role counts on from there."""
    _add_another_tenant(fleet.repository, island_signer(), now)
    fleet.follow()
    lost = lost_roles(fleet.backup.state(), fleet.recover())
    fleet.follow(fleet.backup.home)
    changes = ChangeFeed(fleet.backup.home)
    _add_another_tenant(fleet.backup, island_signer(), now)
    fleet.follow(fleet.backup.home)

    assert ("bob",) == lost
    assert changes.poll() is not None
    assert ("acme", "bob") == fleet.trust.tenants()


NOT_BELIEVED: dict[str, dict[str, Any]] = {
    "a version that a thief drove up": {"versions": {"root": 1, "targets": 10**12}},
    "a root that counts by the clock": {"versions": {"root": 1_700_000_000}},
    "a root that would take a thousand signatures more": {"versions": {"root": 1_002}},
    "versions under an older root": {"versions": {"root": 0, "snapshot": 2**31}},
    "no versions, from an older release": {"versions": {}},
    "a role of an odd name": {"versions": {"root": 1, "../x": 0}},
}


@pytest.mark.parametrize("case", NOT_BELIEVED)
def test_number_that_is_not_believed(fleet: Fleet, case: str) -> None:
    """The home is not below it."""
    assert () == fleet.ahead(**NOT_BELIEVED[case])


def test_root_that_is_a_thousand_ahead(fleet: Fleet, now: datetime) -> None:
    """It is the last one that is believed. One more is not signed for, wherever the number comes from."""
    (ahead,) = fleet.ahead(versions={"root": 1_001})

    with pytest.raises(RefusedError) as caught:
        raise_root(fleet.backup, 1_002, now=now)
    assert ("root", 1_001) == (ahead.role, ahead.accepted)
    assert caught.value.text == (
        "root version 1002 is 1001 above this home's, expected at most 1000;"
        f" look for the PoP that claims it: skerry status --home {fleet.backup.home}"
    )
    assert 1 == fleet.backup.state().root.version


def test_revision_that_is_a_million_ahead(fleet: Fleet) -> None:
    """It was driven up; to go above it would leave no room."""
    fleet.highest[str(DROP)] = 1 + 1_000_001

    assert () == fleet.ahead()


def test_island_of_an_unknown_tenant(fleet: Fleet) -> None:
    """A tenant that was removed is not missed."""
    fleet.highest["bob/show"] = 5

    assert () == fleet.ahead()


def test_numbers_are_computed_again_after_a_change(
    fleet: Fleet, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """The same reader sees what another process published."""
    numbers = HomeNumbers(fleet.repository)
    before = numbers.read().revisions["acme/drop"]
    Repository(fleet.repository.home).publish_island(DROP, island_signer(), now=now)

    assert (1, 2) == (before, numbers.read().revisions["acme/drop"])


@pytest.fixture
def registry(fleet: Fleet) -> Iterator[FleetRegistry]:
    """The statuses of the backup's fleet, with the PoP `ams`."""
    FleetMembers(fleet.backup.home).add("ams", AMS.public.hex())
    registry = FleetRegistry(fleet.backup.home, StatusDb.open_or_replace(fleet.backup.home))
    yield registry
    registry.statuses.close()


def test_command_that_changes_a_restored_home(fleet: Fleet, registry: FleetRegistry, now: datetime) -> None:
    """It is refused with what the PoP has and the command to run. A home that is level is not."""
    home = fleet.backup.home
    require_level_with_fleet(home)
    registry.accept(posted(document()), now=now)

    with pytest.raises(RefusedError) as caught:
        require_level_with_fleet(home)
    assert caught.value.text == (
        "PoP 'ams' has island 'acme/drop' revision 3, and here 1 is the last one: the home is older than its fleet,"
        f" which would refuse what it publishes; run: skerry recover restored --home {home};"
        f" if the home was not restored, this PoP lies: skerry publisher pops remove ams --home {home}"
    )


def test_command_in_a_folder_without_a_home(tmp_path: Path) -> None:
    """Nothing is compared, and no file is made."""
    require_level_with_fleet(tmp_path / "none")

    assert [] == list(tmp_path.iterdir())


def test_damaged_statuses(fleet: Fleet) -> None:
    """They tell nothing; the server replaces them."""
    (fleet.backup.home / "fleet.db").write_bytes(b"no database" * 1000)

    assert () == home_ahead(fleet.backup.home)


def test_roles_that_a_newer_home_renewed_by_itself(fleet: Fleet, now: datetime) -> None:
    """After a year the restored home renews its own root, and the PoP, a version ahead, goes on."""
    _renew_the_root(fleet.repository, lambda revision: pytest.fail(str(revision)), now)
    fleet.follow()
    fleet.backup.renew(now=now + timedelta(days=200))

    assert ["root"] == [one.role for one in fleet.ahead() if one.role not in ("snapshot", "timestamp")]
