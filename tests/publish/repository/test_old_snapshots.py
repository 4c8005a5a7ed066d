"""Old snapshots are deleted; what a client may still ask for stays."""

import errno
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from edge.errors import StorageError
from edge.publish.repository import Repository, SignedIsland, remove_old_snapshots
from edge.records import IslandName
from edge.trust import TrustedMetadata
from tests.dying import DiedError, dying_after

DROP = IslandName("acme", "drop")

SignIsland = Callable[[int], SignedIsland]


def snapshots(repository: Repository) -> list[int]:
    """The versions of the snapshots on disk."""
    return sorted(int(path.name.partition(".")[0]) for path in repository.metadata.glob("*.snapshot.json"))


@pytest.fixture
def later(now: datetime) -> datetime:
    """When the last change is made."""
    return now + timedelta(minutes=90)


@pytest.fixture
def used(repository: Repository, island_signer: Callable[..., SignIsland], now: datetime) -> Repository:
    """A repository with a change every ten minutes, the last of them at `later`."""
    for path in repository.metadata.glob("*.snapshot.json"):
        os.utime(path, (now.timestamp(), now.timestamp()))
    for minutes in range(10, 91, 10):
        moment = now + timedelta(minutes=minutes)
        repository.publish_island(DROP, island_signer("new"), now=moment)
        written = repository.metadata / f"{repository.state().snapshot.version}.snapshot.json"
        os.utime(written, (moment.timestamp(), moment.timestamp()))
    return repository


def test_snapshots_that_were_replaced_an_hour_ago(used: Repository, later: datetime) -> None:
    """A snapshot that was in force within the last hour stays, also if it was written before."""
    before = snapshots(used)

    removed = remove_old_snapshots(used, now=later)

    # That of 70 minutes ago was replaced 60 minutes ago.
    assert before[removed:] == snapshots(used)
    assert [round((later.timestamp() - version) / 60) for version in snapshots(used)] == [70, 60, 50, 40, 30, 20, 10, 0]
    assert remove_old_snapshots(used, now=later) == 0


def test_last_snapshots_stay(used: Repository, later: datetime) -> None:
    """A repository that rests for a year keeps four."""
    before = snapshots(used)

    remove_old_snapshots(used, now=later + timedelta(days=365))

    assert before[-4:] == snapshots(used)


def test_number_above_the_clock_stays_used(used: Repository, later: datetime) -> None:
    """Who stole a key may have driven versions up. Such a number is never given again."""
    planted = used.metadata / "9999999999.snapshot.json"
    planted.write_bytes(b"{}")

    remove_old_snapshots(used, now=later + timedelta(days=365))

    assert planted.exists()


def test_everything_else_stays(used: Repository, later: datetime) -> None:
    """Roots, roles and islands: a rollback goes back to them."""
    before = {path for path in used.folder.rglob("*") if not path.name.endswith(".snapshot.json")}

    remove_old_snapshots(used, now=later + timedelta(days=365))

    assert before == {path for path in used.folder.rglob("*") if not path.name.endswith(".snapshot.json")}


def test_death_between_every_two_deletions(
    used: Repository,
    later: datetime,
    reference_read: Callable[[Path, IslandName], bytes | None],
    pop_refresh: Callable[[Path, TrustedMetadata, datetime], None],
) -> None:
    """New clients and a PoP find the state in force after each death, and the next run ends the work."""
    before, island = snapshots(used), reference_read(used.home, DROP)
    follower = TrustedMetadata.start({}, used.root_copy.read_bytes())
    deaths = 0
    while deaths < len(before):
        try:
            remove_old_snapshots(used, now=later, on_step=dying_after(0))
            break
        except DiedError:
            deaths += 1
        pop_refresh(used.home, follower, later)

        assert before[deaths:] == snapshots(used)
        assert reference_read(used.home, DROP) == island

    assert deaths == len(before) - 8


def test_file_that_cannot_be_deleted(used: Repository, later: datetime) -> None:
    """The error names the file."""
    first = used.metadata / f"{snapshots(used)[0]}.snapshot.json"
    first.unlink()
    first.mkdir()

    with pytest.raises(StorageError, match=f"cannot write {first}"):
        remove_old_snapshots(used, now=later)


def test_folder_that_cannot_be_listed(used: Repository, later: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error names it, and is one that the publisher's server survives."""

    def fail(_path: Path) -> NoReturn:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "iterdir", fail)
    with pytest.raises(StorageError, match=f"cannot list {used.metadata}: Input/output error"):
        remove_old_snapshots(used, now=later)
