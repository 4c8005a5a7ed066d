"""When is the publisher looked at, and does its push stream bring what it should?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.follow.follow import RETRY_BASE_S, Follower, Push
    from edge.daemon.follow.push_watch import PushState, PushWatch
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "follow": "Follower Push RETRY_BASE_S",
            "push_watch": "PushState PushWatch",
        },
    )

__all__ = [
    "RETRY_BASE_S",
    "Follower",
    "Push",
    "PushState",
    "PushWatch",
]
