"""What does a PoP count for its operator?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.telemetry.ledger_metrics import LedgerMetrics
    from edge.daemon.telemetry.loop_lag import LoopLag
    from edge.daemon.telemetry.metrics import Metrics
    from edge.daemon.telemetry.tally_metrics import TIMED, TallyMetrics, TimedWait
    from edge.daemon.telemetry.witness_metrics import WitnessMetrics
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "ledger_metrics": "LedgerMetrics",
            "loop_lag": "LoopLag",
            "metrics": "Metrics",
            "tally_metrics": "TIMED TallyMetrics TimedWait",
            "witness_metrics": "WitnessMetrics",
        },
    )

__all__ = [
    "TIMED",
    "LedgerMetrics",
    "LoopLag",
    "Metrics",
    "TallyMetrics",
    "TimedWait",
    "WitnessMetrics",
]
