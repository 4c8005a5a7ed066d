"""What does a PoP count for its operator?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.telemetry.loop_lag import LoopLag
    from edge.daemon.telemetry.metrics import Metrics
    from edge.daemon.telemetry.tally_metrics import TIMED, TallyMetrics, TimedWait
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "loop_lag": "LoopLag",
            "metrics": "Metrics",
            "tally_metrics": "TIMED TallyMetrics TimedWait",
        },
    )

__all__ = [
    "TIMED",
    "LoopLag",
    "Metrics",
    "TallyMetrics",
    "TimedWait",
]
