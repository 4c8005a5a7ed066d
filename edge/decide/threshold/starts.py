"""What is usually asked of an island, before its own traffic says more.

The two histograms are those of triage's confidences in questions to simulated islands of the public sets CLINC150,
BANKING77 and HWU64, pooled. Each set's are of an encoder and an acceptor that have not seen it. `python -m benchmarks
promise --starts` prints them. Where a set is judged, its own share of them is left out.
"""

from types import MappingProxyType
from typing import NamedTuple, Self

import numpy as np

from edge.decide.policy import ChannelClass
from edge.decide.threshold.share import LEARNED_SHARE, Floats

_RIGHT = (
    0.0091, 0.0100, 0.0101, 0.0106, 0.0119, 0.0140, 0.0144, 0.0156, 0.0169, 0.0195,
    0.0209, 0.0218, 0.0257, 0.0288, 0.0347, 0.0454, 0.0604, 0.0887, 0.1648, 0.3768,
)  # fmt: skip
"""Of questions whose right snippet is first: the share of each 0.05 of confidence."""
_OTHERS = (
    0.5335, 0.1003, 0.0557, 0.0434, 0.0343, 0.0300, 0.0260, 0.0241, 0.0211, 0.0170,
    0.0145, 0.0151, 0.0141, 0.0117, 0.0109, 0.0111, 0.0095, 0.0102, 0.0096, 0.0080,
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


class Starts(NamedTuple):
    """Histograms of confidences, each float64[200] with sum 1."""

    right: Floats
    """Of questions whose right snippet is first."""
    others: Floats
    """Of all other questions."""

    @classmethod
    def of(cls, right: tuple[float, ...], others: tuple[float, ...]) -> Self:
        """The same of 20 bins each, whose sum need not be 1."""
        return cls(_fine(right), _fine(others))

    def asked(self, share: float) -> Floats:
        """float64[200], sum 1: the histogram of confidences where `share` of the questions can be answered."""
        return self.right * share + self.others * (1 - share)


def usual_share(channel: ChannelClass) -> float:
    """The share of answerable questions in a class of channel, before anybody has asked."""
    return _SHARES[channel]


def _fine(coarse: tuple[float, ...]) -> Floats:
    fine: Floats = np.repeat(np.array(coarse), _FINE)
    fine /= fine.sum()
    return fine


USUAL = Starts.of(_RIGHT, _OTHERS)
"""What a PoP starts from."""
