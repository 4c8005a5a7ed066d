"""Which closed logs of PoPs does this home keep, each verified before its PoP deletes it? A PoP never loads it.

`signed` verifies what the PoP signed, `upload` has the files of a log on its way, `whole` says whether they are the log
that its checkpoint says, `intake` decides what is taken, and `routes` are the same two routes at a publisher and at a
desk. `leftovers` finds uploads that nobody goes on with. `described` is their OpenAPI.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.archive.described import ARCHIVE_EXAMPLES, ARCHIVE_RECORDS, archive_paths
    from edge.archive.intake import LogIntake
    from edge.archive.room import ARCHIVE_BYTES, ArchiveRoom
    from edge.archive.routes import BODY_S, ArchiveRoutes
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "described": "ARCHIVE_EXAMPLES ARCHIVE_RECORDS archive_paths",
            "intake": "LogIntake",
            "room": "ARCHIVE_BYTES ArchiveRoom",
            "routes": "ArchiveRoutes BODY_S",
        },
    )

__all__ = [
    "ARCHIVE_BYTES",
    "ARCHIVE_EXAMPLES",
    "ARCHIVE_RECORDS",
    "BODY_S",
    "ArchiveRoom",
    "ArchiveRoutes",
    "LogIntake",
    "archive_paths",
]
