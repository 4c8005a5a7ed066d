"""Which merges of sessions did this PoP take? Rows in the outbox's file, stored with the leaf and the message of each.

A row makes a merge that comes again, or at the same moment, the same merge: one leaf, one message. It has the digests
of both sessions, so that it is found when one of them is erased. It ends with the retention of tickets.
"""

from typing import TYPE_CHECKING

from edge.lazy_face import lazy_face

if TYPE_CHECKING:
    from edge.store.merges.rows import SCHEMA, MergeRows, NewMerge, StoredMerge
else:
    __getattr__ = lazy_face(__name__, {"rows": "MergeRows NewMerge SCHEMA StoredMerge"})

__all__ = ["SCHEMA", "MergeRows", "NewMerge", "StoredMerge"]
