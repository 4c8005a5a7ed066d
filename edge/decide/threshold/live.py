"""The threshold of one island in one class of channel, from what was asked there.

The promise is about all answers together: a share of them is right. So the threshold is the lowest confidence at which
the mean calibrated confidence of all that would be answered keeps a margin above the promise. It stays between the
island's floor and what is promised.

The confidences are in a histogram that forgets slowly. Nobody says which answers were right, so no label is needed.
One asker counts once in six hours (`askers`), and the starting histogram counts as `START_WEIGHT` askers. So ten
thousand questions of one client move the threshold by less than `ONE_CLIENT_BOUND`.
"""

import math
import struct
from typing import NamedTuple

import numpy as np

from edge.decide.policy import ChannelClass
from edge.decide.threshold.askers import MAX_ASKERS, CountedAskers
from edge.decide.threshold.share import Floats, calibrated, estimate_share
from edge.decide.threshold.starts import USUAL, Starts, usual_share
from edge.limits import AskerName
from edge.records import PromisePolicy, ThresholdWhy

BINS = 200
"""Bins of 0.005. Calibration is good to some hundredths."""

MEMORY = 1_000.0
"""Askers after which a question counts 1/e of a new one: an evening's event, and not last month's."""

HALF_LIFE_S = 86_400.0
"""Seconds after which traffic counts half. An event of six hours loses a sixth by it, a night between two days of one
event half. The next event a week later starts from less than a hundredth, so almost from what is usual."""

FADED_S = 12 * HALF_LIFE_S
"""Then a thousand askers weigh a quarter of one, and the traffic need not be kept."""

SET_BACK_S = 60.0
"""A time this far before the last one means that the clock was set back. Waiting for triage explains only 0.2 s: the
default queue holds 256 questions (`config/pop.py`)."""

START_WEIGHT = 200.0
"""The starting histogram counts as so many askers."""

MARGIN = 0.4
"""This part of the errors that the promise allows is kept in reserve: for a promised 0.90 the mean must be 0.94.
Confidences are too high by up to 0.04 on islands that triage has not seen (`models/README.md`)."""

EVERY, EVERY_SHARE = 4.0, 0.02
"""New askers after which the threshold is computed again: so many, and this share of those in the histogram."""

STALE_S = 600.0
"""Seconds after which it is computed again without new askers, because all of them count less."""

ONE_CLIENT_BOUND = 0.04
"""What one client may move a threshold by, however much it asks within six hours. A test shows it."""

_CENTRES: Floats = (np.arange(BINS) + 0.5) / BINS
_BINS_BYTES, _TIME = 4 * BINS, struct.Struct("<d")


class LiveThreshold(NamedTuple):
    """A threshold, and how it came about."""

    confidence: float
    """The confidence that an answer needs now."""
    share: float | None
    """Estimated share of the questions that can be answered; None if each answer must reach the target."""
    why: ThresholdWhy


class Traffic:
    """Confidences of what was asked of an island in one class of channel. Not thread-safe.

    2 kB, and 100 bytes an asker.
    Times are Unix seconds, given by the caller. Up to `SET_BACK_S` before the last one, they count as the last one.
    """

    def __init__(self, channel: ChannelClass, kept: bytes = b"", *, salt: bytes = b"", starts: Starts = USUAL) -> None:
        """`kept`: as `to_bytes` gave it. Other bytes, or values that no histogram has, are left.

        `salt`, up to 64 bytes, makes digests of askers; with another one all may count again.
        `starts`: what is usually asked.
        """
        self._usual, self._starts = usual_share(channel), starts
        self._bins: Floats = _read(kept[:_BINS_BYTES])
        self._at = _time_in(kept)
        self._askers = CountedAskers(salt, kept[_BINS_BYTES + _TIME.size :][: 8 * MAX_ASKERS])
        self._share, self._new, self._enough, self._computed_at = self._usual, 0.0, 0.0, -math.inf
        self._mean: Floats = _CENTRES
        self._last: tuple[tuple[float, float], LiveThreshold] | None = None

    @property
    def weight(self) -> float:
        """How many askers the histogram holds, without those it has forgotten."""
        return float(self._bins.sum())

    def to_bytes(self, now: float) -> bytes:
        """What is kept over a restart: histogram, time and askers. Empty if there is no traffic, or it has faded.

        float32[200], float64 (when it was last counted) and `CountedAskers.to_bytes`, all little-endian.
        """
        at = now if self._at is None else self._at
        if not self.weight or now - at > FADED_S:
            return b""
        return self._bins.astype("<f4").tobytes() + _TIME.pack(at) + self._askers.to_bytes()

    def is_counted(self, asker: AskerName, now: float) -> bool:
        """True if the asker was counted a moment ago, and so does not count now."""
        self._notice_set_back(now)
        return self._askers.has(asker.name, now)

    def count(self, confidence: float, asker: AskerName, now: float) -> None:
        """Count the confidence of a question, unless its asker was counted a moment ago."""
        if self.is_counted(asker, now):
            return
        self._fade(now, also=1 - asker.weight / MEMORY)
        self._askers.add(asker.name, now)
        self._bins[min(BINS - 1, max(0, int(confidence * BINS)))] += asker.weight
        self._new += asker.weight

    def threshold(self, promise: float, policy: PromisePolicy, now: float) -> LiveThreshold:
        """The threshold for `promise`, the share of answers that must be right."""
        self._notice_set_back(now)
        wanted, is_stale = (promise, policy.floor), now - self._computed_at > STALE_S
        if is_stale or self._new >= self._enough:
            self._fade(now)
            self._estimate()
            self._new, self._enough = 0.0, EVERY + EVERY_SHARE * self.weight
            self._computed_at, self._last = now, None
        if self._last is None or self._last[0] != wanted:
            self._last = (wanted, self._lowest_that_keeps(*wanted))
        return self._last[1]

    def _notice_set_back(self, now: float) -> None:
        if self._at is not None and now < self._at - SET_BACK_S:
            self._at, self._computed_at = now, -math.inf
            self._askers.set_back(now)

    def _fade(self, now: float, *, also: float = 1.0) -> None:
        """Let all traffic count less, by the time since it last did, and by the factor `also`."""
        elapsed_s = max(0.0, now - self._at) if self._at is not None else 0.0
        self._bins *= also * 0.5 ** (elapsed_s / HALF_LIFE_S)
        self._at = now if self._at is None else max(self._at, now)

    def _estimate(self) -> None:
        """Estimate the share, and for each bin the mean confidence of what would be answered from it upwards."""
        self._share = estimate_share(self._bins, _CENTRES, self._usual, self._share)
        probability = calibrated(_CENTRES, self._share)
        weights = self._bins + START_WEIGHT * self._starts.asked(self._share)
        answered = np.cumsum(weights[::-1])[::-1]
        right = np.cumsum((weights * probability)[::-1])[::-1]
        self._mean = np.where(answered > 0, right / np.maximum(answered, 1e-9), 1.0)

    def _lowest_that_keeps(self, promise: float, floor: float) -> LiveThreshold:
        wanted = promise + MARGIN * (1 - promise)
        # The promise is the highest bar, though little of what is asked may be answerable: then even this may not keep
        # it. A floor above the promise is none.
        highest, floor = promise, min(floor, promise)
        broken = np.flatnonzero(self._mean < wanted)
        lowest = (float(broken[-1]) + 1) / BINS if broken.size else 0.0
        if lowest >= highest:
            return LiveThreshold(highest, self._share, ThresholdWhy.TARGET)
        if lowest <= floor:
            return LiveThreshold(floor, self._share, ThresholdWhy.FLOOR)
        why = ThresholdWhy.TRAFFIC if self.weight >= START_WEIGHT else ThresholdWhy.START
        return LiveThreshold(lowest, self._share, why)


def dated(kept: bytes, now: float) -> bytes:
    """Kept traffic that nobody has asked for since; empty if it has faded.

    An earlier release kept no time. Then it is taken as of now.
    """
    at = _time_in(kept)
    if at is None:
        return kept[:_BINS_BYTES] + _TIME.pack(now) if len(kept) == _BINS_BYTES else b""
    return b"" if now - at > FADED_S else kept


def _time_in(kept: bytes) -> float | None:
    """When the traffic was last counted; None if that is not known."""
    if len(kept) < _BINS_BYTES + _TIME.size:
        return None
    (at,) = _TIME.unpack_from(kept, _BINS_BYTES)
    return float(at) if math.isfinite(at) else None


def _read(bins: bytes) -> Floats:
    if len(bins) != _BINS_BYTES:
        return np.zeros(BINS)
    read = np.frombuffer(bins, "<f4").astype(np.float64)
    is_histogram = bool(np.isfinite(read).all() and (read >= 0).all() and read.sum() <= 2 * MEMORY)
    return read if is_histogram else np.zeros(BINS)
