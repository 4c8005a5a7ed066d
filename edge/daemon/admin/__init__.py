"""What may an operator on this machine tell a running PoP? Routes of its admin socket, none of which viewers reach."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.admin.islands import IslandAdmin
    from edge.daemon.admin.open import open_admin
    from edge.daemon.admin.outbox import OutboxAdmin
    from edge.daemon.admin.payloads import PayloadAdmin
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "islands": "IslandAdmin",
            "open": "open_admin",
            "outbox": "OutboxAdmin",
            "payloads": "PayloadAdmin",
        },
    )

__all__ = [
    "IslandAdmin",
    "OutboxAdmin",
    "PayloadAdmin",
    "open_admin",
]
