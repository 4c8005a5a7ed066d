"""Which answers may a page keep, to be read when this PoP cannot be reached?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.answers.answers import AnswerRoutes
else:
    __getattr__ = lazy_face(__name__, {"answers": "AnswerRoutes"})

__all__ = ["AnswerRoutes"]
