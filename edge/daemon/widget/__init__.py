"""Which files does a shop's page load from a PoP? The viewers' widget, as it was built from `edge/faces/widget`.

A page with the widget as the overlay of a stream is here, too.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.widget.overlay import OverlayRoutes
    from edge.daemon.widget.widget import WidgetRoutes
else:
    __getattr__ = lazy_face(__name__, {"overlay": "OverlayRoutes", "widget": "WidgetRoutes"})

__all__ = ["OverlayRoutes", "WidgetRoutes"]
