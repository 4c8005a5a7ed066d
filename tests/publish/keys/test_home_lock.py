"""The lock of a home: one writer at a time, and half-written files of a dead one are removed by the next."""

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
    """A home with a tenant's targets, in which a writer has finished."""
    (tmp_path / "repository" / "targets" / "acme").mkdir(parents=True)
    _write_something(tmp_path)
    return tmp_path


def _write_something(home: Path) -> None:
    with lock_home(home, keys=home / "keys"):
        pass


def _die_while_writing(home: Path) -> None:
    with lock_home(home, keys=home / "keys"):
        _leave_unfinished(home)
        raise DiedError


def _leave_unfinished(home: Path) -> Path:
    path = home / "repository" / "targets" / "acme" / ".unfinished-1-drop.island"
    path.write_bytes(b"half")
    return path


def test_half_written_file_of_a_dead_writer_is_removed(home: Path) -> None:
    """After a death, or any error, the lock has no boot id, so the next writer searches."""
    with pytest.raises(DiedError):
        _die_while_writing(home)
    (left,) = home.rglob(".unfinished-*")

    _write_something(home)
    assert not left.exists()


def test_writer_that_finished_causes_no_search(home: Path) -> None:
    """The next writer searches no folder."""
    left = _leave_unfinished(home)

    _write_something(home)
    assert left.exists()


@pytest.mark.parametrize("content", [b"", b"another boot\n", bytes(37)], ids=["empty", "another boot", "zeros"])
def test_restart_of_the_machine_causes_a_search(home: Path, content: bytes) -> None:
    """Any content but the id of this boot makes the next writer search, because writes may be lost."""
    left = _leave_unfinished(home)
    (home / "lock").write_bytes(content)

    _write_something(home)
    assert not left.exists()


def test_lock_that_cannot_be_taken(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a file system without locks the error is a `StorageError`, after which a serving publisher goes on."""

    def flock(_file: object, _operation: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", flock)

    with pytest.raises(StorageError, match=r"/lock: No locks available$"):
        _write_something(home)


def test_lock_that_cannot_be_opened(home: Path) -> None:
    """The text ends with the command that corrects the owner."""
    (home / "lock").unlink()
    (home / "lock").mkdir()

    with pytest.raises(ConfigError) as caught:
        _write_something(home)
    assert f"cannot open {home}/lock: Is a directory, make it yours with: sudo chown -R $USER {home}" == (
        caught.value.text
    )


def test_lock_is_for_its_owner(home: Path) -> None:
    """The lock file has mode 0600: a user who can open it could keep the lock and stop every publication."""
    (home / "lock").unlink()
    _write_something(home)

    assert 0o600 == stat.S_IMODE((home / "lock").stat().st_mode)
