"""Which intents are asked about far more than usual: something broke, and the approved answer may no longer be true.

A drop makes everything be asked ten times as often, so a jump in the rate alone means success. An incident is one
intent whose rate *and* share of all questions jump. Two exponentially decayed counts for each intent tell: the last
minute, and the half hour before it. While an incident lasts, its intent's baseline learns nothing.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

LATELY_S = 60.0
BASELINE_S = 1_800.0

LEARN_S = 300.0
"""Nothing is unusual before five minutes have shown what is usual."""

RATE_FACTOR = 5.0
SHARE_FACTOR = 3.0
OVER_BELOW = 2.0
"""An incident ends when the rate is below this many times its baseline."""

SHARE_MIN = 0.1
"""What stays below a tenth of all questions can wait for a person who watches."""

LATELY_MIN = 12.0
"""So many questions within a minute or so; a rare intent asked thrice is no incident."""


@dataclass(slots=True)
class _Counts:
    lately: float = 0.0
    baseline: float = 0.0
    at: float = 0.0

    def decay(self, now: float) -> None:
        elapsed_s = max(0.0, now - self.at)
        self.lately *= math.exp(-elapsed_s / LATELY_S)
        self.baseline *= math.exp(-elapsed_s / BASELINE_S)
        self.at = now

    @property
    def earlier(self) -> float:
        """The baseline without the last minute, which is what it is compared with; at least one."""
        return max(1.0, self.baseline - self.lately)


@dataclass(frozen=True, slots=True)
class _Incident:
    answer: str
    """What the machine answered when it began; another answer means that people have spoken."""
    usual_rate: float


class IncidentWatch:
    """Counts one island's intents; memory is bounded by its snippets. Times are Unix seconds, given by the caller."""

    def __init__(self, now: float) -> None:
        self._began = now
        self._all = _Counts(at=now)
        self._intents: dict[str, _Counts] = {}
        self._incidents: dict[str, _Incident] = {}

    def note(self, intent: str | None, answers: Mapping[str, str], now: float) -> str | None:
        """Count one question; the intent that has just become an incident, if any did.

        `intent` is the snippet probably meant, None when none is; `answers` are those in force, by snippet.
        """
        self._forget_unknown(answers)
        self._all.decay(now)
        self._all.lately += 1
        self._all.baseline += 1
        if intent is None or intent not in answers:
            return None
        counts = self._intents.setdefault(intent, _Counts(at=now))
        counts.decay(now)
        counts.lately += 1
        under_way = self._incidents.get(intent)
        if under_way is None and self._is_unusual(counts, now):
            self._incidents[intent] = _Incident(answers[intent], self._usual_rate(counts, now))
            return intent
        if under_way is None:
            counts.baseline += 1
        return None

    def in_force(self, answers: Mapping[str, str], now: float) -> frozenset[str]:
        """The intents that people must take: unusual still, and the answer still the one from before."""
        for intent in [intent for intent, found in self._incidents.items() if self._is_over(intent, found, now)]:
            del self._incidents[intent]
        return frozenset(intent for intent, found in self._incidents.items() if answers.get(intent) == found.answer)

    def _is_unusual(self, counts: _Counts, now: float) -> bool:
        if now - self._began < LEARN_S or counts.lately < LATELY_MIN:
            return False
        rate, usual_rate = counts.lately / LATELY_S, self._usual_rate(counts, now)
        share = counts.lately / self._all.lately
        usual_share = counts.earlier / self._all.earlier
        return rate >= RATE_FACTOR * usual_rate and share >= max(SHARE_MIN, SHARE_FACTOR * usual_share)

    def _is_over(self, intent: str, incident: _Incident, now: float) -> bool:
        counts = self._intents.get(intent)
        if counts is None:
            return True
        counts.decay(now)
        return counts.lately / LATELY_S < max(OVER_BELOW * incident.usual_rate, 1 / LATELY_S)

    def _usual_rate(self, counts: _Counts, now: float) -> float:
        """Per second; corrected for a baseline that is still young."""
        weight_s = BASELINE_S * -math.expm1(-(now - self._began) / BASELINE_S)
        return counts.earlier / (weight_s - LATELY_S)

    def _forget_unknown(self, answers: Mapping[str, str]) -> None:
        for intent in self._intents.keys() - answers.keys():
            del self._intents[intent]
