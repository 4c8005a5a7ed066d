"""Which PoPs may talk to this publisher, and which of them has which revision?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.fleet.auth import PublisherAuth
    from edge.publish.fleet.lag import fleet_status
    from edge.publish.fleet.members import FleetMembers
    from edge.publish.fleet.registry import fleet_of, wanted_islands
    from edge.publish.fleet.routes import FleetRoutes
    from edge.publish.fleet.tokens import issue_token
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "auth": "PublisherAuth",
            "lag": "fleet_status",
            "members": "FleetMembers",
            "registry": "fleet_of wanted_islands",
            "routes": "FleetRoutes",
            "tokens": "issue_token",
        },
    )

__all__ = [
    "FleetMembers",
    "FleetRoutes",
    "PublisherAuth",
    "fleet_of",
    "fleet_status",
    "issue_token",
    "wanted_islands",
]
