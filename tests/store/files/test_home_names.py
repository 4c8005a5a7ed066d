"""`edge.store.files.home` and `.pop_key`: names, modes and numbers of what lies in the state directory."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.store.files import Home
from edge.store.secrets import open_pop_identity


def test_folder_set_aside_thrice_in_a_second(state: Path) -> None:
    """Each has a name of its own, counted from two."""
    home, when = Home(state, "store"), datetime(2026, 9, 1, 12, tzinfo=UTC)
    names = []
    for _ in range(3):
        home.ensure(lambda folder: (folder / "file").touch())
        names.append(home.set_aside(when).name)
    home.close()

    stem = "store.damaged-20260901T120000Z"
    assert [stem, f"{stem}-2", f"{stem}-3"] == names


def test_store_and_its_files_are_for_their_owner(state: Path) -> None:
    """The folder 0700, the files 0600, also where somebody had opened the folder."""
    home = Home(state, "store")
    home.ensure(lambda folder: (folder / "file").touch(mode=0o644))
    (state / "store").chmod(0o755)
    home.ensure(Path.rmdir)
    home.close()

    assert [0o700, 0o600, 0o600] == [
        path.stat().st_mode & 0o777 for path in (state / "store", state / "store" / "file", state / "store.lock")
    ]


def test_lock_names_who_holds_it(state: Path) -> None:
    """Closing twice is fine, and frees it."""
    first = Home(state, "store")
    with pytest.raises(ConfigError, match=r"is in use by process [0-9]+, expected one"):
        Home(state, "store")
    first.close()
    first.close()

    Home(state, "store").close()


def test_run_counts_on_from_a_number_of_the_future(tmp_path: Path) -> None:
    """A clock that was a year ahead leaves the number one above it."""
    later = datetime(2027, 9, 1, tzinfo=UTC)
    first = open_pop_identity(tmp_path, now=later).run

    assert int(later.timestamp() * 1000) == first
    assert [first + 1, first + 2] == [
        open_pop_identity(tmp_path, now=datetime(2026, 9, 1, tzinfo=UTC)).run for _ in range(2)
    ]
    assert [0o600, 0o644] == [(tmp_path / name).stat().st_mode & 0o777 for name in ("status.run", "status.pub")]


def test_public_half_of_another_key_is_replaced(tmp_path: Path) -> None:
    """The file for the publisher always goes with the key."""
    when = datetime(2026, 9, 1, tzinfo=UTC)
    public = open_pop_identity(tmp_path, now=when).signer.public
    (tmp_path / "status.pub").write_text("of another key\n")
    open_pop_identity(tmp_path, now=when)

    assert f"{public.hex()}\n" == (tmp_path / "status.pub").read_text()


def test_first_run_of_a_clock_that_begins_in_1970_is_number_one(tmp_path: Path) -> None:
    """As on a board without a battery; each later start still counts on."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)

    assert [1, 2] == [open_pop_identity(tmp_path, now=epoch).run for _ in range(2)]
