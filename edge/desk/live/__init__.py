"""What does a running desk know that its disk does not? Who is there, what PoPs posted, who waits for news.

All of it is lost when the desk ends, and comes back within seconds.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.live.figures import PostedFigures
    from edge.desk.live.fleet import FleetView, PublisherAddress
    from edge.desk.live.loads import Loads
    from edge.desk.live.news import ChangeMailbox, News, PopMailbox
    from edge.desk.live.presence import Presence
    from edge.desk.live.sse import HEARTBEAT, HEARTBEAT_S, event_bytes, open_stream, write
    from edge.desk.live.thread import DeskThread, OpenDesk
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "figures": "PostedFigures",
            "fleet": "FleetView PublisherAddress",
            "loads": "Loads",
            "news": "ChangeMailbox News PopMailbox",
            "presence": "Presence",
            "sse": "HEARTBEAT HEARTBEAT_S event_bytes open_stream write",
            "thread": "DeskThread OpenDesk",
        },
    )

__all__ = [
    "HEARTBEAT",
    "HEARTBEAT_S",
    "ChangeMailbox",
    "DeskThread",
    "FleetView",
    "Loads",
    "News",
    "OpenDesk",
    "PopMailbox",
    "PostedFigures",
    "Presence",
    "PublisherAddress",
    "event_bytes",
    "open_stream",
    "write",
]
