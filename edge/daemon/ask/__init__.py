"""What becomes of this question?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ask.answerer import Asking
    from edge.daemon.ask.ticket import trace_of
    from edge.daemon.ask.tree_walk import Trees
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answerer": "Asking",
            "ticket": "trace_of",
            "tree_walk": "Trees",
        },
    )

__all__ = [
    "Asking",
    "Trees",
    "trace_of",
]
