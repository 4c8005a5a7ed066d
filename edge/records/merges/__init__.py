"""Which records say that two sessions are of one person?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.merges.desk import DeskMerges, MergedTicket, MergeInForce
    from edge.records.merges.merge import (
        MERGE_SCHEMA,
        MergeMessage,
        MergeRequest,
        MergeResponse,
        MergeUndoRequest,
        NamedSession,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "desk": "DeskMerges MergedTicket MergeInForce",
            "merge": "MERGE_SCHEMA MergeMessage MergeRequest MergeResponse MergeUndoRequest NamedSession",
        },
    )

__all__ = [
    "MERGE_SCHEMA",
    "DeskMerges",
    "MergeInForce",
    "MergeMessage",
    "MergeRequest",
    "MergeResponse",
    "MergeUndoRequest",
    "MergedTicket",
    "NamedSession",
]
