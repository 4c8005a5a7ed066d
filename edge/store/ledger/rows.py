"""What goes into the ledger's file, and what comes out of it."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from edge.ledger import NoteKey
from edge.store.leaves import NewLeaf


class LogState(StrEnum):
    """What may still happen to a log."""

    OPEN = "open"
    CLOSED = "closed"
    """Nothing is added any more."""
    ARCHIVED = "archived"
    """Its leaves are in the archive. Its last checkpoint stays here: no other log may have its name."""


class LogBatch(NamedTuple):
    """What is added to one log in a transaction."""

    slot: int
    """The log's number in the file."""
    name: str
    """`TENANT/EVENT`, or with `~2`, `~3` … behind it."""
    answers: Sequence[NewLeaf]
    """Leaves that only memory had. Those that the log has already are skipped."""
    durable: Sequence[NewLeaf]
    """Leaves that are in another file as well. Those that a log has already are skipped."""
    given: int
    """How many leaves of answers were made for this log in all, these included."""
    gap: Callable[[int], NewLeaf] | None
    """Makes the leaf that says how many are missing; None: it is not written now."""
    last: NewLeaf | None = None
    """The leaf that closes the log."""


class StoredLog(NamedTuple):
    """A log as the file has it."""

    slot: int
    name: str
    origin: str
    """The first line of its checkpoints."""
    state: LogState
    size: int
    counted: int
    """How many leaves of answers it has, those included that a gap says are missing."""
    checkpoint: str
    """The last signed state; empty before the first."""
    written: float
    """When something was added last, in Unix seconds."""


class StoredProof(NamedTuple):
    """A leaf, its place, and the hashes from there to the root of the checkpoint."""

    origin: str
    key: NoteKey
    number: int
    """The leaf's place in the log, from 0."""
    entry: bytes
    hashes: Sequence[bytes]
    checkpoint: str
