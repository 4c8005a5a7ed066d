"""How do tickets get to desks, and what do desks send back?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.desks.answers import OriginFaultError, OriginGoneError, PossibleRefusalError, StillAtWorkError
    from edge.wire.desks.chatwoot import ChatwootOrigin
    from edge.wire.desks.desk_api import DeskApi, read_take_back, read_ticket
    from edge.wire.desks.desk_events import read_desk_event
    from edge.wire.desks.load_headers import is_load_header, read_load_headers
    from edge.wire.desks.origin import KeepsConnection, OnDelivered, Origin, OriginClient, answer_within
    from edge.wire.desks.standard_webhooks import Secret, WebhookPublicKey, read_secret
    from edge.wire.desks.webhook import WebhookOrigin
    from edge.wire.desks.zammad import ZammadOrigin
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answers": "OriginFaultError OriginGoneError PossibleRefusalError StillAtWorkError",
            "chatwoot": "ChatwootOrigin",
            "desk_api": "DeskApi read_take_back read_ticket",
            "desk_events": "read_desk_event",
            "load_headers": "is_load_header read_load_headers",
            "origin": "KeepsConnection OnDelivered Origin OriginClient answer_within",
            "standard_webhooks": "Secret WebhookPublicKey read_secret",
            "webhook": "WebhookOrigin",
            "zammad": "ZammadOrigin",
        },
    )

__all__ = [
    "ChatwootOrigin",
    "DeskApi",
    "KeepsConnection",
    "OnDelivered",
    "Origin",
    "OriginClient",
    "OriginFaultError",
    "OriginGoneError",
    "PossibleRefusalError",
    "Secret",
    "StillAtWorkError",
    "WebhookOrigin",
    "WebhookPublicKey",
    "ZammadOrigin",
    "answer_within",
    "is_load_header",
    "read_desk_event",
    "read_load_headers",
    "read_secret",
    "read_take_back",
    "read_ticket",
]
