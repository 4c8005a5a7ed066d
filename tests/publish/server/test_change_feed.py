"""The change feed follows the repository on disk."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from edge.errors import StorageError
from edge.publish.repository import Repository, SignedIsland
from edge.publish.server import ChangeFeed
from edge.publish.server.change_feed import TIMESTAMP_PATH
from edge.publish.signing import reissue_root
from edge.records import Bundle, IslandName
from edge.trust import Ed25519Key

DROP = IslandName("acme", "drop")

SignIsland = Callable[[int], SignedIsland]


@pytest.fixture
def changes(repository: Repository, island_signer: Callable[..., SignIsland], now: datetime) -> ChangeFeed:
    """A feed that has read a repository with one island."""
    repository.publish_island(DROP, island_signer(), now=now)
    changes = ChangeFeed(repository.home)
    changes.poll()
    return changes


def _shape(bundle: Bundle | None) -> list[str]:
    """Paths of the bundle's files, without hashes and without the snapshot's version, which follows the clock."""
    assert bundle is not None
    paths = ["metadata/N.snapshot.json" if path.endswith(".snapshot.json") else path for path in bundle.files]
    return [path if "targets/" not in path else "targets/…" + path.partition(".")[2] for path in paths]


def test_unchanged_repository(changes: ChangeFeed) -> None:
    """There is no bundle."""
    assert changes.poll() is None


def test_greeting_of_a_server_that_just_started(changes: ChangeFeed) -> None:
    """It has timestamp and snapshot only; a PoP has the rest, or fetches it."""
    assert [TIMESTAMP_PATH, "metadata/N.snapshot.json"] == _shape(changes.greeting)


def test_unfinished_root_is_ignored(repository: Repository) -> None:
    """Another process may be writing it."""
    (repository.metadata / ".unfinished-7-2.root.json").touch()

    assert [TIMESTAMP_PATH, "metadata/N.snapshot.json"] == _shape(ChangeFeed(repository.home).poll())


def test_roots_after_a_new_root_of_trust_are_pushed(changes: ChangeFeed, repository: Repository, now: datetime) -> None:
    """A new root of trust skips a version; the feed goes on after the gap."""
    key = Ed25519Key.from_raw(repository.keys.create("root-2").public)
    with repository.change(now) as change:
        reissue_root(change, [key], threshold=1)
    reissued = _shape(changes.poll())
    with repository.change(now) as change:
        change.touch("root")

    assert [TIMESTAMP_PATH, "metadata/3.root.json"] == reissued
    assert [TIMESTAMP_PATH, "metadata/4.root.json"] == _shape(changes.poll())


def test_new_timestamp_is_a_heartbeat(changes: ChangeFeed, repository: Repository, now: datetime) -> None:
    """Only the timestamp is sent, and the greeting gets it too."""
    repository.renew(now=now + timedelta(seconds=15))
    bundle = changes.poll()

    assert [TIMESTAMP_PATH] == _shape(bundle)
    assert changes.timestamp == (repository.metadata / "timestamp.json").read_bytes()
    assert changes.timestamp == changes.greeting.files[TIMESTAMP_PATH]


def test_published_island_is_complete(
    changes: ChangeFeed, repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """A PoP that is connected needs no further request; neither does one that connects later."""
    repository.publish_island(DROP, island_signer("new"), now=now)
    bundle = changes.poll()
    repository.renew(now=now + timedelta(seconds=15))
    changes.poll()

    expected = [TIMESTAMP_PATH, "metadata/N.snapshot.json", "metadata/3.acme.json", "targets/….drop.island"]
    # `_shape` drops the path up to the first dot, the hash included.
    assert expected == [path.replace("…drop", "….drop") for path in _shape(bundle)]
    assert bundle is not None
    assert b"new 2" in bundle.files.values()
    assert list(bundle.files) == list(changes.greeting.files)


def test_withdrawn_island(changes: ChangeFeed, repository: Repository, now: datetime) -> None:
    """The tenant's role is sent, without an island."""
    repository.withdraw(DROP, why="wrong price", now=now)

    assert [TIMESTAMP_PATH, "metadata/N.snapshot.json", "metadata/3.acme.json"] == _shape(changes.poll())


def test_added_tenant(changes: ChangeFeed, repository: Repository, now: datetime) -> None:
    """The delegation, the new role and the role's keys are sent."""
    repository.init(now=now, tenants=["bob"])

    metadata = [TIMESTAMP_PATH, "metadata/1.bob.json", "metadata/N.snapshot.json", "metadata/3.targets.json"]
    expected = [*metadata, "targets/…bob.json"]
    assert expected == _shape(changes.poll())


def test_changes_between_two_polls(
    changes: ChangeFeed, repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """Only the newest state is sent, with every island that is new in it."""
    tour = IslandName("acme", "tour")
    repository.publish_island(DROP, island_signer("new"), now=now)
    repository.publish_island(tour, island_signer("songs"), now=now)
    bundle = changes.poll()

    assert bundle is not None
    assert {b"new 2", b"songs 1"} <= set(bundle.files.values())
    assert "metadata/4.acme.json" in bundle.files
    assert "metadata/3.acme.json" not in bundle.files


def test_island_that_does_not_fit(
    repository: Repository, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """It is left out, and PoPs fetch it; metadata is sent."""
    repository.publish_island(DROP, island_signer(), now=now)
    changes = ChangeFeed(repository.home, max_bundle_bytes=5_000)
    changes.poll()
    repository.publish_island(DROP, island_signer("x" * 5_000), now=now)

    assert [TIMESTAMP_PATH, "metadata/N.snapshot.json", "metadata/3.acme.json"] == _shape(changes.poll())


def test_unreadable_repository(changes: ChangeFeed, repository: Repository, now: datetime) -> None:
    """Every poll raises, and the state before stays; the first poll after the repair succeeds."""
    before = changes.timestamp
    path = repository.metadata / "timestamp.json"
    good = path.read_bytes()
    path.write_bytes(good[:100])
    for _ in range(2):
        with pytest.raises(StorageError, match=r"^repository in .*/repository cannot be read: "):
            changes.poll()

    assert before == changes.timestamp
    path.write_bytes(good)
    repository.renew(now=now)
    assert [TIMESTAMP_PATH] == _shape(changes.poll())
