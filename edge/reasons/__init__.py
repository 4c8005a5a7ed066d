"""What does each reason mean, and what is to be done about it?

The `type` of a problem document is `/problems#REASON`. Every process serves that page (`edge.reasons_page`).
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.reasons.reason_text import ReasonText
    from edge.reasons.table import REASONS, REASONS_PATH, problem_type
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "reason_text": "ReasonText",
            "table": "REASONS REASONS_PATH problem_type",
        },
    )

__all__ = [
    "REASONS",
    "REASONS_PATH",
    "ReasonText",
    "problem_type",
]
