"""Which files does a shop's page load from a PoP? The viewers' widget, as it was built from `edge/faces/widget`."""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.widget.widget import WidgetRoutes
else:
    __getattr__ = lazy_face(__name__, {"widget": "WidgetRoutes"})

__all__ = ["WidgetRoutes"]
