"""Where to listen. A unix socket: its file has the right mode before anybody is let in. Blocking.

Until the socket listens nobody is let in. Nothing that is not a socket is removed or followed, and no socket on which a
process listens.
"""

import os
import shlex
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EADDRINUSE
from pathlib import Path
from typing import NamedTuple

from edge.errors import ConfigError

MAX_ADDRESS_BYTES = 107
"""Longest path of a unix socket: `sun_path` has 108 bytes, the last one zero (unix(7))."""

BACKLOG = 128
"""Connections that the kernel accepts before we do."""


class Address(NamedTuple):
    """Where to listen: a host and a port (0: any), or a unix socket that listens already (`bind_socket`)."""

    host: str = ""
    port: int = 0
    unix_socket: socket.socket | None = None


class BoundSocket(NamedTuple):
    """A socket that listens, and the number of its file, by which it is known when it is removed."""

    listening: socket.socket
    path: Path
    inode: int

    def remove(self) -> None:
        """Remove the socket's file, unless another one has taken its place. Raises nothing."""
        try:
            if self.path.lstat().st_ino == self.inode:
                self.path.unlink()
        except OSError:
            # Gone already, or the folder is: the next start removes what is left.
            return


def bind_socket(path: Path, *, mode: int) -> BoundSocket:
    """Listen on a unix socket at `path`, for those whom `mode` allows. One that a killed process left is replaced.

    Raises `ConfigError` if something that is not a socket is in its place, if a process listens on it, or if the system
    does not allow it.
    """
    path = path.absolute()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(path)
        # Before `bind`: on Linux the file gets the mode of the socket, less the umask.
        os.fchmod(listening.fileno(), mode)
        with socket_address(path) as name:
            listening.bind(name)
        found = _with_mode(path, mode)
        # Last: from here on others are let in, and nobody was before.
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigError(
            f"cannot listen on {path}: {error.strerror or error}; "
            f"to see who may write there, run: ls -ld {shlex.quote(str(path.parent))}"
        ) from error
    except ConfigError:
        listening.close()
        raise
    listening.setblocking(False)
    return BoundSocket(listening, path, found.st_ino)


def is_socket(path: Path) -> bool:
    """True if `path` itself is a socket: a link to one is not. Raises `OSError` if it cannot be looked at."""
    return stat.S_ISSOCK(path.lstat().st_mode)


@contextmanager
def socket_address(path: Path) -> Iterator[str]:
    """A name for `path` that is short enough for a unix socket, valid within the block. Raises `OSError`."""
    if len(os.fsencode(path)) <= MAX_ADDRESS_BYTES:
        yield str(path)
        return
    # A long path is named by its open folder, as Linux shows it to this process alone.
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def _with_mode(path: Path, mode: int) -> os.stat_result:
    """The file's state once it has the mode: the umask may have taken some of it away."""
    if stat.S_IMODE(path.lstat().st_mode) != mode:
        path.chmod(mode)
    found = path.lstat()
    if stat.S_IMODE(found.st_mode) != mode:
        raise ConfigError(
            f"{path} has mode {stat.S_IMODE(found.st_mode):04o}, expected {mode:04o}; "
            f"to see what file system that is, run: findmnt -T {shlex.quote(str(path.parent))}"
        )
    return found


def _remove_stale(path: Path) -> None:
    try:
        if not is_socket(path):
            quoted = shlex.quote(str(path))
            raise ConfigError(
                f"{path} is not a socket, expected nothing there; to move it away, run: mv {quoted} {quoted}.aside"
            )
    except FileNotFoundError:
        return
    with socket.socket(socket.AF_UNIX) as probe, socket_address(path) as name:
        try:
            probe.connect(name)
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise OSError(EADDRINUSE, "another process listens on it")
