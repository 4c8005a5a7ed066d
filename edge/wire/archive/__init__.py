"""How does a PoP hand a closed log to an archive elsewhere: its publisher's, or its desk's?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.archive.archive_client import ArchiveClient
    from edge.wire.archive.paths import ARCHIVE_CONTEXT, bundle_path, log_path, signed_request
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "archive_client": "ArchiveClient",
            "paths": "ARCHIVE_CONTEXT bundle_path log_path signed_request",
        },
    )

__all__ = [
    "ARCHIVE_CONTEXT",
    "ArchiveClient",
    "bundle_path",
    "log_path",
    "signed_request",
]
