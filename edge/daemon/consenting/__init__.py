"""How does a viewer agree, take it back, and ask and agree in one tap?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.consenting.routes import ConsentRoutes
else:
    __getattr__ = lazy_face(__name__, {"routes": "ConsentRoutes"})

__all__ = ["ConsentRoutes"]
