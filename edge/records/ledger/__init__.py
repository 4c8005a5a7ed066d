"""Which records make a leaf of the ledger, a proof of it, and a word on how the ledger does?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.ledger.leaf import Leaf, LeafKind, LeafPayload, ShownAnswer
    from edge.records.ledger.log import LeafProof, LedgerList, LedgerLog
    from edge.records.ledger.state import MAX_TEXT_CHARACTERS, LedgerState
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "leaf": "Leaf LeafKind LeafPayload ShownAnswer",
            "log": "LeafProof LedgerList LedgerLog",
            "state": "LedgerState MAX_TEXT_CHARACTERS",
        },
    )

__all__ = [
    "MAX_TEXT_CHARACTERS",
    "Leaf",
    "LeafKind",
    "LeafPayload",
    "LeafProof",
    "LedgerList",
    "LedgerLog",
    "LedgerState",
    "ShownAnswer",
]
