"""Which records make a decision tree, and a step through it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.trees.tree import (
        AskedValue,
        Tree,
        TreeList,
        TreeOption,
        TreeRequest,
        TreeResponse,
        TreeRoot,
        TreeStep,
        TypedQuestion,
        TypedValue,
        ValueKind,
    )
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "tree": (
                "AskedValue Tree TreeList TreeOption TreeRequest TreeResponse TreeRoot TreeStep TypedQuestion"
                " TypedValue ValueKind"
            )
        },
    )

__all__ = [
    "AskedValue",
    "Tree",
    "TreeList",
    "TreeOption",
    "TreeRequest",
    "TreeResponse",
    "TreeRoot",
    "TreeStep",
    "TypedQuestion",
    "TypedValue",
    "ValueKind",
]
