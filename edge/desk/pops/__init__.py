"""What may a PoP ask of the desk? Take a ticket or a log, tell what became of tickets, show the PoP's figures."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.pops.archive import archive_routes
    from edge.desk.pops.routes import PopRoutes
    from edge.desk.pops.stream import EventStream
else:
    __getattr__ = lazy_face(__name__, {"archive": "archive_routes", "routes": "PopRoutes", "stream": "EventStream"})

__all__ = ["EventStream", "PopRoutes", "archive_routes"]
