"""What becomes of a pressed button: a step of a tree, or a choice from what was offered?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.buttons.chooser import Chooser
    from edge.daemon.buttons.tree_walk import TreeWalker
    from edge.daemon.buttons.while_waiting import WhileWaiting
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "chooser": "Chooser",
            "tree_walk": "TreeWalker",
            "while_waiting": "WhileWaiting",
        },
    )

__all__ = ["Chooser", "TreeWalker", "WhileWaiting"]
