"""Which tickets does origin not have yet?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.outbox.outbox import Outbox
    from edge.store.outbox.pages import (
        OutboxChange,
        OutboxPage,
        OutboxQuery,
        OutboxRetry,
        OutboxSelection,
        OutboxTicket,
        StoredTicket,
        StoredTickets,
    )
    from edge.store.outbox.parcel import OutboxEntry, Parcel, follow_up_id
    from edge.store.outbox.rows import (
        OutboxRow,
        drop_tickets,
        hold_tickets,
        read_page,
        read_payload,
        read_payloads,
        read_rows,
        retry_dead_letters,
        retry_tickets,
    )
    from edge.store.outbox.taking_back import take_back
    from edge.store.outbox.ticket_bytes import ticket_from_bytes, ticket_to_bytes
    from edge.store.outbox.usage import Bounds
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "outbox": "Outbox",
            "pages": (
                "OutboxChange OutboxPage OutboxQuery OutboxRetry OutboxSelection OutboxTicket StoredTicket"
                " StoredTickets"
            ),
            "parcel": "OutboxEntry Parcel follow_up_id",
            "taking_back": "take_back",
            "ticket_bytes": "ticket_from_bytes ticket_to_bytes",
            "usage": "Bounds",
            "rows": (
                "OutboxRow drop_tickets hold_tickets read_page read_payload read_payloads read_rows"
                " retry_dead_letters retry_tickets"
            ),
        },
    )

__all__ = [
    "Bounds",
    "Outbox",
    "OutboxChange",
    "OutboxEntry",
    "OutboxPage",
    "OutboxQuery",
    "OutboxRetry",
    "OutboxRow",
    "OutboxSelection",
    "OutboxTicket",
    "Parcel",
    "StoredTicket",
    "StoredTickets",
    "drop_tickets",
    "follow_up_id",
    "hold_tickets",
    "read_page",
    "read_payload",
    "read_payloads",
    "read_rows",
    "retry_dead_letters",
    "retry_tickets",
    "take_back",
    "ticket_from_bytes",
    "ticket_to_bytes",
]
