"""`edge.store.files.home`: names and modes of files in the state directory."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import ConfigError, StorageError
from edge.store.files import Home
from tests.store.mounted import fill, mounted


def test_folder_set_aside_thrice_in_a_second(state: Path) -> None:
    """Each gets its own name, numbered from 2."""
    home, when = Home(state, "store"), datetime(2026, 9, 1, 12, tzinfo=UTC)
    names = []
    for _ in range(3):
        home.ensure(lambda folder: (folder / "file").touch())
        names.append(home.set_aside(when).name)
    home.close()

    stem = "store.damaged-20260901T120000Z"
    assert [stem, f"{stem}-2", f"{stem}-3"] == names


def test_store_and_its_files_are_for_their_owner(state: Path) -> None:
    """The folder gets 0700 and the files 0600, even if the folder was open to others."""
    home = Home(state, "store")
    home.ensure(lambda folder: (folder / "file").touch(mode=0o644))
    (state / "store").chmod(0o755)
    home.ensure(Path.rmdir)
    home.close()

    assert [0o700, 0o600, 0o600] == [
        path.stat().st_mode & 0o777 for path in (state / "store", state / "store" / "file", state / "store.lock")
    ]


def test_lock_names_its_process(state: Path) -> None:
    """Closing releases the lock. It may be repeated."""
    first = Home(state, "store")
    with pytest.raises(ConfigError, match=r"is in use by process [0-9]+, expected one"):
        Home(state, "store")
    first.close()
    first.close()

    Home(state, "store").close()


def test_copy_for_which_there_is_no_room(tmp_path: Path) -> None:
    """Nothing stays of it, so that the disk is no fuller than before."""
    with mounted(tmp_path / "disk") as disk:
        home = Home(disk, "store")
        home.ensure(lambda folder: (folder / "file").touch())
        (disk / "store" / "file").write_bytes(bytes(1_000_000))
        fill(disk, leave_bytes=500_000)
        before = sorted(disk.iterdir())
        with pytest.raises(StorageError):
            home.copy_aside()
        home.close()

        assert before == sorted(disk.iterdir())
