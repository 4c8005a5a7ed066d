"""The threshold of one island in one class of channel, from what was asked there.

The promise is about all answers together: a share of them is right. So the threshold is the lowest confidence at which
the mean calibrated confidence of all that would be answered keeps a margin above the promise. It stays between the
island's floor and what is promised.

The confidences are in a histogram that forgets slowly. Nobody says which answers were right, so no label is needed.
One asker counts once in six hours (`edge.decide.steering`), and the starting histogram counts as `START_WEIGHT` askers.
So ten thousand questions of one client move the threshold by less than `ONE_CLIENT_BOUND`.
"""

from typing import NamedTuple

import numpy as np

from edge.decide.policy import ChannelClass
from edge.decide.threshold.share import Floats, calibrated, estimate_share
from edge.decide.threshold.starts import usual_share, usually_asked
from edge.records import PromisePolicy, ThresholdWhy

BINS = 200
"""Bins of 0.005. Calibration is good to some hundredths."""

MEMORY = 1_000.0
"""Askers after which a question counts 1/e of a new one: an evening's event, and not last month's."""

START_WEIGHT = 200.0
"""The starting histogram counts as so many askers."""

MARGIN = 0.4
"""This part of the errors that the promise allows is kept in reserve: for a promised 0.90 the mean must be 0.94.
Confidences are too high by up to 0.04 on islands that triage has not seen (`models/README.md`)."""

EVERY = 4.0
"""Weight of new askers after which the threshold is computed again."""

ONE_CLIENT_BOUND = 0.04
"""What one client may move a threshold by, however much it asks within six hours. A test shows it."""

_CENTRES: Floats = (np.arange(BINS) + 0.5) / BINS
_EDGES: Floats = np.arange(BINS) / BINS


class LiveThreshold(NamedTuple):
    """A threshold, and how it came about."""

    confidence: float
    """The confidence that an answer needs now."""
    share: float | None
    """Estimated share of the questions that can be answered; None if each answer must reach the target."""
    why: ThresholdWhy


class Traffic:
    """Confidences of what was asked of an island in one class of channel. About 2 kB. Not thread-safe."""

    def __init__(self, channel: ChannelClass, bins: bytes = b"") -> None:
        """`bins`: as `to_bytes` gave them. Others, of another length or with values that no histogram has, are left."""
        self._usual = usual_share(channel)
        self._bins: Floats = _read(bins)
        self._share, self._new = self._usual, EVERY
        self._last: tuple[tuple[float, float], LiveThreshold] | None = None

    @property
    def weight(self) -> float:
        """How many askers the histogram holds, without those it has forgotten."""
        return float(self._bins.sum())

    def to_bytes(self) -> bytes:
        """The histogram as float32[200], little-endian."""
        return self._bins.astype("<f4").tobytes()

    def count(self, confidence: float, weight: float) -> None:
        """Count the confidence of a question. `weight`: how much its asker counts, at most 1."""
        self._bins *= 1 - weight / MEMORY
        self._bins[min(BINS - 1, max(0, int(confidence * BINS)))] += weight
        self._new += weight

    def threshold(self, promise: float, policy: PromisePolicy) -> LiveThreshold:
        """The threshold for `promise`, the share of answers that must be right."""
        wanted = (promise, policy.floor)
        if self._last is None or self._last[0] != wanted or self._new >= EVERY:
            if self._new >= EVERY:
                self._share, self._new = estimate_share(self._bins, _CENTRES, self._usual, self._share), 0.0
            self._last = (wanted, self._compute(*wanted))
        return self._last[1]

    def _compute(self, promise: float, floor: float) -> LiveThreshold:
        probability = calibrated(_CENTRES, self._share)
        weights = self._bins + START_WEIGHT * usually_asked(self._share)
        answered = np.cumsum(weights[::-1])[::-1]
        mean = np.cumsum((weights * probability)[::-1])[::-1] / np.maximum(answered, 1e-9)
        wanted = promise + MARGIN * (1 - promise)
        # The promise is the highest bar, though little of what is asked may be answerable: then even this may not keep
        # it. A floor above the promise is none.
        highest, floor = promise, min(floor, promise)
        kept = np.flatnonzero((mean < wanted) & (answered > 0))
        lowest = float(_EDGES[kept[-1] + 1]) if kept.size and kept[-1] + 1 < BINS else (1.0 if kept.size else 0.0)
        if lowest >= highest:
            return LiveThreshold(highest, self._share, ThresholdWhy.TARGET)
        if lowest <= floor:
            return LiveThreshold(floor, self._share, ThresholdWhy.FLOOR)
        why = ThresholdWhy.TRAFFIC if self.weight >= START_WEIGHT else ThresholdWhy.START
        return LiveThreshold(lowest, self._share, why)


def _read(bins: bytes) -> Floats:
    if len(bins) != 4 * BINS:
        return np.zeros(BINS)
    read = np.frombuffer(bins, "<f4").astype(np.float64)
    is_histogram = bool(np.isfinite(read).all() and (read >= 0).all() and read.sum() <= 2 * MEMORY)
    return read if is_histogram else np.zeros(BINS)
