"""Atomic, durable files: on a disk that works, on a disk that fails, and after a writer that died."""

import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from edge.errors import StorageError
from edge.host import (
    clear_unfinished,
    create_private,
    is_unfinished,
    make_folder,
    replace_file,
    replace_private,
    stage_files,
    storage_errors,
    sync_folder,
    sync_folders,
)


class Disk:
    """Records calls of the operating system, and fails one kind of them before or after its effect."""

    ACTS = ("fsync", "rename", "link", "unlink", "mkdir")

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.acts: list[str] = []
        self.fails: str | None = None
        self.persisted = False
        for act in self.ACTS:
            monkeypatch.setattr(os, act, self._recorded(act, getattr(os, act)))

    def _recorded(self, act: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def recorded(*arguments: Any, **options: Any) -> Any:
            if self.fails == act and not self.persisted:
                raise OSError(5, "Input/output error")
            result = real(*arguments, **options)
            self.acts.append(_named(act, arguments))
            if self.fails == act:
                raise OSError(5, "Input/output error")
            return result

        return recorded


def _named(act: str, arguments: tuple[Any, ...]) -> str:
    if act == "fsync":
        return f"sync {'folder' if stat.S_ISDIR(os.fstat(arguments[0]).st_mode) else 'file'}"
    return act


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    """The disk of a test."""
    return Disk(monkeypatch)


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _replace_durably(path: Path, content: bytes) -> None:
    replace_file(path, content)
    sync_folder(path.parent)


WRITERS: dict[str, Callable[[Path, bytes], None]] = {
    "replace_file": _replace_durably,
    "replace_private": replace_private,
    "create_private": create_private,
}
MODES = {"replace_file": 0o644, "replace_private": 0o600, "create_private": 0o600}
ORDER = {
    "replace_file": ["sync file", "rename", "sync folder"],
    "replace_private": ["sync file", "rename", "sync folder"],
    "create_private": ["sync file", "link", "unlink", "sync folder"],
}


@pytest.mark.parametrize("name", WRITERS)
def test_file_is_complete_and_durable(tmp_path: Path, disk: Disk, name: str) -> None:
    """The content is synced before the file gets its name, and the name afterwards. No other file is left."""
    before = os.umask(0)
    try:
        WRITERS[name](tmp_path / "file", b"content")
    finally:
        os.umask(before)

    assert (b"content", MODES[name]) == ((tmp_path / "file").read_bytes(), _mode(tmp_path / "file"))
    assert ORDER[name] == disk.acts
    assert ["file"] == _names(tmp_path)


@pytest.mark.parametrize("name", ["replace_file", "replace_private"])
def test_file_that_is_replaced(tmp_path: Path, name: str) -> None:
    """The old content is gone, and so is the old mode."""
    (tmp_path / "file").write_bytes(b"something longer than what comes")
    (tmp_path / "file").chmod(0o666)
    before = os.umask(0o022)
    try:
        WRITERS[name](tmp_path / "file", b"new")
    finally:
        os.umask(before)

    assert (b"new", MODES[name]) == ((tmp_path / "file").read_bytes(), _mode(tmp_path / "file"))


def test_private_file_that_exists(tmp_path: Path) -> None:
    """An existing key is never overwritten."""
    path = tmp_path / "key"
    create_private(path, b"old")

    with pytest.raises(StorageError) as caught:
        create_private(path, b"new")
    assert f"cannot write {path}: File exists" == caught.value.text
    assert (b"old", ["key"]) == (path.read_bytes(), _names(tmp_path))


def test_files_that_are_synced_together(tmp_path: Path, disk: Disk) -> None:
    """All of them are durable before the first gets its name. They come in their order, and so do the steps."""
    paths = [tmp_path / name for name in ("b", "a")]
    paths[0].write_bytes(b"old")
    steps: list[str] = []
    staged = stage_files({path: f"new {path.name}".encode() for path in paths}, on_step=steps.append)
    before = [path.read_bytes() if path.exists() else None for path in paths]
    for file in staged:
        file.put_in_place(on_step=steps.append)
    sync_folders([tmp_path, tmp_path.parent])

    assert [b"old", None] == before
    assert [b"new b", b"new a"] == [path.read_bytes() for path in paths]
    assert ["sync file", "sync file", "rename", "rename", "sync folder", "sync folder"] == disk.acts
    assert ["b written", "a written", "b renamed", "a renamed"] == steps
    assert ["a", "b"] == _names(tmp_path)


def test_one_file_of_several_that_cannot_be_written(tmp_path: Path) -> None:
    """The writer raises, and no file has its name."""
    for names in (("a", "none/b", "c"), ("none/b", "a", "c")):
        with pytest.raises(StorageError, match=r"^cannot write .*/none/b: No such file or directory$"):
            stage_files({tmp_path / name: b"content" for name in names})
        # All have ended: none of them appears later.
        assert [".unfinished-"] * 2 == [name[:12] for name in _names(tmp_path)]
        clear_unfinished(tmp_path)

        assert [] == _names(tmp_path)


def test_one_folder_of_several_that_cannot_be_synced(tmp_path: Path) -> None:
    """It raises: after a power cut names may be gone. Without any folder there is nothing to do."""
    for folders in ([tmp_path, tmp_path / "none"], [tmp_path / "none", tmp_path]):
        with pytest.raises(StorageError, match=r"^cannot write .*/none: No such file or directory$"):
            sync_folders(folders)
    sync_folders([])


class Fault(NamedTuple):
    """A writer, which of its calls fails, whether the call had its effect, and the content of the file afterwards."""

    name: str
    act: str
    persisted: bool
    left: bytes | None


FAULTS = {
    "replace_file, the content is not synced": Fault("replace_file", "fsync", False, b"old"),
    "replace_file, no rename": Fault("replace_file", "rename", False, b"old"),
    "replace_file, a rename that happened": Fault("replace_file", "rename", True, b"new"),
    "replace_private, the content is not synced": Fault("replace_private", "fsync", False, b"old"),
    "replace_private, no rename": Fault("replace_private", "rename", False, b"old"),
    "replace_private, a rename that happened": Fault("replace_private", "rename", True, b"new"),
    "create_private, the content is not synced": Fault("create_private", "fsync", False, None),
    "create_private, no link": Fault("create_private", "link", False, None),
    "create_private, a link that happened": Fault("create_private", "link", True, b"new"),
    "create_private, an unlink that happened": Fault("create_private", "unlink", True, b"new"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_disk_that_fails(tmp_path: Path, disk: Disk, fault: Fault) -> None:
    """The writer raises; the file has its old or its new content, complete; the next write succeeds."""
    path = tmp_path / "file"
    if fault.name != "create_private":
        path.write_bytes(b"old")
    disk.fails, disk.persisted = fault.act, fault.persisted
    with pytest.raises(StorageError, match=r"^cannot write .*: Input/output error$"):
        WRITERS[fault.name](path, b"new")

    assert fault.left == (path.read_bytes() if path.exists() else None)
    disk.fails = None
    clear_unfinished(tmp_path)
    assert [path.name] * path.exists() == _names(tmp_path)
    replace_private(path, b"newer")
    assert b"newer" == path.read_bytes()


@pytest.mark.parametrize("persisted", [False, True])
def test_folder_that_cannot_be_synced(tmp_path: Path, disk: Disk, persisted: bool) -> None:
    """It raises: after a power cut the name may be gone."""
    disk.fails, disk.persisted = "fsync", persisted
    with pytest.raises(StorageError) as caught:
        sync_folder(tmp_path)

    assert f"cannot write {tmp_path}: Input/output error" == caught.value.text


@pytest.mark.parametrize("name", ["replace_private", "create_private"])
def test_private_file_in_a_folder_that_cannot_be_synced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The file is there and complete, but the writer raises: it may be gone after a power cut."""
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(5, "Input/output error")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(StorageError, match=r"Input/output error$"):
        WRITERS[name](tmp_path / "file", b"new")

    assert ["file"] == _names(tmp_path)


def test_descriptor_of_a_folder_is_closed(tmp_path: Path, disk: Disk) -> None:
    """It is closed even if syncing failed, because a publisher runs for years."""
    before = len(_names(Path("/proc/self/fd")))
    sync_folder(tmp_path)
    disk.fails = "fsync"
    with pytest.raises(StorageError):
        sync_folder(tmp_path)

    assert before == len(_names(Path("/proc/self/fd")))


def test_folder_that_is_missing(tmp_path: Path) -> None:
    """The error names the file."""
    others: list[Callable[[Path, bytes], None]] = [lambda path, _: make_folder(path), lambda path, _: sync_folder(path)]
    for write in (*WRITERS.values(), *others):
        with pytest.raises(StorageError) as caught:
            write(tmp_path / "none" / "file", b"")
        assert f"cannot write {tmp_path}/none/file: No such file or directory" == caught.value.text


def test_steps_of_a_replacement(tmp_path: Path) -> None:
    """At the first step the file has its old content, at the second its new one."""
    path = tmp_path / "file"
    path.write_bytes(b"old")
    steps: list[tuple[str, bytes, int]] = []
    replace_file(path, b"new", on_step=lambda step: steps.append((step, path.read_bytes(), len(_names(tmp_path)))))

    assert [("file written", b"old", 2), ("file renamed", b"new", 1)] == steps


def test_leftover_of_a_dead_writer_with_the_same_id(tmp_path: Path) -> None:
    """The leftover is overwritten: in a container a new process often has the id of the old one."""
    (tmp_path / f".unfinished-{os.getpid()}-file").write_bytes(b"half of something longer")
    replace_file(tmp_path / "file", b"whole")

    assert (b"whole", ["file"]) == ((tmp_path / "file").read_bytes(), _names(tmp_path))


def test_name_of_an_unfinished_file(tmp_path: Path) -> None:
    """The name says that the file is unfinished, and which process writes it."""
    names: list[str] = []
    replace_file(tmp_path / "file", b"", on_step=lambda _: names.extend(_names(tmp_path)))

    assert [f".unfinished-{os.getpid()}-file", "file"] == names
    assert [True, False, False] == [is_unfinished(name) for name in (*names, "x.unfinished-1-file")]


def test_leftovers_of_dead_writers_are_cleared(tmp_path: Path) -> None:
    """Other files stay, and a missing folder is fine."""
    for name in ("file", ".unfinished-1-file", ".unfinished-2-other", "unfinished-3"):
        (tmp_path / name).touch()
    clear_unfinished(tmp_path)
    clear_unfinished(tmp_path / "none")
    clear_unfinished(tmp_path / "file")

    assert ["file", "unfinished-3"] == _names(tmp_path)


def test_leftover_that_cannot_be_cleared(tmp_path: Path, disk: Disk) -> None:
    """The error names the folder."""
    (tmp_path / ".unfinished-1-file").touch()
    disk.fails = "unlink"
    with pytest.raises(StorageError) as caught:
        clear_unfinished(tmp_path)

    assert f"cannot write {tmp_path}: Input/output error" == caught.value.text


def test_folder_is_made_once(tmp_path: Path, disk: Disk) -> None:
    """A folder is created durably, with its mode; an existing one is not changed."""
    before = os.umask(0)
    try:
        make_folder(tmp_path / "open")
        make_folder(tmp_path / "keys", mode=0o700)
    finally:
        os.umask(before)
    make_folder(tmp_path / "keys", mode=0o777)

    assert (0o755, 0o700) == (_mode(tmp_path / "open"), _mode(tmp_path / "keys"))
    assert ["mkdir", "sync folder"] * 2 == disk.acts


def test_cause_of_a_storage_error(tmp_path: Path) -> None:
    """An `OSError` becomes the cause of a `StorageError`; other errors are not changed."""
    fault = OSError(28, "No space left on device")
    with (
        pytest.raises(StorageError, match=r"^cannot write .*: No space left on device$") as caught,
        storage_errors(tmp_path),
    ):
        raise fault
    with pytest.raises(ValueError, match="other"), storage_errors(tmp_path):
        raise ValueError("other")

    assert fault is caught.value.__cause__


def test_writer_that_stops_before_the_rename_changes_nothing(tmp_path: Path) -> None:
    """Its leftover is recognised by its name, and removed later."""
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


def test_leftover_that_another_process_has_cleared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is already gone is no error."""
    monkeypatch.setattr(os, "listdir", lambda _folder: [".unfinished-1-gone", ".unfinished-1-there"])
    (tmp_path / ".unfinished-1-there").touch()
    clear_unfinished(tmp_path)

    assert not (tmp_path / ".unfinished-1-there").exists()
