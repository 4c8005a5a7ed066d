"""Which confidence is enough for an answer, so that the island keeps its promise?

`live` has the threshold of one island in one class of channel, and the traffic that it follows; `askers` says who was
counted in it. `share` estimates how much of that traffic can be answered, `starts` says what is usually asked.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.decide.threshold.live import ONE_CLIENT_BOUND, SET_BACK_S, LiveThreshold, Traffic, dated
    from edge.decide.threshold.starts import Starts
else:
    __getattr__ = lazy_face(
        __name__, {"live": "LiveThreshold ONE_CLIENT_BOUND SET_BACK_S Traffic dated", "starts": "Starts"}
    )

__all__ = ["ONE_CLIENT_BOUND", "SET_BACK_S", "LiveThreshold", "Starts", "Traffic", "dated"]
