"""Where is the publisher, and how do PoP and publisher authenticate each other?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.upstream.connection import Upstream
    from edge.daemon.upstream.credentials import read_nats_account, read_trusted_root
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "connection": "Upstream",
            "credentials": "read_nats_account read_trusted_root",
        },
    )

__all__ = [
    "Upstream",
    "read_nats_account",
    "read_trusted_root",
]
