"""Who else saw our logs? The newest state of each is shown to a witness, which cosigns it if the log only grew."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.witnessing.pop_logs import PopLogs, cosigned_route
    from edge.daemon.witnessing.witnessing import WitnessedLogs, Witnessing
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "pop_logs": "PopLogs cosigned_route",
            "witnessing": "WitnessedLogs Witnessing",
        },
    )

__all__ = [
    "PopLogs",
    "WitnessedLogs",
    "Witnessing",
    "cosigned_route",
]
