"""Which records say what filters look for, what they do, and what they found?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.records.filters.filters import Filter, FilterAction, FilterHit, FilterRule, FiltersPolicy
else:
    __getattr__ = lazy_face(__name__, {"filters": "Filter FilterAction FilterHit FilterRule FiltersPolicy"})

__all__ = ["Filter", "FilterAction", "FilterHit", "FilterRule", "FiltersPolicy"]
