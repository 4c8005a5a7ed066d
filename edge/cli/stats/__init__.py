"""How well do machine and people do? Counts of several PoPs, added up and shown."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.stats.stats import stats_command
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "stats": "stats_command",
        },
    )

__all__ = [
    "stats_command",
]
