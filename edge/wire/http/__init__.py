"""What did an HTTP peer mean by its answer, or its silence?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.http.http_errors import IDENTITY, shown, unreachable
    from edge.wire.http.retry_after import asked_pause_s, peer_time
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "http_errors": "IDENTITY shown unreachable",
            "retry_after": "asked_pause_s peer_time",
        },
    )

__all__ = [
    "IDENTITY",
    "asked_pause_s",
    "peer_time",
    "shown",
    "unreachable",
]
