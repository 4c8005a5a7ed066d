"""What the writer of leaves gets from others."""

from collections.abc import Callable, Sequence
from typing import Protocol

from edge.records.ledger import LeafKind
from edge.store.leaves import NewLeaf

MakeMark = Callable[[str, LeafKind, int | None], NewLeaf]
"""Makes a leaf about the log of an event itself: how many leaves are missing, or that it is closed."""


class Payloads(Protocol):
    """Keeps what leaves commit to, next to the logs."""

    def keep(self, leaves: Sequence[NewLeaf]) -> None:
        """Keep the openings of leaves; durable on return. In the ledger's thread, before the leaves are in a log.

        It may be called again for the same leaves. Raises `StorageError`; then the leaves wait as well.
        """
