"""How busy are the people, and which sessions are theirs?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.people.desk_tokens import read_desk_tokens
    from edge.daemon.people.load_reports import LoadReports, LoadSubscription
    from edge.daemon.people.people import EVERY_TENANT, People
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "desk_tokens": "read_desk_tokens",
            "load_reports": "LoadReports LoadSubscription",
            "people": "EVERY_TENANT People",
        },
    )

__all__ = [
    "EVERY_TENANT",
    "LoadReports",
    "LoadSubscription",
    "People",
    "read_desk_tokens",
]
