"""Which pages does a browser get from a desk? The built files of `edge/faces`, with what they may do."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.desk.pages.pages import PageRoutes
else:
    __getattr__ = lazy_face(__name__, {"pages": "PageRoutes"})

__all__ = ["PageRoutes"]
