"""What does the answer of an HTTP peer mean, or its silence?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.http.http_errors import IDENTITY, peer_name, unreachable
    from edge.wire.http.retry_after import peer_time, requested_retry_after_s
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "http_errors": "IDENTITY peer_name unreachable",
            "retry_after": "peer_time requested_retry_after_s",
        },
    )

__all__ = [
    "IDENTITY",
    "peer_name",
    "peer_time",
    "requested_retry_after_s",
    "unreachable",
]
