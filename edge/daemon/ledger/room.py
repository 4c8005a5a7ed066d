"""How much room the ledger has, and how it does."""

import msgspec

from edge.daemon.telemetry import LedgerMetrics
from edge.host import get_logger

_FILLING = 0.8
"""Part of `max_bytes` from which on a warning is logged."""

RESERVE_BYTES = 256 * 2**20
"""What leaves of hand-overs and replies may use beyond `max_bytes`: about a million of them."""


class LedgerState(msgspec.Struct, frozen=True, kw_only=True):
    """How the ledger does."""

    word: str
    """`ok`, `filling` (four fifths of the room are used), `full` (answers have no leaves), `exhausted` (hand-overs and
    replies have none either) or `failing`.
    """
    error: str
    """Why it fails; empty if it does not."""
    size_bytes: int
    """Bytes of the ledger's file that are in use."""
    max_bytes: int
    """How many it may use."""
    missing: int
    """Acts without a leaf, of which no leaf tells yet."""
    payloads: str = "ok"
    """`ok`, or `failing`: then leaves are written without what they are about."""
    payloads_error: str = ""
    """Why payloads cannot be kept or erased; empty if they can."""
    payloads_lost: int = 0
    """Payloads that this process could not keep. Their leaves have commitments alone."""
    witness: str = "none"
    """`none` (no witness is asked), `unknown` (it was not asked yet), `ok`, or `behind`: a state is not cosigned."""
    witness_error: str = ""
    """Why the witness is behind; empty if that is not known."""


class LedgerRoom:
    """The part of `max_bytes` that is used. One line is logged when there is little, and when there is enough again.

    Leaves of hand-overs and replies may use `reserve_bytes` more. Those of consents, erasures and holds are always
    written: consents have bounds of their own, and the others are an operator's.
    """

    def __init__(self, max_bytes: int, metrics: LedgerMetrics, *, reserve_bytes: int = RESERVE_BYTES) -> None:
        self.max_bytes, self._metrics, self._log = max_bytes, metrics, get_logger()
        self._reserve_bytes = reserve_bytes
        self.size_bytes, self.word = 0, "ok"

    @property
    def is_full(self) -> bool:
        """True if answers get no leaves."""
        return self.word in ("full", "exhausted")

    @property
    def is_exhausted(self) -> bool:
        """True if hand-overs and replies get no leaves either."""
        return self.word == "exhausted"

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
