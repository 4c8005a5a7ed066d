"""Where the socket is: in a folder that belongs to one process, which has a lock on it."""

from pathlib import Path

SOCKET_NAME = "admin.sock"


def socket_in(folder: Path) -> Path:
    """The place of the socket of the process that has this folder."""
    return folder.absolute() / SOCKET_NAME
