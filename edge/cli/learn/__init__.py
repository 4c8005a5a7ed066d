"""Which commands bring an event's questions back to the author? Export them from a desk, and learn from them."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.learn.export import export_command
    from edge.cli.learn.learn import learn_command
else:
    __getattr__ = lazy_face(__name__, {"export": "export_command", "learn": "learn_command"})

__all__ = ["export_command", "learn_command"]
