"""What goes over the network: the repository by HTTP, the publisher's pushes, tickets to origin. Async, no disk.

`nats_push` and `nats_link` need the extra `skerry[nats]` and are imported only where NATS is configured.

Every client is handed an open `aiohttp.ClientSession` and keeps no connection of its own. A peer that does not answer
as it should raises `UnreachableError`: refused, silent, reset, a redirect, an HTML page where a file was expected (the
sign-in page of a captive network). Nothing here believes what it receives; it only keeps it small.
"""

from edge.wire.events import MAX_EVENT_BYTES, EventParser, encode_event, frame_event, pack_bundle, unpack_bundle
from edge.wire.origin import OriginClient
from edge.wire.push import PushClient
from edge.wire.repository import RepositoryClient

__all__ = [
    "MAX_EVENT_BYTES",
    "EventParser",
    "OriginClient",
    "PushClient",
    "RepositoryClient",
    "encode_event",
    "frame_event",
    "pack_bundle",
    "unpack_bundle",
]
