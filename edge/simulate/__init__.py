"""How would a drop go? Viewers, PoPs and people are simulated in virtual time, with the decisions of a PoP."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.simulate.comparison import (
        Comparison,
        DropFigures,
        at_fixed_threshold,
        compare,
        figures,
        without_callbacks,
    )
    from edge.simulate.drop import Course, play
    from edge.simulate.plan import Drop, JudgedQuestion
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "comparison": "Comparison DropFigures at_fixed_threshold compare figures without_callbacks",
            "drop": "Course play",
            "plan": "Drop JudgedQuestion",
        },
    )

__all__ = [
    "Comparison",
    "Course",
    "Drop",
    "DropFigures",
    "JudgedQuestion",
    "at_fixed_threshold",
    "compare",
    "figures",
    "play",
    "without_callbacks",
]
