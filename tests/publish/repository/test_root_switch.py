"""Changes of root: interrupted ones are completed, and they bring down versions that a thief drove up."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edge.errors import RefusedError, StorageError
from edge.publish.repository import Repository, SignedIsland
from edge.publish.signing import replace_online_keys, set_keys
from edge.records import IslandName
from edge.trust import Ed25519Key, TrustedMetadata
from tests.dying import DiedError, dying_after

DROP = IslandName("acme", "drop")

PopRefresh = Callable[[Path, TrustedMetadata, datetime], None]
SignIsland = Callable[[int], SignedIsland]


def _fresh_key(repository: Repository, role: str) -> Ed25519Key:
    return Ed25519Key.from_raw(repository.keys.create_next(role).public)


def _rotate_online(repository: Repository, now: datetime, *roles: str) -> None:
    with repository.change(now) as change:
        replace_online_keys(change, {role: _fresh_key(repository, role) for role in roles})


def test_death_between_every_two_steps_of_a_new_root(
    repository: Repository, pop_refresh: PopRefresh, now: datetime
) -> None:
    """The next renewal completes the change: root and timestamp belong together, and a PoP follows."""
    follower = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    deaths, survived, versions = 0, False, set()
    while not survived:
        try:
            _rotate_online(Repository(repository.home, on_step=dying_after(deaths)), now, "timestamp")
            survived = True
        except DiedError:
            deaths += 1
        Repository(repository.home).renew(now=now)
        pop_refresh(repository.home, follower, now)
        versions.add(follower.root_version)
        assert repository.state().root.version == follower.root_version

    assert deaths >= 8
    assert len(versions) > 2
    assert [] == list(repository.home.glob("next.*"))


def test_state_is_read_in_the_middle_of_a_new_root(repository: Repository, now: datetime) -> None:
    """A reader completes an interrupted change before it reads."""

    def step(name: str) -> None:
        if name == "root synced":
            raise DiedError

    with pytest.raises(DiedError):
        _rotate_online(Repository(repository.home, on_step=step), now, "timestamp")

    assert 2 == repository.state().root.version


def test_online_keys_stolen_and_versions_driven_up(
    repository: Repository, pop_refresh: PopRefresh, island_signer: Callable[..., SignIsland], now: datetime
) -> None:
    """With both keys new, a PoP that accepted huge versions accepts honest ones again, and the next island."""
    repository.publish_island(DROP, island_signer(), now=now)
    follower = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    with repository.change(now) as change:
        for role in ("snapshot", "timestamp"):
            change.touch(role)
            change.state.signed(role).version = 10**12
    pop_refresh(repository.home, follower, now)
    _rotate_online(repository, now, "snapshot", "timestamp")
    pop_refresh(repository.home, follower, now)
    state = repository.state()
    repository.publish_island(DROP, island_signer(), now=now)
    pop_refresh(repository.home, follower, now)
    acme = follower.role("acme")

    assert state.snapshot.version < 10**12
    assert state.timestamp.version < 10**12
    assert acme is not None
    assert 2 == acme.islands["drop"].custom.revision


@pytest.mark.parametrize("alone", ["snapshot", "timestamp"])
def test_one_online_key_alone_cannot_bring_versions_down(
    repository: Repository, pop_refresh: PopRefresh, now: datetime, alone: str
) -> None:
    """With only one new key the versions do not go down, and a PoP goes on from the huge ones."""
    follower = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    with repository.change(now) as change:
        for role in ("snapshot", "timestamp"):
            change.touch(role)
            change.state.signed(role).version = 10**12
    pop_refresh(repository.home, follower, now)
    _rotate_online(repository, now, alone)
    pop_refresh(repository.home, follower, now)

    assert repository.state().timestamp.version > 10**12


def test_rotation_takes_a_snapshot_version_that_was_never_used(repository: Repository, now: datetime) -> None:
    """No file that a PoP or a cache may have is replaced, even if several changes are made within a second."""
    before = {path.name for path in repository.metadata.glob("*.snapshot.json")}
    _rotate_online(repository, now, "snapshot", "timestamp")

    assert f"{repository.state().snapshot.version}.snapshot.json" not in before


def test_root_is_renewed_at_half_its_life(repository: Repository, pop_refresh: PopRefresh, now: datetime) -> None:
    """If the root's keys are in the home, a renewal signs the root, too."""
    later = now + timedelta(days=200)
    follower = TrustedMetadata.start({}, repository.root_copy.read_bytes())
    renewed = repository.renew(now=later)
    pop_refresh(repository.home, follower, later)

    assert "root" in renewed
    assert 2 == follower.root_version


def test_waiting_timestamp_that_cannot_be_read(repository: Repository, now: datetime) -> None:
    """It is a `StorageError`, which a serving publisher logs before it goes on."""
    (repository.home / "next.1.timestamp.json").mkdir()

    with pytest.raises(StorageError, match=r"next.1.timestamp.json: Is a directory$"):
        repository.renew(now=now)


def test_planted_root_is_not_believed(repository: Repository, now: datetime) -> None:
    """An intruder who writes a root file into the repository gets an error from the next change, not a signature."""
    document = json.loads((repository.metadata / "1.root.json").read_text())
    document["signed"]["version"] = 2
    (repository.metadata / "2.root.json").write_text(json.dumps(document))

    with pytest.raises(StorageError, match=r"is damaged: role 'root' version 2 carries 0 valid signatures"):
        repository.renew(now=now)


def test_threshold_above_the_keys(repository: Repository, now: datetime) -> None:
    """A root is refused if it has too few keys to ever be signed again."""
    with (
        pytest.raises(RefusedError, match=r"^threshold of role 'root' is 2, expected 1 to 1, its number of keys$"),
        repository.change(now) as change,
    ):
        set_keys(change, "root", [_fresh_key(repository, "root-9")], threshold=2)
