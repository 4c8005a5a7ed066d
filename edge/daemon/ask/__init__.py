"""What becomes of this question?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ask.answerer import Answerer
    from edge.daemon.ask.concluder import Concluder
    from edge.daemon.ask.find import find_slot, read_name
    from edge.daemon.ask.judge import Judge
    from edge.daemon.ask.tree_walk import TreeWalker
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answerer": "Answerer",
            "concluder": "Concluder",
            "find": "find_slot read_name",
            "judge": "Judge",
            "tree_walk": "TreeWalker",
        },
    )

__all__ = [
    "Answerer",
    "Concluder",
    "Judge",
    "TreeWalker",
    "find_slot",
    "read_name",
]
