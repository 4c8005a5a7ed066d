"""Which share of the traffic can be answered? Estimated from confidences alone, without labels.

Triage's confidence is a probability for traffic in which `LEARNED_SHARE` of all questions have the right snippet first.
Where that share is another, every confidence is off in the same direction. Expectation maximisation finds the share at
which the corrected confidences have that share as their mean.

Source: Saerens, Latinne and Decaestecker, Adjusting the outputs of a classifier to new a priori probabilities, Neural
Computation 14 (2002).
"""

import numpy as np
from numpy.typing import NDArray

LEARNED_SHARE = 0.47
"""Share of the acceptor's training questions whose right snippet was first (`models/train_acceptor.py`)."""

USUAL_WEIGHT = 40.0
"""The usual share counts as so many questions. Twenty questions of an evening must not look like an event."""

LOWEST_SHARE, HIGHEST_SHARE = 0.05, 0.95
"""Beyond, one confidence near 0 or 1 would decide alone."""

STEPS = 20
"""Steps of the maximisation. Each estimate starts at the last one, so most are over after three."""

_DONE = 1e-4

Floats = NDArray[np.float64]


def odds_factor(share: float) -> float:
    """By how much the odds of every confidence change where `share` of the traffic can be answered."""
    return share / (1 - share) * (1 - LEARNED_SHARE) / LEARNED_SHARE


def calibrated(confidence: Floats, share: float) -> Floats:
    """Triage's confidences as probabilities in traffic of which `share` can be answered."""
    raised = confidence * odds_factor(share)
    return raised / (raised + 1 - confidence)


def estimate_share(weights: Floats, confidence: Floats, usual: float, start: float) -> float:
    """The share of answerable questions in traffic with `weights` of each `confidence`, both float64[bins].

    `usual` is the share without traffic, and `start` an earlier estimate.
    """
    total, share = float(weights.sum()) + USUAL_WEIGHT, start
    for _ in range(STEPS):
        answerable = float(weights @ calibrated(confidence, share)) + USUAL_WEIGHT * usual
        before, share = share, min(HIGHEST_SHARE, max(LOWEST_SHARE, answerable / total))
        if abs(share - before) < _DONE:
            break
    return share
