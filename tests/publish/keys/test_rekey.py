"""A new passphrase for a folder of keys, also when the change is interrupted."""

import fcntl
from pathlib import Path

import pytest
from nacl.pwhash import argon2id

from edge.errors import ConfigError, StorageError
from edge.publish.keys import KeyStore, Passphrase, change_passphrase
from tests.dying import DiedError, dying_after

ROLES = ("root-1", "tenant.acme", "timestamp")
OLD, NEW, THIRD = (
    Passphrase(text * 12, operations=argon2id.OPSLIMIT_MIN, memory_bytes=argon2id.MEMLIMIT_MIN)
    for text in (b"o", b"n", b"t")
)
"""Argon2id at its least cost."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Three keys under the old passphrase."""
    keys = KeyStore(tmp_path / "keys", passphrase=OLD)
    for role in ROLES:
        keys.create(role)
    return keys.folder


def opened(folder: Path, passphrase: Passphrase) -> list[bytes]:
    """The public halves of the keys that a passphrase opens."""
    found = []
    for role in ROLES:
        try:
            found.append(KeyStore(folder, passphrase=passphrase).load(role).public)
        except ConfigError:
            continue
    return found


def test_new_passphrase_opens_every_key_and_the_old_one_none(folder: Path) -> None:
    """The keys stay the same, and the folder has no other files."""
    before = opened(folder, OLD)
    changed = change_passphrase(folder, OLD, NEW)

    assert ROLES == changed
    assert (before, []) == (opened(folder, NEW), opened(folder, OLD))
    assert [f"{role}.json" for role in ROLES] == sorted(path.name for path in folder.iterdir())
    assert () == change_passphrase(folder, OLD, NEW)


@pytest.mark.parametrize("deaths", range(2 * len(ROLES)))
def test_death_between_every_two_steps(folder: Path, deaths: int) -> None:
    """After each death one of the two opens every key, and the same call completes the change."""
    before = opened(folder, OLD)
    with pytest.raises(DiedError):
        change_passphrase(folder, OLD, NEW, on_step=dying_after(deaths))
    assert before in (opened(folder, OLD), opened(folder, NEW))

    change_passphrase(folder, OLD, NEW)
    assert (before, []) == (opened(folder, NEW), opened(folder, OLD))


@pytest.mark.parametrize("deaths", range(2 * len(ROLES)))
def test_change_of_mind_in_the_middle(folder: Path, deaths: int) -> None:
    """After an interrupted change the passphrase that opens all keys can be changed to a third one."""
    before = opened(folder, OLD)
    with pytest.raises(DiedError):
        change_passphrase(folder, OLD, NEW, on_step=dying_after(deaths))
    known = OLD if opened(folder, OLD) == before else NEW
    change_passphrase(folder, known, THIRD)

    assert (before, [], []) == (opened(folder, THIRD), opened(folder, OLD), opened(folder, NEW))


def test_death_while_a_file_is_written(folder: Path) -> None:
    """A half-written file is never read as a key, and the next change removes it."""
    before = opened(folder, OLD)
    (folder / ".unfinished-7-timestamp.json").write_bytes((folder / "timestamp.json").read_bytes()[:100])
    assert ROLES == KeyStore(folder, passphrase=OLD).names()

    assert ROLES == change_passphrase(folder, OLD, NEW)
    assert (before, []) == (opened(folder, NEW), opened(folder, OLD))
    assert [f"{role}.json" for role in ROLES] == sorted(path.name for path in folder.iterdir())


def test_publishers_keys_are_changed_under_the_lock(folder: Path) -> None:
    """The home is locked meanwhile. A holder's folder has no lock, and gets none."""
    change_passphrase(folder, OLD, NEW)
    assert not (folder.parent / "lock").exists()

    (folder.parent / "repository").mkdir()

    def step(_name: str) -> None:
        with (folder.parent / "lock").open("rb") as lock, pytest.raises(BlockingIOError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)

    assert ROLES == change_passphrase(folder, NEW, OLD, on_step=step)


def test_wrong_passphrase_changes_nothing(folder: Path) -> None:
    """No file is written, even if the passphrase opens all keys but one."""
    KeyStore(folder, passphrase=THIRD).create("targets")
    before = {path: path.read_bytes() for path in folder.iterdir()}

    with pytest.raises(ConfigError) as caught:
        change_passphrase(folder, OLD, NEW)
    assert before == {path: path.read_bytes() for path in folder.iterdir()}
    assert caught.value.text == (
        f"{folder}/targets.json: neither the old nor the new passphrase opens the key, nothing was changed;"
        " name the old one's file with: --passphrase-file FILE"
    )


def test_plain_key_stays_plain(folder: Path) -> None:
    """A change of passphrase does not encrypt plain keys."""
    (folder / "timestamp.json").unlink()
    KeyStore(folder).create("timestamp")
    plain = (folder / "timestamp.json").read_bytes()

    assert ROLES[:2] == change_passphrase(folder, OLD, NEW)
    assert plain == (folder / "timestamp.json").read_bytes()


def test_damaged_key_changes_nothing(folder: Path) -> None:
    """The operator restores a copy before the passphrase can be changed."""
    path = folder / "targets.json"
    path.write_bytes(b"{")

    with pytest.raises(StorageError, match=r"targets.json is damaged, restore it from a copy$"):
        change_passphrase(folder, OLD, NEW)
    assert 3 == len(opened(folder, OLD))


def test_publisher_goes_on_while_keys_are_encrypted_twice(folder: Path) -> None:
    """A publisher that knows the old passphrase can still read its keys for each signature."""
    keys = KeyStore(folder, passphrase=OLD)
    before = keys.load("timestamp").public
    with pytest.raises(DiedError):
        change_passphrase(folder, OLD, NEW, on_step=dying_after(len(ROLES) - 1))

    assert before == keys.load("timestamp").public
