"""The socket's place: `admin.sock` in a folder that belongs to one process. Blocking.

Only the owner may connect: the socket has mode 0600 before it listens, and until it listens nobody is let in. Nothing
that is not a socket is removed or followed. The caller holds a lock on the folder, so a socket that lies there is one
that an earlier process left.
"""

import os
import shlex
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from edge.errors import ConfigError

SOCKET_NAME = "admin.sock"

MAX_ADDRESS_BYTES = 107
"""Longest path of a unix socket: `sun_path` has 108 bytes, the last one zero (unix(7))."""

BACKLOG = 16
"""Commands that may wait to be let in."""


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


def bind(folder: Path) -> BoundSocket:
    """Listen on the socket in `folder`, for the owner of this process alone.

    Raises `ConfigError` if something that is not a socket is in its place, or if the system does not allow it.
    """
    path = folder.absolute() / SOCKET_NAME
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        _remove_stale(path)
        # Before `bind`: on Linux the file gets the mode of the socket, less the umask.
        os.fchmod(listening.fileno(), 0o600)
        with address(path) as name:
            listening.bind(name)
        found = path.lstat()
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise ConfigError(
                f"{path} can be opened by others (mode {stat.S_IMODE(found.st_mode):04o}), expected mode 0600; "
                f"to see what file system that is, run: findmnt -T {shlex.quote(str(folder))}"
            )
        # Last: from here on the owner is let in, and nobody was before.
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        raise ConfigError(
            f"cannot listen on {path}: {error.strerror or error}; "
            f"to see who may write there, run: ls -ld {shlex.quote(str(folder))}"
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
def address(path: Path) -> Iterator[str]:
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


def _remove_stale(path: Path) -> None:
    try:
        if not is_socket(path):
            quoted = shlex.quote(str(path))
            raise ConfigError(
                f"{path} is not a socket, expected nothing there; to move it away, run: mv {quoted} {quoted}.aside"
            )
        path.unlink()
    except FileNotFoundError:
        return
