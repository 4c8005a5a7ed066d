"""What has a PoP counted, and what do its thresholds follow?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.tally.tally_store import TallyBounds, TallyStore
    from edge.store.tally.traffic_file import KeptTraffic, TrafficFile
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "tally_store": "TallyBounds TallyStore",
            "traffic_file": "KeptTraffic TrafficFile",
        },
    )

__all__ = [
    "KeptTraffic",
    "TallyBounds",
    "TallyStore",
    "TrafficFile",
]
