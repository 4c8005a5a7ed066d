import os
import re
import shlex
import stat
import subprocess
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest

from edge.errors import ConfigError, StorageError
from edge.store.outbox import Outbox, Parcel
from edge.store.verified import VerifiedStore

Store = VerifiedStore | Outbox


def open_outbox(directory: Path) -> Outbox:
    """An outbox with room for a few tickets."""
    return Outbox(directory, max_tickets=10)


STORES: dict[str, Callable[[Path], Store]] = {"verified": VerifiedStore, "outbox": open_outbox}
each_store = pytest.mark.parametrize(("name", "open_store"), STORES.items(), ids=STORES.keys())


def mode(path: Path) -> int:
    """Permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


@each_store
def test_missing_directory_is_created_for_its_owner_only(
    tmp_path: Path, name: str, open_store: Callable[[Path], Store]
) -> None:
    """The directory and the store's folder have mode 0700, and the files 0600."""
    directory = tmp_path / "var" / "state"
    with open_store(directory):
        assert {0o700} == {mode(path) for path in (directory, directory / name)}
        assert {0o600} == {mode(path) for path in directory.rglob("*") if path.is_file()}


@each_store
def test_directory_that_exists_keeps_its_mode(tmp_path: Path, name: str, open_store: Callable[[Path], Store]) -> None:
    """Other programs may share it. Only the store's own folder is set to 0700."""
    tmp_path.chmod(0o755)
    open_store(tmp_path).close()
    (tmp_path / name).chmod(0o777)
    open_store(tmp_path).close()

    assert (mode(tmp_path), mode(tmp_path / name)) == (0o755, 0o700)


def test_stores_share_a_directory(state: Path) -> None:
    """Each has its own folder and lock."""
    with VerifiedStore(state) as verified, open_outbox(state) as outbox:
        verified.commit({"k": b"v"})
        outbox.put_many([Parcel("t", b"{}")])

    assert {"verified", "verified.lock", "outbox", "outbox.lock"} == {path.name for path in state.iterdir()}


@each_store
def test_directory_that_is_a_file_says_how_to_move_it(
    tmp_path: Path, name: str, open_store: Callable[[Path], Store]
) -> None:
    """A file in the way stops root too. The printed command works."""
    (tmp_path / "a file").write_text("")
    directory = tmp_path / "a file"

    with pytest.raises(ConfigError) as caught:
        open_store(directory / "below")

    command = caught.value.text.rpartition("run: ")[2]
    assert command == f"mv {shlex.quote(str(directory))} {shlex.quote(str(directory))}.aside"
    subprocess.run(shlex.split(command), check=True)
    open_store(directory / "below").close()
    assert (directory / "below" / name).is_dir()


@each_store
def test_directory_of_another_owner_says_how_to_get_it(
    open_directory: Path,
    as_nobody: Callable[[], AbstractContextManager[None]],
    name: str,
    open_store: Callable[[Path], Store],
) -> None:
    """The directory is tested by writing, so the error comes at the start and not with the first ticket."""
    directory = open_directory / f"state of {name}"
    open_directory.chmod(0o555)

    with as_nobody(), pytest.raises(ConfigError) as caught:
        open_store(directory)

    assert re.fullmatch(
        f"{directory} cannot be written by user .+: Permission denied;"
        f" run as root: install -d -o .+ -m 0700 '{directory}'",
        caught.value.text,
    )
    open_directory.chmod(0o755)


@each_store
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can leave files to somebody else")
@pytest.mark.parametrize("what", ["lock", "folder", "files"])
def test_store_once_used_by_root_says_how_to_get_it_back(
    open_directory: Path,
    as_nobody: Callable[[], AbstractContextManager[None]],
    name: str,
    open_store: Callable[[Path], Store],
    what: str,
) -> None:
    """After `sudo skerry pop serve` the lock, the folder or the files in it belong to root."""
    directory = open_directory / "state"
    open_store(directory).close()
    lock, folder = directory / f"{name}.lock", directory / name
    strangers = {"lock": [lock], "folder": [folder], "files": list(folder.iterdir())}[what]
    for path in (directory, *directory.rglob("*")):
        if path not in strangers:
            os.chown(path, 65534, 65534)

    with as_nobody(), pytest.raises(ConfigError) as caught:
        open_store(directory)

    assert re.search(f"run as root: chown -R .+ {folder} {lock}$", caught.value.text)


@each_store
def test_full_disk_is_noticed_at_the_start(
    state: Path,
    full_disk: Callable[[int], AbstractContextManager[None]],
    name: str,
    open_store: Callable[[Path], Store],
) -> None:
    """Nothing that is half done hinders the next start."""
    with full_disk(10), pytest.raises(StorageError, match="could not be used"):
        open_store(state)
    with full_disk(6000), pytest.raises(StorageError, match="could not be used"):
        open_store(state)

    assert not (state / name).exists()
    open_store(state).close()


@each_store
def test_crash_while_a_store_is_created_is_repaired(
    state: Path, name: str, open_store: Callable[[Path], Store]
) -> None:
    """A folder that a killed process did not finish is deleted."""
    half = state / f"{name}.new"
    half.mkdir(parents=True)
    (half / "cache.db").write_bytes(b"SQLite form")

    open_store(state).close()

    assert not half.exists()


@each_store
def test_second_process_in_a_directory_is_refused(state: Path, name: str, open_store: Callable[[Path], Store]) -> None:
    """The error names the first process and the command that shows it. After that process has closed, it works."""
    with open_store(state), pytest.raises(ConfigError) as caught:
        open_store(state)

    assert caught.value.text == (
        f"{state / name} is in use by process {os.getpid()}, expected one process per state directory; stop that one"
        f" or give this one another directory; to see that process, run: fuser -v {state / name}.lock"
    )
    open_store(state).close()


@each_store
def test_second_thread_is_refused(state: Path, name: str, open_store: Callable[[Path], Store]) -> None:
    """SQLite before 3.51.3 can corrupt its log under several connections; diskcache opens one per thread."""
    store = open_store(state)
    errors: list[str] = []

    def use() -> None:
        read = partial(store.get, "k") if isinstance(store, VerifiedStore) else store.depth
        for method in (read, store.close):
            try:
                method()
            except RuntimeError as error:
                errors.append(str(error))

    thread = threading.Thread(target=use)
    thread.start()
    thread.join()
    store.close()

    assert [f"{state / name} is used by a second thread, expected the one that opened it"] * 2 == errors


@each_store
def test_relative_directory_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, open_store: Callable[[Path], Store]
) -> None:
    """A process may change its working directory while a store is open."""
    monkeypatch.chdir(tmp_path)
    with open_store(Path("state")) as store:
        monkeypatch.chdir("/")
        if isinstance(store, VerifiedStore):
            store.commit({"k": b"v"})
        else:
            store.put_many([Parcel("t", b"{}")])

    assert (tmp_path / "state" / name).is_dir()
