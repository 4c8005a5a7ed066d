"""How does a viewer learn what became of a ticket?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.tickets.routes import TicketRoutes, trim_events_head
    from edge.daemon.tickets.streams import TicketStreams
    from edge.daemon.tickets.wait import WaitEstimates
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "routes": "TicketRoutes trim_events_head",
            "streams": "TicketStreams",
            "wait": "WaitEstimates",
        },
    )

__all__ = ["TicketRoutes", "TicketStreams", "WaitEstimates", "trim_events_head"]
