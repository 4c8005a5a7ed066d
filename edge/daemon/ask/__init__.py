"""What becomes of this question?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.ask.answerer import Answerer
    from edge.daemon.ask.concluder import Concluder
    from edge.daemon.ask.judge import Judge
    from edge.daemon.ask.response import viewers_form
    from edge.daemon.ask.tree_walk import TreeWalker
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "answerer": "Answerer",
            "concluder": "Concluder",
            "judge": "Judge",
            "response": "viewers_form",
            "tree_walk": "TreeWalker",
        },
    )

__all__ = [
    "Answerer",
    "Concluder",
    "Judge",
    "TreeWalker",
    "viewers_form",
]
