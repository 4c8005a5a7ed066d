"""Where to listen."""

import socket
from errno import EADDRINUSE
from pathlib import Path
from typing import NamedTuple


class Address(NamedTuple):
    """Where to listen: a host and a port (0: any), a unix socket, or a unix socket that is bound already."""

    host: str = ""
    port: int = 0
    unix_socket: Path | None = None
    listening: socket.socket | None = None


def remove_stale_socket(path: Path) -> None:
    """Remove a unix socket on which nobody listens any more. Blocking. Raises `OSError` if somebody does."""
    if not path.is_socket():
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            path.unlink(missing_ok=True)
            return
    raise OSError(EADDRINUSE, "another process listens on it")
