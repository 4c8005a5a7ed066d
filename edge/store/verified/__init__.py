"""What has a PoP verified, so that it can serve after a restart?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.verified.verified_store import VerifiedStore
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "verified_store": "VerifiedStore",
        },
    )

__all__ = [
    "VerifiedStore",
]
