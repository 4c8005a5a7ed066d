"""Which leaves does each log of this PoP have, and what has the PoP signed of them?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.ledger.archive import COSIGNED_FILE, LogArchive
    from edge.store.ledger.cosigned import CosignedNotes
    from edge.store.ledger.given import GivenCounts
    from edge.store.ledger.ledger_store import LedgerStore
    from edge.store.ledger.rows import LogBatch, LogState, StoredLog, StoredProof
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "archive": "COSIGNED_FILE LogArchive",
            "cosigned": "CosignedNotes",
            "given": "GivenCounts",
            "ledger_store": "LedgerStore",
            "rows": "LogBatch LogState StoredLog StoredProof",
        },
    )

__all__ = [
    "COSIGNED_FILE",
    "CosignedNotes",
    "GivenCounts",
    "LedgerStore",
    "LogArchive",
    "LogBatch",
    "LogState",
    "StoredLog",
    "StoredProof",
]
