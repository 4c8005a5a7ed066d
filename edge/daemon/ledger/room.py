"""How much room the ledger has."""

import math

from edge.daemon.telemetry import LedgerMetrics
from edge.host import get_logger

_FILLING = 0.8
"""Part of `max_bytes` from which on a warning is logged."""

GAP_S = 60.0
"""While answers have no leaves, a leaf tells how many are missing once in so many seconds: half a megabyte a day."""

RESERVE_BYTES = 256 * 2**20
"""What leaves of hand-overs and replies may use beyond `max_bytes`: about a million of them."""


class LedgerRoom:
    """The part of `max_bytes` that is used. One line is logged when there is little, and when there is enough again.

    Leaves of hand-overs and replies may use `reserve_bytes` more. Those of consents, erasures and holds are always
    written: consents have bounds of their own, and the others are an operator's.
    """

    def __init__(self, max_bytes: int, metrics: LedgerMetrics, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self.max_bytes, self._metrics, self._log = max_bytes, metrics, get_logger()
        self._reserve_bytes = reserve_bytes
        self.size_bytes, self.word = 0, "ok"
        self._last_gap = -math.inf

    @property
    def is_full(self) -> bool:
        """True if answers get no leaves."""
        return self.word in ("full", "exhausted")

    @property
    def is_exhausted(self) -> bool:
        """True if hand-overs and replies get no leaves either."""
        return self.word == "exhausted"

    def takes_gap(self, at_s: float) -> bool:
        """True if a leaf may tell now how many are missing. `at_s` is steady time in seconds.

        While answers have none, each turn is `GAP_S` after the last one: who reads the log then sees that it is full.
        """
        if not self.is_full:
            return True
        if self.is_exhausted or at_s - self._last_gap < GAP_S:
            return False
        self._last_gap = at_s
        return True

    def note(self, size_bytes: int) -> None:
        """Note how large the ledger is."""
        limit, before = self.max_bytes, self.word
        self.size_bytes = size_bytes
        self._metrics.size_bytes.set(size_bytes)
        bounds = {"exhausted": limit + self._reserve_bytes, "full": limit, "filling": limit * _FILLING}
        self.word = next((word for word, bound in bounds.items() if size_bytes >= bound), "ok")
        if self.word == before:
            return
        if self.is_exhausted:
            text = "the ledger is full, hand-overs and replies have no leaves either"
            self._log.error(text, size_bytes=size_bytes, max_bytes=limit)
        elif self.is_full:
            self._log.error("the ledger is full, answers have no leaves", size_bytes=size_bytes, max_bytes=limit)
        elif self.word == "filling":
            self._log.warning("the ledger is filling up", size_bytes=size_bytes, max_bytes=limit)
        else:
            self._log.info("the ledger has room again", size_bytes=size_bytes, max_bytes=limit)
