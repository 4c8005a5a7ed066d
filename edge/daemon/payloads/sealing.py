"""The sealing key of each tenant, as its islands on the shelf have it."""

from collections.abc import Callable

from edge.daemon.sync import PopShelf


class SealingKeys:
    """Public sealing keys by tenant. Any thread may ask."""

    def __init__(self, shelf: Callable[[], PopShelf]) -> None:
        self._shelf = shelf
        self._known: tuple[PopShelf | None, dict[str, bytes]] = None, {}

    def __call__(self, tenant: str) -> bytes:
        """The tenant's key; empty if none of its islands has one.

        While islands of a tenant have two keys, after a rotation, either is good: the tenant keeps the older one, too.
        """
        shelf, (of, keys) = self._shelf(), self._known
        # A shelf never changes: it is replaced. Two threads may do this at once, so both are set together.
        if shelf is not of:
            islands = (slot.entry.island for slot in shelf.slots.values() if slot.entry is not None)
            keys = {island.tenant: island.sealing for island in islands if island.sealing}
            self._known = shelf, keys
        return keys.get(tenant, b"")
