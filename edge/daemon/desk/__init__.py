"""What do people at the desk say of our tickets, and how busy are they?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.desk.inbox import DeskInbox
    from edge.daemon.desk.own_desks import OwnDesks
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "inbox": "DeskInbox",
            "own_desks": "OwnDesks",
        },
    )

__all__ = [
    "DeskInbox",
    "OwnDesks",
]
