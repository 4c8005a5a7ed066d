"""The running PoP: the only room that knows the others.

`run` starts and stops it, `sync` takes islands, `ask` answers questions, `handoff` keeps and delivers tickets,
`http` is the door.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.run import run_pop
    from edge.daemon.startup import OPENERS
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "run": "run_pop",
            "startup": "OPENERS",
        },
    )

__all__ = [
    "OPENERS",
    "run_pop",
]
