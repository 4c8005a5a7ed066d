"""How busy are a tenant's people, and which sessions do they have?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.people.boards import Boards
    from edge.daemon.people.desk_tokens import EVERY_TENANT, DeskTokens, read_desk_tokens
    from edge.daemon.people.in_flight import InFlightTickets
    from edge.daemon.people.load_reports import LoadReports, LoadSubscription
    from edge.daemon.people.open_questions import OpenCluster, OpenQuestions, OpenQuestionsReport
    from edge.daemon.people.open_tickets import Join
    from edge.daemon.people.remembered import Remembered, nothing_remembered
    from edge.daemon.people.sessions import Sessions
    from edge.daemon.people.steerings import Thresholds, Traffic
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "boards": "Boards",
            "desk_tokens": "DeskTokens EVERY_TENANT read_desk_tokens",
            "in_flight": "InFlightTickets",
            "load_reports": "LoadReports LoadSubscription",
            "open_questions": "OpenCluster OpenQuestions OpenQuestionsReport",
            "open_tickets": "Join",
            "remembered": "Remembered nothing_remembered",
            "sessions": "Sessions",
            "steerings": "Thresholds Traffic",
        },
    )

__all__ = [
    "EVERY_TENANT",
    "Boards",
    "DeskTokens",
    "InFlightTickets",
    "Join",
    "LoadReports",
    "LoadSubscription",
    "OpenCluster",
    "OpenQuestions",
    "OpenQuestionsReport",
    "Remembered",
    "Sessions",
    "Thresholds",
    "Traffic",
    "nothing_remembered",
    "read_desk_tokens",
]
