"""Which records move a closed log from a PoP to an archive elsewhere?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.archive.log import (
        MAX_BUNDLE_BYTES,
        MAX_CLOSED_LOG_BYTES,
        ArchivedLog,
        ArchiveState,
        ClosedLog,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {"log": "MAX_BUNDLE_BYTES MAX_CLOSED_LOG_BYTES ArchiveState ArchivedLog ClosedLog"},
    )

__all__ = [
    "MAX_BUNDLE_BYTES",
    "MAX_CLOSED_LOG_BYTES",
    "ArchiveState",
    "ArchivedLog",
    "ClosedLog",
]
