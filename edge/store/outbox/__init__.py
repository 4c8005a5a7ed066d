"""Which tickets does origin not have yet?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.outbox.outbox import Outbox
    from edge.store.outbox.parcel import Bounds, OutboxEntry, Parcel
    from edge.store.outbox.rows import OutboxRow, read_payload, read_rows, retry_all_held, retry_ticket
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "outbox": "Outbox",
            "parcel": "Bounds OutboxEntry Parcel",
            "rows": "OutboxRow read_payload read_rows retry_all_held retry_ticket",
        },
    )

__all__ = [
    "Bounds",
    "Outbox",
    "OutboxEntry",
    "OutboxRow",
    "Parcel",
    "read_payload",
    "read_rows",
    "retry_all_held",
    "retry_ticket",
]
