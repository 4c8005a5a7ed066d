"""How well do machine and people do? Counts of several PoPs, added up and shown."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.stats.stats import report_command
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "stats": "report_command",
        },
    )

__all__ = [
    "report_command",
]
