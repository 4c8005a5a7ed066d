"""What did filters find in an event's tickets, and was it right?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.review.filtered import MAX_EXEMPLARS, FilterReview, review_filters
    from edge.desk.review.signals import add_signals
else:
    __getattr__ = lazy_face(
        __name__,
        {"filtered": "MAX_EXEMPLARS FilterReview review_filters", "signals": "add_signals"},
    )

__all__ = ["MAX_EXEMPLARS", "FilterReview", "add_signals", "review_filters"]
