"""What has a PoP counted?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.tally.tally_store import TallyBounds, TallyStore
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "tally_store": "TallyBounds TallyStore",
        },
    )

__all__ = [
    "TallyBounds",
    "TallyStore",
]
