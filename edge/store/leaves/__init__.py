"""Which leaves wait in another store's file until the ledger has them?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.leaves.leaves import SCHEMA, UNLISTED, HandedOver, NewLeaf, WaitingLeaves
else:
    __getattr__ = lazy_face(__name__, {"leaves": "HandedOver NewLeaf SCHEMA UNLISTED WaitingLeaves"})

__all__ = [
    "SCHEMA",
    "UNLISTED",
    "HandedOver",
    "NewLeaf",
    "WaitingLeaves",
]
