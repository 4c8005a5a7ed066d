"""Which words say what becomes of a leaf's payload: kept how long, held, erased, read by its tenant?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.payloads.erasing import (
        DeskErasure,
        EraseRequest,
        Erasure,
        ErasureScope,
        Hold,
        HoldRequest,
        Holds,
    )
    from edge.records.payloads.payload import PayloadQuery, RetentionClass, SealedPayload, SealedPayloads
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "erasing": "DeskErasure EraseRequest Erasure ErasureScope Hold HoldRequest Holds",
            "payload": "PayloadQuery RetentionClass SealedPayload SealedPayloads",
        },
    )

__all__ = [
    "DeskErasure",
    "EraseRequest",
    "Erasure",
    "ErasureScope",
    "Hold",
    "HoldRequest",
    "Holds",
    "PayloadQuery",
    "RetentionClass",
    "SealedPayload",
    "SealedPayloads",
]
