"""How are two sessions of one tenant declared to be of one person, and how is that undone?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.merging.erasing import erase_merges
    from edge.daemon.merging.merging import Merging
    from edge.daemon.merging.routes import MergeRoutes
else:
    __getattr__ = lazy_face(__name__, {"erasing": "erase_merges", "merging": "Merging", "routes": "MergeRoutes"})

__all__ = ["MergeRoutes", "Merging", "erase_merges"]
