"""Which PoPs may talk to this publisher, and which of them has which revision?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.publish.fleet.ahead import HomeNumbers, fleet_ahead, home_ahead, require_level_with_fleet, why_below_fleet
    from edge.publish.fleet.auth import TOKEN_OF, PublisherAuth
    from edge.publish.fleet.lag import fleet_status
    from edge.publish.fleet.members import FleetMembers
    from edge.publish.fleet.online import online_roles
    from edge.publish.fleet.registry import fleet_of, wanted_islands
    from edge.publish.fleet.restored import lost_roles, raise_numbers, raise_online, raise_root
    from edge.publish.fleet.routes import FleetRoutes
    from edge.publish.fleet.tokens import issue_token
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "ahead": "HomeNumbers fleet_ahead home_ahead require_level_with_fleet why_below_fleet",
            "auth": "PublisherAuth TOKEN_OF",
            "lag": "fleet_status",
            "members": "FleetMembers",
            "online": "online_roles",
            "registry": "fleet_of wanted_islands",
            "restored": "lost_roles raise_numbers raise_online raise_root",
            "routes": "FleetRoutes",
            "tokens": "issue_token",
        },
    )

__all__ = [
    "TOKEN_OF",
    "FleetMembers",
    "FleetRoutes",
    "HomeNumbers",
    "PublisherAuth",
    "fleet_ahead",
    "fleet_of",
    "fleet_status",
    "home_ahead",
    "issue_token",
    "lost_roles",
    "online_roles",
    "raise_numbers",
    "raise_online",
    "raise_root",
    "require_level_with_fleet",
    "wanted_islands",
    "why_below_fleet",
]
