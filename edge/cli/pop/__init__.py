"""What does the operator of a PoP type?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.pop.ask import COLOURS
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "ask": "COLOURS",
        },
    )

__all__ = [
    "COLOURS",
]
