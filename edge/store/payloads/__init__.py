"""What did the leaves of a ledger say, for their tenant alone, and until when?

A PoP writes payloads and erases them. It cannot read back what it wrote: keys are on the disk only as sealed boxes.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.payloads.erasing import erase, erase_old, finish_erasures
    from edge.store.payloads.holding import hold, holds, release
    from edge.store.payloads.leaves import ErasureLeaf, forget_leaves, waiting_leaves
    from edge.store.payloads.live_keys import NewPayload, session_digest
    from edge.store.payloads.payload_store import PayloadBounds, PayloadStore
    from edge.store.payloads.read import read_payloads
    from edge.store.payloads.schema import PAYLOADS_FOLDER
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "erasing": "erase erase_old finish_erasures",
            "holding": "hold holds release",
            "leaves": "ErasureLeaf forget_leaves waiting_leaves",
            "live_keys": "NewPayload session_digest",
            "payload_store": "PayloadBounds PayloadStore",
            "read": "read_payloads",
            "schema": "PAYLOADS_FOLDER",
        },
    )

__all__ = [
    "PAYLOADS_FOLDER",
    "ErasureLeaf",
    "NewPayload",
    "PayloadBounds",
    "PayloadStore",
    "erase",
    "erase_old",
    "finish_erasures",
    "forget_leaves",
    "hold",
    "holds",
    "read_payloads",
    "release",
    "session_digest",
    "waiting_leaves",
]
