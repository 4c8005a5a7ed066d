"""How do PoPs get what is published? The repository is served as files, and changes are pushed."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.server.change_feed import ChangeFeed
    from edge.publish.server.check import check_home
    from edge.publish.server.mailbox import Hub
    from edge.publish.server.nats_publisher import NatsPublisher
    from edge.publish.server.openapi import openapi_document
    from edge.publish.server.server import PublisherServer
    from edge.publish.server.sse import MAX_SUBSCRIBERS, PushStream
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "change_feed": "ChangeFeed",
            "check": "check_home",
            "mailbox": "Hub",
            "nats_publisher": "NatsPublisher",
            "openapi": "openapi_document",
            "server": "PublisherServer",
            "sse": "MAX_SUBSCRIBERS PushStream",
        },
    )

__all__ = [
    "MAX_SUBSCRIBERS",
    "ChangeFeed",
    "Hub",
    "NatsPublisher",
    "PublisherServer",
    "PushStream",
    "check_home",
    "openapi_document",
]
