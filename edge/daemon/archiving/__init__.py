"""Where does a closed log go: to a folder, to the publisher, or to its tenant's desk?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.archiving.folder_archive import FolderArchive
    from edge.daemon.archiving.places import archive_of
    from edge.daemon.archiving.shipment import ship
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "folder_archive": "FolderArchive",
            "places": "archive_of",
            "shipment": "ship",
        },
    )

__all__ = [
    "FolderArchive",
    "archive_of",
    "ship",
]
