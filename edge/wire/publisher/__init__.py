"""What do a PoP and its publisher send each other?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.publisher.events import EventParser, encode_event, pack_bundle, unpack_bundle
    from edge.wire.publisher.fleet_client import FleetClient
    from edge.wire.publisher.push_client import PushClient
    from edge.wire.publisher.repository_client import RepositoryClient
    from edge.wire.publisher.status_client import KEY_HEADER, POP_HEADER, SIGNATURE_HEADER, STATUS_PATH, StatusClient
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "events": "EventParser encode_event pack_bundle unpack_bundle",
            "fleet_client": "FleetClient",
            "push_client": "PushClient",
            "repository_client": "RepositoryClient",
            "status_client": "KEY_HEADER POP_HEADER SIGNATURE_HEADER STATUS_PATH StatusClient",
        },
    )

__all__ = [
    "KEY_HEADER",
    "POP_HEADER",
    "SIGNATURE_HEADER",
    "STATUS_PATH",
    "EventParser",
    "FleetClient",
    "PushClient",
    "RepositoryClient",
    "StatusClient",
    "encode_event",
    "pack_bundle",
    "unpack_bundle",
]
