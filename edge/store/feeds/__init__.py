"""How far has this PoP taken what a desk has for it?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.feeds.places_file import PlacesFile
else:
    __getattr__ = lazy_face(__name__, {"places_file": "PlacesFile"})

__all__ = ["PlacesFile"]
