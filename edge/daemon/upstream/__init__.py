"""Where is the publisher, and how do PoP and publisher authenticate each other?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.upstream.connection import Upstream
    from edge.daemon.upstream.credentials import (
        NatsFiles,
        UpstreamFiles,
        read_nats_files,
        read_proxy,
        read_trusted_root,
        read_upstream_files,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "connection": "Upstream",
            "credentials": "NatsFiles UpstreamFiles read_nats_files read_proxy read_trusted_root read_upstream_files",
        },
    )

__all__ = [
    "NatsFiles",
    "Upstream",
    "UpstreamFiles",
    "read_nats_files",
    "read_proxy",
    "read_trusted_root",
    "read_upstream_files",
]
