"""Which tickets does origin not have yet?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.outbox.outbox import Outbox
    from edge.store.outbox.parcel import OutboxEntry, Parcel, follow_up_id
    from edge.store.outbox.rows import OutboxRow, read_payload, read_rows, retry_dead_letters, retry_ticket
    from edge.store.outbox.ticket_bytes import ticket_from_bytes, ticket_to_bytes
    from edge.store.outbox.usage import Bounds
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "outbox": "Outbox",
            "parcel": "OutboxEntry Parcel follow_up_id",
            "ticket_bytes": "ticket_from_bytes ticket_to_bytes",
            "usage": "Bounds",
            "rows": "OutboxRow read_payload read_rows retry_dead_letters retry_ticket",
        },
    )

__all__ = [
    "Bounds",
    "Outbox",
    "OutboxEntry",
    "OutboxRow",
    "Parcel",
    "follow_up_id",
    "read_payload",
    "read_rows",
    "retry_dead_letters",
    "retry_ticket",
    "ticket_from_bytes",
    "ticket_to_bytes",
]
