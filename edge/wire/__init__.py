"""What goes over the network: the repository by HTTP, the publisher's pushes, tickets and statuses. Async, no disk.

What is named `nats_…`, but for `nats_account`, needs the extra `skerry[nats]` and is imported only where NATS is
configured. Every other client is handed an open `aiohttp.ClientSession` and keeps no connection of its own. A peer that
does not answer as it should raises `UnreachableError`: refused, silent, reset, a redirect, an HTML page where a file
was expected (the sign-in page of a captive network). Nothing here believes what it receives; it only keeps it small.
"""

from edge.wire.chatwoot import ChatwootOrigin
from edge.wire.events import MAX_EVENT_BYTES, EventParser, encode_event, frame_event, pack_bundle, unpack_bundle
from edge.wire.origin import Origin, OriginClient, OriginGoneError
from edge.wire.push import PushClient
from edge.wire.repository import RepositoryClient
from edge.wire.status import KEY_HEADER, POP_HEADER, SIGNATURE_HEADER, STATUS_PATH, StatusClient
from edge.wire.webhook import WebhookOrigin
from edge.wire.zammad import ZammadOrigin

__all__ = [
    "KEY_HEADER",
    "MAX_EVENT_BYTES",
    "POP_HEADER",
    "SIGNATURE_HEADER",
    "STATUS_PATH",
    "ChatwootOrigin",
    "EventParser",
    "Origin",
    "OriginClient",
    "OriginGoneError",
    "PushClient",
    "RepositoryClient",
    "StatusClient",
    "WebhookOrigin",
    "ZammadOrigin",
    "encode_event",
    "frame_event",
    "pack_bundle",
    "unpack_bundle",
]
