"""How does a ticket reach its origin while things fail on the way?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.handoff.handoff import Handoff
    from edge.daemon.handoff.lanes import Held
    from edge.daemon.handoff.origins import (
        OriginSecrets,
        close_origins,
        load_subscriptions,
        make_origins,
        open_outbox,
        read_secrets,
        settings_by_name,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "handoff": "Handoff",
            "lanes": "Held",
            "origins": (
                "OriginSecrets close_origins load_subscriptions make_origins open_outbox read_secrets settings_by_name"
            ),
        },
    )

__all__ = [
    "Handoff",
    "Held",
    "OriginSecrets",
    "close_origins",
    "load_subscriptions",
    "make_origins",
    "open_outbox",
    "read_secrets",
    "settings_by_name",
]
