"""How do tickets get to desks, and what do desks send back?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.desks.answers import (
        NothingThereError,
        OriginFaultError,
        OriginGoneError,
        PossibleRefusalError,
        StillAtWorkError,
    )
    from edge.wire.desks.chatwoot import ChatwootOrigin
    from edge.wire.desks.desk_api import DeskApi, read_consent, read_merge, read_take_back, read_ticket
    from edge.wire.desks.desk_events import BOTS, read_desk_event
    from edge.wire.desks.load_headers import is_load_header, read_load_headers
    from edge.wire.desks.note_form import Note, read_note
    from edge.wire.desks.origin import KeepsConnection, OnDelivered, Origin, OriginClient, TicketPlace, answer_within
    from edge.wire.desks.replies import MARKDOWN, plain_text, reply_text
    from edge.wire.desks.standard_webhooks import Secret, WebhookPublicKey, read_secret
    from edge.wire.desks.ticket_text import contact_of
    from edge.wire.desks.webhook import WebhookOrigin
    from edge.wire.desks.zammad import ZammadOrigin
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answers": "NothingThereError OriginFaultError OriginGoneError PossibleRefusalError StillAtWorkError",
            "chatwoot": "ChatwootOrigin",
            "desk_api": "DeskApi read_consent read_merge read_take_back read_ticket",
            "desk_events": "BOTS read_desk_event",
            "load_headers": "is_load_header read_load_headers",
            "note_form": "Note read_note",
            "origin": "KeepsConnection OnDelivered Origin OriginClient TicketPlace answer_within",
            "replies": "MARKDOWN plain_text reply_text",
            "standard_webhooks": "Secret WebhookPublicKey read_secret",
            "ticket_text": "contact_of",
            "webhook": "WebhookOrigin",
            "zammad": "ZammadOrigin",
        },
    )

__all__ = [
    "BOTS",
    "MARKDOWN",
    "ChatwootOrigin",
    "DeskApi",
    "KeepsConnection",
    "Note",
    "NothingThereError",
    "OnDelivered",
    "Origin",
    "OriginClient",
    "OriginFaultError",
    "OriginGoneError",
    "PossibleRefusalError",
    "Secret",
    "StillAtWorkError",
    "TicketPlace",
    "WebhookOrigin",
    "WebhookPublicKey",
    "ZammadOrigin",
    "answer_within",
    "contact_of",
    "is_load_header",
    "plain_text",
    "read_consent",
    "read_desk_event",
    "read_load_headers",
    "read_merge",
    "read_note",
    "read_secret",
    "read_take_back",
    "read_ticket",
    "reply_text",
]
