"""What did filters find in an event's tickets, and was it right?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.review.filtered import MAX_EXEMPLARS, FilterReview, review_filters
else:
    __getattr__ = lazy_face(__name__, {"filtered": "MAX_EXEMPLARS FilterReview review_filters"})

__all__ = ["MAX_EXEMPLARS", "FilterReview", "review_filters"]
