"""What is usually asked of an island, before its own traffic says more.

The two histograms are those of triage's confidences in questions to simulated islands that it has not seen, of the
public sets BANKING77 and HWU64 (`python -m benchmarks.promise.promise --starts`).
"""

from types import MappingProxyType

import numpy as np

from edge.decide.policy import ChannelClass
from edge.decide.threshold.share import LEARNED_SHARE, Floats

_RIGHT = (
    0.0245, 0.0126, 0.0114, 0.0155, 0.0136, 0.0182, 0.0240, 0.0205, 0.0261, 0.0286,
    0.0277, 0.0302, 0.0265, 0.0363, 0.0392, 0.0523, 0.0651, 0.0977, 0.1783, 0.2520,
)  # fmt: skip
"""Of questions whose right snippet is first: the share of each 0.05 of confidence."""
_OTHERS = (
    0.5554, 0.0714, 0.0528, 0.0454, 0.0339, 0.0334, 0.0286, 0.0263, 0.0226, 0.0194,
    0.0186, 0.0159, 0.0132, 0.0124, 0.0117, 0.0086, 0.0092, 0.0081, 0.0077, 0.0055,
)  # fmt: skip
"""The same of all other questions."""

_FINE = 10
"""Bins of the live histogram in one of these."""

_SHARES = MappingProxyType(
    {
        ChannelClass.STREAM: 0.3,
        ChannelClass.WIDGET: LEARNED_SHARE,
        ChannelClass.CHAT: LEARNED_SHARE,
        ChannelClass.OTHER: LEARNED_SHARE,
    }
)
"""Where a viewer turns to the team, as much can be answered as in what triage learned from. A stream's public chat has
more lines that nobody could answer: its share is a judgement, not a measurement, and gives way after some 40 askers."""


def usual_share(channel: ChannelClass) -> float:
    """The share of answerable questions in a class of channel, before anybody has asked."""
    return _SHARES[channel]


def usually_asked(share: float) -> Floats:
    """float64[200], sum 1: the histogram of confidences where `share` of the questions can be answered."""
    return _FINE_RIGHT * share + _FINE_OTHERS * (1 - share)


def _fine(coarse: tuple[float, ...]) -> Floats:
    fine: Floats = np.repeat(np.array(coarse), _FINE)
    fine /= fine.sum()
    return fine


_FINE_RIGHT, _FINE_OTHERS = _fine(_RIGHT), _fine(_OTHERS)
