"""Which commands sign the viewers' widget, and make what shows it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.cli.widget.widget import widget_command
else:
    __getattr__ = lazy_face(__name__, {"widget": "widget_command"})

__all__ = ["widget_command"]
