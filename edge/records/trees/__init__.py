"""Which records make a decision tree, and a step through it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.trees.tree import Tree, TreeList, TreeOption, TreeRequest, TreeResponse, TreeRoot, TreeStep
else:
    __getattr__ = lazy_face(__name__, {"tree": "Tree TreeList TreeOption TreeRequest TreeResponse TreeRoot TreeStep"})

__all__ = ["Tree", "TreeList", "TreeOption", "TreeRequest", "TreeResponse", "TreeRoot", "TreeStep"]
