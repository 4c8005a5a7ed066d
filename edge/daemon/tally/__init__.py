"""What came of each outcome?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.tally.tally import Tally
    from edge.daemon.tally.traffic import TrafficKeeper, asker_salt, traffic_of
    from edge.daemon.tally.writer import TallyWriter
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "tally": "Tally",
            "traffic": "TrafficKeeper asker_salt traffic_of",
            "writer": "TallyWriter",
        },
    )

__all__ = [
    "Tally",
    "TallyWriter",
    "TrafficKeeper",
    "asker_salt",
    "traffic_of",
]
