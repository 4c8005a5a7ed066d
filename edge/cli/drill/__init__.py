"""Does Skerry keep its promises while something goes wrong? Drills: each plays a bad day, and says what it found."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.drill.drill import drill_command
    from edge.cli.drill.privacy import (
        EventDay,
        PrivacyFault,
        PrivacyReport,
        hold_events,
        hold_privacy_drill,
        let_thief_read,
        log_addresses,
        make_privacy_home,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "drill": "drill_command",
            "privacy": (
                "EventDay PrivacyFault PrivacyReport hold_events hold_privacy_drill let_thief_read log_addresses"
                " make_privacy_home"
            ),
        },
    )

__all__ = [
    "EventDay",
    "PrivacyFault",
    "PrivacyReport",
    "drill_command",
    "hold_events",
    "hold_privacy_drill",
    "let_thief_read",
    "log_addresses",
    "make_privacy_home",
]
