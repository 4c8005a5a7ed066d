"""What does the operator of a publisher type?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.publisher.fleet_status import end_when_everyone_has, require_fleet, timeout_option, wait_option
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "fleet_status": "end_when_everyone_has require_fleet timeout_option wait_option",
        },
    )

__all__ = [
    "end_when_everyone_has",
    "require_fleet",
    "timeout_option",
    "wait_option",
]
