"""What becomes of this question?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ask.answerer import Answerer
    from edge.daemon.ask.concluder import Concluder
    from edge.daemon.ask.find import find_slot
    from edge.daemon.ask.judge import Judge
    from edge.daemon.ask.overload import Overload, too_much
    from edge.daemon.ask.response import viewers_form
    from edge.daemon.ask.tree_walk import TreeWalker
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answerer": "Answerer",
            "concluder": "Concluder",
            "find": "find_slot",
            "judge": "Judge",
            "overload": "Overload too_much",
            "response": "viewers_form",
            "tree_walk": "TreeWalker",
        },
    )

__all__ = [
    "Answerer",
    "Concluder",
    "Judge",
    "Overload",
    "TreeWalker",
    "find_slot",
    "too_much",
    "viewers_form",
]
