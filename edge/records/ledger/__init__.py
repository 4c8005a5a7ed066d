"""Which records make a leaf of the ledger, and a proof of it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.ledger.leaf import Leaf, LeafKind, LeafPayload, ShownAnswer
    from edge.records.ledger.log import LeafProof, LedgerList, LedgerLog
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "leaf": "Leaf LeafKind LeafPayload ShownAnswer",
            "log": "LeafProof LedgerList LedgerLog",
        },
    )

__all__ = [
    "Leaf",
    "LeafKind",
    "LeafPayload",
    "LeafProof",
    "LedgerList",
    "LedgerLog",
    "ShownAnswer",
]
