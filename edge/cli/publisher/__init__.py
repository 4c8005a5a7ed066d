"""Which commands does the operator of a publisher use? Serve PoPs, list the fleet, show its status."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.publisher.fleet_status import (
        end_when_everyone_has,
        next_step,
        require_fleet,
        timeout_option,
        wait_option,
    )
    from edge.cli.publisher.publisher import publisher_command
    from edge.cli.publisher.status import status_command
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "fleet_status": "end_when_everyone_has next_step require_fleet timeout_option wait_option",
            "publisher": "publisher_command",
            "status": "status_command",
        },
    )

__all__ = [
    "end_when_everyone_has",
    "next_step",
    "publisher_command",
    "require_fleet",
    "status_command",
    "timeout_option",
    "wait_option",
]
