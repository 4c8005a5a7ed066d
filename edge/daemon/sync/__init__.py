"""How do islands reach a PoP, and until when may it serve them?"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.daemon.sync.clock import PopClock
    from edge.daemon.sync.entries import PopEntry, PopShelf, PopSlot
    from edge.daemon.sync.evict import evicted, restored
    from edge.daemon.sync.gc_tuning import exempt_islands
    from edge.daemon.sync.root_anchor import RootAnchor
    from edge.daemon.sync.stored_shelf import shelf_from_store
    from edge.daemon.sync.sync import IN_FORCE, Syncer
    from edge.daemon.sync.transitions import trusted_roles
else:
    __getattr__ = lazy_face(
        __name__,
        {
            "clock": "PopClock",
            "entries": "PopEntry PopShelf PopSlot",
            "evict": "evicted restored",
            "gc_tuning": "exempt_islands",
            "root_anchor": "RootAnchor",
            "stored_shelf": "shelf_from_store",
            "sync": "IN_FORCE Syncer",
            "transitions": "trusted_roles",
        },
    )

__all__ = [
    "IN_FORCE",
    "PopClock",
    "PopEntry",
    "PopShelf",
    "PopSlot",
    "RootAnchor",
    "Syncer",
    "evicted",
    "exempt_islands",
    "restored",
    "shelf_from_store",
    "trusted_roles",
]
