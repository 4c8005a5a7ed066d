"""What goes to Skerry's own desk, and what comes from it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.own_desk.desk_client import DeskClient, DeskItem, DeskPage
    from edge.wire.own_desk.own_desk_origin import OwnDeskOrigin
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "desk_client": "DeskClient DeskItem DeskPage",
            "own_desk_origin": "OwnDeskOrigin",
        },
    )

__all__ = [
    "DeskClient",
    "DeskItem",
    "DeskPage",
    "OwnDeskOrigin",
]
