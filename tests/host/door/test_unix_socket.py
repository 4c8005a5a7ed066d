"""`edge.host.door.unix_socket`: who may connect, what lies in its place, and paths that are too long for it."""

import os
import socket
import stat
from pathlib import Path

import pytest

from edge.errors import ConfigError
from edge.host.door import BoundSocket, bind_socket, socket_address
from edge.host.door.unix_socket import MAX_ADDRESS_BYTES


def connected(path: Path) -> bool:
    """True if somebody lets us in."""
    with socket.socket(socket.AF_UNIX) as peer, socket_address(path) as name:
        try:
            peer.connect(name)
        except OSError:
            return False
    return True


def bind(folder: Path) -> BoundSocket:
    """A socket in `folder` for its owner alone."""
    return bind_socket(folder / "admin.sock", mode=0o600)


def closed(bound: BoundSocket) -> None:
    """End a socket as its owner does."""
    bound.listening.close()
    bound.remove()


@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077])
def test_only_the_owner_may_connect(tmp_path: Path, umask: int) -> None:
    """Mode 0600 under any umask."""
    before = os.umask(umask)
    try:
        bound = bind(tmp_path)
    finally:
        os.umask(before)

    assert 0o600 == stat.S_IMODE(bound.path.lstat().st_mode)
    assert connected(bound.path)
    closed(bound)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_group_may_connect(tmp_path: Path, umask: int) -> None:
    """A mode that a umask would take away is there all the same."""
    before = os.umask(umask)
    try:
        bound = bind_socket(tmp_path / "pop.sock", mode=0o660)
    finally:
        os.umask(before)

    assert 0o660 == stat.S_IMODE(bound.path.lstat().st_mode)
    closed(bound)


def test_socket_of_a_running_process_is_left(tmp_path: Path) -> None:
    """It still lets others in afterwards."""
    running = bind(tmp_path)
    with pytest.raises(ConfigError, match="another process listens on it; to see who may write there, run: "):
        bind(tmp_path)

    assert connected(running.path)
    closed(running)


def test_mode_is_set_before_anybody_is_let_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the socket begins to listen, its mode is set already; before, the kernel refuses every peer."""
    modes = []

    class Watched(socket.socket):
        def listen(self, backlog: int = 0, /) -> None:
            path = tmp_path / "admin.sock"
            modes.append((stat.S_IMODE(path.lstat().st_mode), connected(path)))
            super().listen(backlog)

    monkeypatch.setattr("edge.host.door.unix_socket.socket.socket", Watched)
    bound = bind(tmp_path)

    assert [(0o600, False)] == modes
    closed(bound)


def test_socket_of_an_earlier_process_is_replaced(tmp_path: Path) -> None:
    """A process that was killed leaves its socket."""
    bind(tmp_path).listening.close()
    bound = bind(tmp_path)

    assert connected(bound.path)
    closed(bound)


def test_link_is_not_followed(tmp_path: Path) -> None:
    """Neither removed nor bound to: not where it leads, and not it either."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    live = bind(elsewhere)
    for target in (elsewhere / "nothing", live.path):
        link = tmp_path / "admin.sock"
        link.symlink_to(target)
        with pytest.raises(
            ConfigError, match=r"admin\.sock is not a socket, expected nothing there; to move it away, "
        ):
            bind(tmp_path)

        assert link.is_symlink()
        link.unlink()
    assert connected(live.path)
    closed(live)


@pytest.mark.parametrize("kind", ["a file", "a folder", "a pipe"])
def test_other_things_are_not_removed(tmp_path: Path, kind: str) -> None:
    """They may be somebody's; the command that moves them away is named."""
    path = tmp_path / "admin.sock"
    if kind == "a file":
        path.touch()
    elif kind == "a folder":
        path.mkdir()
    else:
        os.mkfifo(path)
    with pytest.raises(ConfigError, match=rf"run: mv {path} {path}\.aside$"):
        bind(tmp_path)

    assert path.exists()


def test_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    """The text says where, and ends with a command."""
    with pytest.raises(ConfigError, match=r"^cannot listen on .*/gone/admin\.sock: .*run: ls -ld .*/gone$"):
        bind(tmp_path / "gone")


@pytest.mark.parametrize("length", [MAX_ADDRESS_BYTES, MAX_ADDRESS_BYTES + 1, 400])
def test_path_longer_than_an_address_is_no_fault(tmp_path: Path, length: int) -> None:
    """State folders may be deep."""
    folder = tmp_path
    while (left := length - len(str(folder)) - len("/admin.sock")) > 0:
        folder /= "x" * min(left - 1, 100) if left > 1 else "x"
    folder.mkdir(parents=True, exist_ok=True)
    bound = bind(folder)

    assert 0o600 == stat.S_IMODE(bound.path.lstat().st_mode)
    assert connected(bound.path)
    closed(bound)
    assert [] == list(folder.iterdir())


def test_socket_of_another_process_is_not_removed(tmp_path: Path) -> None:
    """Only one's own file is."""
    first = bind(tmp_path)
    first.path.rename(tmp_path / "aside.sock")
    second = bind(tmp_path)
    closed(first)

    assert connected(second.path)
    closed(second)
    closed(second)
    assert not second.path.exists()
