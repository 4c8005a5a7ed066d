"""Where to listen."""

import socket
from typing import NamedTuple


class Address(NamedTuple):
    """Where to listen: a host and a port (0: any), or a unix socket that listens already (`bind_socket`)."""

    host: str = ""
    port: int = 0
    unix_socket: socket.socket | None = None
