"""Which other sessions are of the person behind a ticket?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.merges.book import MAX_MERGES, TABLES, merged_with, note_session, put_merge
    from edge.desk.merges.ending import end_of_session, end_old, end_without_tickets, sessions_of
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "book": "MAX_MERGES TABLES merged_with note_session put_merge",
            "ending": "end_of_session end_old end_without_tickets sessions_of",
        },
    )

__all__ = [
    "MAX_MERGES",
    "TABLES",
    "end_of_session",
    "end_old",
    "end_without_tickets",
    "merged_with",
    "note_session",
    "put_merge",
    "sessions_of",
]
