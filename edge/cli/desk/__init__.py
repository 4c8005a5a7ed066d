"""Which commands does the operator of a desk use? Run it, make tokens, export and review what was done."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.desk.desk import desk_command
else:
    __getattr__ = lazy_face(__name__, {"desk": "desk_command"})

__all__ = ["desk_command"]
