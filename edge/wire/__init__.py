"""What goes over the network: the repository by HTTP, the publisher's pushes, tickets to origin. Async, no disk.

Every client is handed an open `aiohttp.ClientSession` and keeps no connection of its own. A peer that does not answer
as it should raises `UnreachableError`: refused, silent, reset, a redirect, an HTML page where a file was expected (the
sign-in page of a captive network). Nothing here believes what it receives; it only keeps it small.
"""

from edge.wire.chatwoot import ChatwootOrigin
from edge.wire.events import MAX_EVENT_BYTES, EventParser, encode_event
from edge.wire.origin import Origin, OriginClient, OriginGoneError
from edge.wire.push import PushClient
from edge.wire.repository import RepositoryClient
from edge.wire.webhook import WebhookOrigin
from edge.wire.zammad import ZammadOrigin

__all__ = [
    "MAX_EVENT_BYTES",
    "ChatwootOrigin",
    "EventParser",
    "Origin",
    "OriginClient",
    "OriginGoneError",
    "PushClient",
    "RepositoryClient",
    "WebhookOrigin",
    "ZammadOrigin",
    "encode_event",
]
