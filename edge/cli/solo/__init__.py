"""How does one creator run everything with one command? Publisher, desk and PoP as children of one process."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.solo.solo import solo_command
else:
    __getattr__ = lazy_face(__name__, {"solo": "solo_command"})

__all__ = ["solo_command"]
