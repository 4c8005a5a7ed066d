"""What may be asked over HTTP, and how is it answered? Bytes in, bytes out."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.api.app import Door
    from edge.daemon.api.desk import DeskDoor
    from edge.daemon.api.feedback import TallyDoor
    from edge.daemon.api.webhooks import Returns
    from edge.daemon.api.well_known import tenant_keys
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "app": "Door",
            "desk": "DeskDoor",
            "feedback": "TallyDoor",
            "webhooks": "Returns",
            "well_known": "tenant_keys",
        },
    )

__all__ = [
    "DeskDoor",
    "Door",
    "Returns",
    "TallyDoor",
    "tenant_keys",
]
