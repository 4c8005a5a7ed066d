"""How much may one asker do, and how much of it counts?

* `rate`: who asks too often, by the generic cell rate algorithm;
* `distinct`: which askers were counted a moment ago, so that one cannot count as many;
* `fair`: whose turn it is, so that one who asks often delays nobody else;
* `pace`: when a ticket of a lane is released, its place until then, and how long the last ones waited.

Every function gets the time. All that is remembered is bounded.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.limits.distinct import AskerName, DistinctAskers
    from edge.limits.fair import FairQueue
    from edge.limits.pace import Pace, usual_wait_s
    from edge.limits.rate import Rate, RateCells
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "distinct": "AskerName DistinctAskers",
            "fair": "FairQueue",
            "pace": "Pace usual_wait_s",
            "rate": "Rate RateCells",
        },
    )

__all__ = [
    "AskerName",
    "DistinctAskers",
    "FairQueue",
    "Pace",
    "Rate",
    "RateCells",
    "usual_wait_s",
]
