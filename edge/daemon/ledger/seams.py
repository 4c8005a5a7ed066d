"""What the writer of leaves, and what ends logs, get from others."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from edge.errors import SkerryError, StorageError
from edge.ledger import NoteKey
from edge.records.ledger import LeafKind
from edge.store.leaves import NewLeaf
from edge.store.ledger import StoredLog

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


class Archive(Protocol):
    """Where closed logs go."""

    def place(self, log: StoredLog) -> str:
        """Where this log goes, as a name: while that place does not answer, its other logs are not tried."""

    async def keep(self, log: StoredLog, key: NoteKey, note: str) -> bool:
        """True if all of the log was verified there, and is on its disk; False: ask again later. Idempotent.

        `key` signed its checkpoint. `note` is what a witness cosigned of it, empty if none did. Raises `RefusedError`,
        `UnreachableError` or `StorageError` if the log stays here.
        """


class Witnessed(NamedTuple):
    """How a witness sees the logs."""

    word: str
    """One of those of `LedgerState.witness`."""
    trouble: SkerryError | None = None
    """Why it has not cosigned, as far as that is known."""


NOT_WITNESSED = Witnessed("none")
