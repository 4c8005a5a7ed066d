"""What the writer of leaves gets from others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from edge.errors import StorageError
from edge.records.ledger import LeafKind
from edge.store.leaves import NewLeaf

MakeMark = Callable[[str, LeafKind, int | None], NewLeaf]
"""Makes a leaf about the log of an event itself: how many leaves are missing, or that it is closed."""


class Payloads(Protocol):
    """Keeps what leaves commit to, next to the logs."""

    @property
    def fault(self) -> StorageError | None:
        """Why payloads cannot be kept; None if they can."""

    @property
    def lost(self) -> int:
        """Payloads that this process could not keep. Their leaves have commitments alone."""

    def wants(self, log: str) -> bool:
        """True if payloads of this log, `TENANT/EVENT`, are kept. Any thread may ask."""

    def keep(self, leaves: Sequence[NewLeaf]) -> int:
        """Keep the openings of leaves. In the ledger's thread, before the leaves are in a log.

        It may be called again for the same leaves. Returns how many are lost. Raises nothing of the disk's: a leaf
        needs no payload.
        """

    def note_lost(self, count: int) -> None:
        """Count what `keep` could not keep, once the leaves are in a log: until then they come again."""


class Witnessed(NamedTuple):
    """How a witness sees the logs."""

    word: str
    """`none` (no witness is asked), `unknown` (it was not asked yet), `ok`, or `behind`: a state is not cosigned."""
    error: str = ""
    """Why it is behind, as far as that is known."""


NOT_WITNESSED = Witnessed("none")
