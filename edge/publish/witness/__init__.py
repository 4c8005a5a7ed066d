"""Did this log only grow since we saw it last? The publisher as a witness of its PoPs' logs."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.witness.routes import WitnessRoutes
    from edge.publish.witness.seen import SeenLogs
    from edge.publish.witness.witness import witness_key
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "routes": "WitnessRoutes",
            "seen": "SeenLogs",
            "witness": "witness_key",
        },
    )

__all__ = [
    "SeenLogs",
    "WitnessRoutes",
    "witness_key",
]
