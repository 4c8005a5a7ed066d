"""Leaves of erasures and holds, on their way into the ledger."""

import msgspec

from edge.daemon.ledger import Ledger
from edge.ledger import commit
from edge.records.ledger import LeafKind, LeafPayload
from edge.store.leaves import UNLISTED, NewLeaf
from edge.store.payloads import ErasureLeaf

_KINDS = {"erasure": LeafKind.ERASURE, "hold": LeafKind.HOLD, "release": LeafKind.RELEASE}


def leaf_of(noted: ErasureLeaf) -> NewLeaf:
    """The leaf for the log. The same each time, as time and salt are."""
    log = f"{noted.tenant}/{noted.event or UNLISTED}"
    payload = msgspec.convert({"island": log, **noted.fields}, LeafPayload)
    leaf = commit(_KINDS[noted.kind], payload, at_ms=int(noted.at * 1000), salt=noted.salt)
    return NewLeaf(leaf.id, log, leaf.entry, opening=leaf.opening)


async def take_leaf(ledger: Ledger, noted: ErasureLeaf) -> None:
    """Give the ledger a leaf. Durable on return; a log takes it once. Raises `StorageError`."""
    await ledger.put(leaf_of(noted))
