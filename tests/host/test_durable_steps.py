"""`edge.host.durable`: files that are whole or absent, with the modes that they should have."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from edge.errors import StorageError
from edge.host import (
    clear_unfinished,
    create_private,
    is_unfinished,
    make_folder,
    replace_file,
    replace_private,
    storage_errors,
    sync_folder,
)


def mode(path: Path) -> int:
    """Who may read and write it."""
    return path.stat().st_mode & 0o777


@pytest.fixture(autouse=True)
def usual_umask() -> Iterator[None]:
    """What others may not write, they may read."""
    before = os.umask(0o022)
    yield
    os.umask(before)


WRITERS: dict[str, tuple[Callable[[Path, bytes], None], int]] = {
    "replaced for everybody to read": (replace_file, 0o644),
    "replaced for the owner alone": (replace_private, 0o600),
    "made for the owner alone": (create_private, 0o600),
}


@pytest.mark.parametrize(("write", "expected"), WRITERS.values(), ids=WRITERS.keys())
def test_file_is_there_whole_and_alone(tmp_path: Path, write: Callable[[Path, bytes], None], expected: int) -> None:
    """Its content, its mode, and no temporary file."""
    write(tmp_path / "file", b"content")

    assert (b"content", expected) == ((tmp_path / "file").read_bytes(), mode(tmp_path / "file"))
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


@pytest.mark.parametrize(("write", "expected"), [(replace_file, 0o644), (replace_private, 0o600)])
def test_new_content_brings_its_own_mode(tmp_path: Path, write: Callable[[Path, bytes], None], expected: int) -> None:
    """The mode of the old file does not count."""
    (tmp_path / "file").write_bytes(b"old")
    (tmp_path / "file").chmod(0o640)
    write(tmp_path / "file", b"new")

    assert (b"new", expected) == ((tmp_path / "file").read_bytes(), mode(tmp_path / "file"))


def test_file_that_exists_is_not_made_again(tmp_path: Path) -> None:
    """It keeps what it holds, and no other file is left."""
    create_private(tmp_path / "file", b"first")
    with pytest.raises(StorageError) as caught:
        create_private(tmp_path / "file", b"second")

    assert f"cannot write {tmp_path / 'file'}: File exists" == caught.value.text
    assert [b"first"] == [path.read_bytes() for path in tmp_path.iterdir()]


def test_writer_that_stops_before_the_rename_changes_nothing(tmp_path: Path) -> None:
    """What it left is known by its name, and removed later."""
    (tmp_path / "file").write_bytes(b"old")

    def stop(step: str) -> None:
        assert "file written" == step
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        replace_file(tmp_path / "file", b"new", on_step=stop)

    assert b"old" == (tmp_path / "file").read_bytes()
    assert [False, True] == sorted(is_unfinished(path.name) for path in tmp_path.iterdir())
    clear_unfinished(tmp_path)
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


def test_steps_are_told_in_order(tmp_path: Path) -> None:
    """Between them a test may stop."""
    steps: list[str] = []
    replace_file(tmp_path / "file", b"", on_step=steps.append)

    assert ["file written", "file renamed"] == steps


def test_what_a_dead_writer_of_the_same_number_left_is_no_obstacle(tmp_path: Path) -> None:
    """Process numbers come again."""
    (tmp_path / f".unfinished-{os.getpid()}-file").write_bytes(b"half")
    replace_file(tmp_path / "file", b"whole")

    assert [b"whole"] == [path.read_bytes() for path in tmp_path.iterdir()]


def test_folder(tmp_path: Path) -> None:
    """Made with its mode unless it is there; its parent must be."""
    make_folder(tmp_path / "usual")
    make_folder(tmp_path / "private", mode=0o700)
    make_folder(tmp_path / "private")

    assert [0o755, 0o700] == [mode(tmp_path / name) for name in ("usual", "private")]
    with pytest.raises(StorageError, match=r"none/folder: No such file or directory$"):
        make_folder(tmp_path / "none" / "folder")


def test_clearing_what_is_no_folder(tmp_path: Path) -> None:
    """There is nothing to clear."""
    (tmp_path / "file").touch()
    clear_unfinished(tmp_path / "none")
    clear_unfinished(tmp_path / "file")

    assert (tmp_path / "file").exists()


def test_clearing_what_another_has_just_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is gone when its turn comes is cleared."""
    monkeypatch.setattr(os, "listdir", lambda _folder: [".unfinished-1-gone", ".unfinished-1-there"])
    (tmp_path / ".unfinished-1-there").touch()
    clear_unfinished(tmp_path)

    assert not (tmp_path / ".unfinished-1-there").exists()


def test_syncing_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """The operating system's words, with the path."""
    with pytest.raises(StorageError) as caught:
        sync_folder(tmp_path / "none")

    assert f"cannot write {tmp_path / 'none'}: No such file or directory" == caught.value.text


def test_other_errors_pass(tmp_path: Path) -> None:
    """Only the system's become ours."""
    with pytest.raises(KeyError), storage_errors(tmp_path):
        raise KeyError
