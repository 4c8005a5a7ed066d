"""How much room the ledger has, and how it does."""

import msgspec

from edge.daemon.telemetry import LedgerMetrics
from edge.host import get_logger

_FILLING = 0.8
"""Part of `max_bytes` from which on a warning is logged."""


class LedgerState(msgspec.Struct, frozen=True, kw_only=True):
    """How the ledger does."""

    word: str
    """`ok`, `filling` (four fifths of the room are used), `full` or `failing`."""
    error: str
    """Why it fails; empty if it does not."""
    size_bytes: int
    """Bytes of the ledger's file that are in use."""
    max_bytes: int
    """How many it may use."""
    missing: int
    """Answers without a leaf, of which no leaf tells yet."""


class LedgerRoom:
    """The part of `max_bytes` that is used. One line is logged when there is little, and when there is enough again."""

    def __init__(self, max_bytes: int, metrics: LedgerMetrics) -> None:
        self.max_bytes, self._metrics, self._log = max_bytes, metrics, get_logger()
        self.size_bytes, self.word = 0, "ok"

    @property
    def is_full(self) -> bool:
        """True if answers get no leaves."""
        return self.word == "full"

    def note(self, size_bytes: int) -> None:
        """Note how large the ledger is."""
        limit, before = self.max_bytes, self.word
        self.size_bytes = size_bytes
        self._metrics.size_bytes.set(size_bytes)
        self.word = "full" if size_bytes >= limit else "filling" if size_bytes >= limit * _FILLING else "ok"
        if self.word == before:
            return
        if self.is_full:
            self._log.error("the ledger is full, answers have no leaves", size_bytes=size_bytes, max_bytes=limit)
        elif self.word == "filling":
            self._log.warning("the ledger is filling up", size_bytes=size_bytes, max_bytes=limit)
        else:
            self._log.info("the ledger has room again", size_bytes=size_bytes, max_bytes=limit)
