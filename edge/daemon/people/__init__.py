"""How busy are the people, and which sessions are theirs?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.people.desk_loads import DeskLoads
    from edge.daemon.people.desk_tokens import EVERY_TENANT, DeskTokens, read_desk_tokens
    from edge.daemon.people.load_reports import LoadReports, LoadSubscription
    from edge.daemon.people.posted import PostedAnswers
    from edge.daemon.people.remembered import Remembered
    from edge.daemon.people.sessions import Sessions
    from edge.daemon.people.steerings import Steerings
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "desk_loads": "DeskLoads",
            "desk_tokens": "DeskTokens EVERY_TENANT read_desk_tokens",
            "load_reports": "LoadReports LoadSubscription",
            "posted": "PostedAnswers",
            "remembered": "Remembered",
            "sessions": "Sessions",
            "steerings": "Steerings",
        },
    )

__all__ = [
    "EVERY_TENANT",
    "DeskLoads",
    "DeskTokens",
    "LoadReports",
    "LoadSubscription",
    "PostedAnswers",
    "Remembered",
    "Sessions",
    "Steerings",
    "read_desk_tokens",
]
