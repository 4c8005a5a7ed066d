"""Versions of snapshot and timestamp follow the clock, so an old copy of a home is not below its fleet."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from edge.publish.repository import Repository, SignedIsland
from edge.records import IslandName
from edge.trust import TrustedMetadata

DROP = IslandName("acme", "drop")

PopRefresh = Callable[[Path, TrustedMetadata, datetime], None]
SignIsland = Callable[[int], SignedIsland]


def _online(repository: Repository) -> tuple[int, int]:
    state = repository.state()
    return state.snapshot.version, state.timestamp.version


def test_first_versions_are_the_clock(tmp_path: Path, now: datetime) -> None:
    """A new repository begins with the seconds since 1970."""
    repository = Repository(tmp_path / "other")
    repository.init(now=now)

    assert (int(now.timestamp()), int(now.timestamp())) == _online(repository)


def test_versions_go_up_within_one_second(repository: Repository, now: datetime) -> None:
    """Two changes at the same moment have two numbers."""
    before = _online(repository)[1]
    repository.renew(now=now)
    repository.renew(now=now)

    assert before + 2 == _online(repository)[1]


def test_versions_go_up_although_the_clock_was_set_back(repository: Repository, now: datetime) -> None:
    """A year behind, numbers go on from the last ones."""
    before = _online(repository)[1]
    repository.renew(now=now - timedelta(days=365))

    assert before + 1 == _online(repository)[1]


def test_repository_of_an_older_release_goes_on(
    tmp_path: Path,
    pop_refresh: PopRefresh,
    reference_read: Callable[..., bytes | None],
    island_signer: Callable[..., SignIsland],
    now: datetime,
) -> None:
    """Its versions count from 1. The next change takes the clock's; our PoP and python-tuf follow."""
    repository, then = Repository(tmp_path / "older"), datetime.fromtimestamp(1, UTC)
    repository.init(now=then, tenants=["acme"])
    counted = _online(repository)
    follower = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    pop_refresh(repository.home, follower, then)
    repository.publish_island(DROP, island_signer(), now=now)
    pop_refresh(repository.home, follower, now)
    role = follower.role("acme")

    assert (2, 2) == counted
    assert _online(repository) == (int(now.timestamp()), int(now.timestamp()))
    assert role is not None
    assert 1 == role.islands["drop"].custom.revision
    assert b"answers 1" == reference_read(repository.home, DROP)


def test_copy_of_yesterday_is_above_its_fleet(
    repository: Repository, pop_refresh: PopRefresh, tmp_path: Path, now: datetime
) -> None:
    """A PoP that followed the home for a day takes what the restored copy signs."""
    follower = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    shutil.copytree(repository.home, tmp_path / "backup")
    for hour in range(24):
        repository.renew(now=now + timedelta(hours=hour))
    pop_refresh(repository.home, follower, now + timedelta(hours=23))
    restored = Repository(tmp_path / "backup")
    restored.renew(now=now + timedelta(hours=24))
    pop_refresh(restored.home, follower, now + timedelta(hours=24))

    assert follower.timestamp_expires == restored.state().timestamp.expires
