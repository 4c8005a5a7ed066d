"""The limits of a door: how much of a stranger's connection a process keeps, and for how long."""

import resource
from typing import NamedTuple

SPARE_FILES = 128
"""Open files that connections leave to the rest of a process: its stores, its own requests, and what libraries open."""

MAX_CONNECTIONS = 65_536
"""Most connections, however many files may be open. Each idle one takes about a KiB here and three in the kernel."""


class DoorLimits(NamedTuple):
    """What a door allows each connection, and all of them together. Times are in seconds."""

    max_connections: int = MAX_CONNECTIONS
    """Open connections. For one more, the one is closed whose next request was waited for longest."""
    max_header_bytes: int = 16_384
    """Request line and headers of one request. nginx allows 8 KiB a header, and 32 KiB in all."""
    max_headers: int = 96
    """Headers of one request. Browsers send about 20, and a content delivery network adds as many."""
    max_held_body_bytes: int = 16_384
    """A request passes to aiohttp once its body is whole; one with a larger body, as soon as this much is there."""
    max_held_bytes: int = 32 * 2**20
    """Bytes of requests that are not whole yet, of all connections together. For more, the oldest of them is ended."""
    header_timeout_s: float = 5.0
    """From the first byte of a request to the end of its headers."""
    body_timeout_s: float = 5.0
    """From the end of the headers to the end of the body."""
    idle_timeout_s: float = 75.0
    """A connection without a request, before the first one and between two. nginx's own default."""
    max_unread: int = 256
    """Connections whose peers do not read their responses. For one more, the one that is so longest is closed. Each has
    up to 160 KiB of memory here, or its one response if that is larger.
    """
    unread_timeout_s: float = 30.0
    """From when a peer stops reading a response until it has read most of what waits for it. Streams have their own."""
    linger_s: float = 1.0
    """From our last word until the connection is closed. If it were closed while the peer still sends, the kernel would
    reset it, and the peer would never read why.
    """


def raise_file_limit() -> int:
    """Raise this process's soft limit of open files to the hard one, and give it. Idempotent."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


def connections_within(files: int) -> int:
    """How many connections a limit of open files leaves room for. At least one."""
    return max(1, min(files - SPARE_FILES, MAX_CONNECTIONS))
