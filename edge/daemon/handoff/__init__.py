"""How does a ticket reach its origin while things fail on the way?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.handoff.commands import OutboxCommands
    from edge.daemon.handoff.handoff import Handoff
    from edge.daemon.handoff.lanes import Held
    from edge.daemon.handoff.origin_files import OriginFiles, OriginSecrets, read_origin_files, settings_by_name
    from edge.daemon.handoff.origins import (
        OpenDesk,
        close_origins,
        load_subscriptions,
        make_origins,
        open_outbox,
        own_desks,
    )
    from edge.daemon.handoff.sessions import OriginSessions
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "commands": "OutboxCommands",
            "handoff": "Handoff",
            "lanes": "Held",
            "origin_files": "OriginFiles OriginSecrets read_origin_files settings_by_name",
            "origins": "OpenDesk close_origins own_desks load_subscriptions make_origins open_outbox",
            "sessions": "OriginSessions",
        },
    )

__all__ = [
    "Handoff",
    "Held",
    "OpenDesk",
    "OriginFiles",
    "OriginSecrets",
    "OriginSessions",
    "OutboxCommands",
    "close_origins",
    "load_subscriptions",
    "make_origins",
    "open_outbox",
    "own_desks",
    "read_origin_files",
    "settings_by_name",
]
