"""One writer at a time, and what a dead one left behind is found by the next."""

import errno
import fcntl
import os
import stat
from pathlib import Path

import pytest

from edge.errors import ConfigError, StorageError
from edge.publish.keys import lock_home
from tests.dying import DiedError


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a tenant's targets, in which somebody wrote well."""
    (tmp_path / "repository" / "targets" / "acme").mkdir(parents=True)
    _take_turn(tmp_path)
    return tmp_path


def _take_turn(home: Path) -> None:
    with lock_home(home, keys=home / "keys"):
        pass


def _die_in_a_turn(home: Path) -> None:
    with lock_home(home, keys=home / "keys"):
        _leave_unfinished(home)
        raise DiedError


def _leave_unfinished(home: Path) -> Path:
    path = home / "repository" / "targets" / "acme" / ".unfinished-1-drop.island"
    path.write_bytes(b"half")
    return path


def test_what_a_dead_writer_left_is_removed(home: Path) -> None:
    """Death, or any error, leaves the lock without its word."""
    with pytest.raises(DiedError):
        _die_in_a_turn(home)
    (left,) = home.rglob(".unfinished-*")

    _take_turn(home)
    assert not left.exists()


def test_nothing_is_looked_for_after_a_turn_that_ended_well(home: Path) -> None:
    """No folder is read, however many there are."""
    left = _leave_unfinished(home)

    _take_turn(home)
    assert left.exists()


@pytest.mark.parametrize("content", [b"", b"another boot\n", bytes(37)], ids=["empty", "another boot", "zeros"])
def test_everything_is_looked_at_after_the_machine_stopped(home: Path, content: bytes) -> None:
    """What was not synced may be gone, the lock's word too; it names the boot in which it was written."""
    left = _leave_unfinished(home)
    (home / "lock").write_bytes(content)

    _take_turn(home)
    assert not left.exists()


def test_lock_that_cannot_be_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system without locks, say: nothing is changed, and a publisher that serves goes on."""

    def flock(_file: object, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)

    with pytest.raises(StorageError, match=r"/lock: No locks available$"):
        _take_turn(home)


def test_lock_that_cannot_be_opened(home: Path) -> None:
    """The operator is told what to run."""
    (home / "lock").unlink()
    (home / "lock").mkdir()

    with pytest.raises(ConfigError) as caught:
        _take_turn(home)
    assert f"cannot open {home}/lock: Is a directory, make it yours with: sudo chown -R $USER {home}" == (
        caught.value.text
    )


def test_lock_is_for_its_owner(home: Path) -> None:
    """The lock file has mode 0600: anybody who could open it could hold the lock and stop every publication."""
    (home / "lock").unlink()
    _take_turn(home)

    assert 0o600 == stat.S_IMODE((home / "lock").stat().st_mode)
