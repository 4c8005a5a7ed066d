"""What do a PoP and its publisher send each other?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.wire.publisher.events import EventParser, encode_event, pack_bundle, unpack_bundle
    from edge.wire.publisher.fleet_client import FleetClient
    from edge.wire.publisher.push_client import PushClient
    from edge.wire.publisher.repository_client import RepositoryClient
    from edge.wire.publisher.status_client import KEY_HEADER, POP_HEADER, SIGNATURE_HEADER, STATUS_PATH, StatusClient
    from edge.wire.publisher.witness_client import (
        ADD_CHECKPOINT_PATH,
        TLOG_SIZE,
        WITNESS_PATH,
        OtherSize,
        WitnessClient,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "events": "EventParser encode_event pack_bundle unpack_bundle",
            "fleet_client": "FleetClient",
            "push_client": "PushClient",
            "repository_client": "RepositoryClient",
            "status_client": "KEY_HEADER POP_HEADER SIGNATURE_HEADER STATUS_PATH StatusClient",
            "witness_client": "ADD_CHECKPOINT_PATH TLOG_SIZE WITNESS_PATH OtherSize WitnessClient",
        },
    )

__all__ = [
    "ADD_CHECKPOINT_PATH",
    "KEY_HEADER",
    "POP_HEADER",
    "SIGNATURE_HEADER",
    "STATUS_PATH",
    "TLOG_SIZE",
    "WITNESS_PATH",
    "EventParser",
    "FleetClient",
    "OtherSize",
    "PushClient",
    "RepositoryClient",
    "StatusClient",
    "WitnessClient",
    "encode_event",
    "pack_bundle",
    "unpack_bundle",
]
