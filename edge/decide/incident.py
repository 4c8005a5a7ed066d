"""Which intents are asked about far more than usual? Something broke, and the approved answer may no longer be true.

During a drop every intent is asked ten times as often, so a jump in the rate alone means success. In an incident the
rate of one intent jumps *and* its share of all questions. Each intent has two exponentially decayed counts: the last
minute, and the half hour before it. While an incident lasts, the baseline of its intent does not change.

Askers are counted, not questions: each counts once a minute for each intent, however often it asks. Otherwise one
viewer could turn an answer off for all others, or drown an incident in questions about something else.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from edge.limits import AskerName, DistinctAskers

LATELY_S = 60.0
BASELINE_S = 1_800.0

LEARN_S = 300.0
"""No incident begins in the first five minutes, because the usual rate is not known yet."""

RATE_FACTOR = 5.0
SHARE_FACTOR = 3.0
OVER_BELOW = 2.0
"""An incident ends when the rate is below this many times its usual rate."""

SHARE_MIN = 0.1
"""Below a tenth of all questions, an operator who watches the statistics is early enough."""

LATELY_MIN = 12.0
"""The fewest askers of the last minute. A rare intent that three viewers ask about is not an incident."""

MAX_ASKERS = 8_192
"""Askers and intents remembered for a minute, about 2 MB: enough for 130 new ones a second. Beyond that some count
twice, and there are far more than twelve anyway."""


_NO_INTENTS = frozenset[str]()


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
        """The baseline without the last minute, because the two are compared. At least one."""
        return max(1.0, self.baseline - self.lately)


@dataclass(frozen=True, slots=True)
class _Incident:
    answer: str
    """The machine's answer when the incident began. Another answer means that people have replaced it."""
    usual_rate: float


class IncidentWatch:
    """Counts the askers for each intent of one island.

    Its memory is bounded by `max_askers` and by the number of snippets. Times are Unix seconds, given by the caller.
    """

    def __init__(self, now: float, *, max_askers: int = MAX_ASKERS) -> None:
        self._began = now
        self._askers = DistinctAskers(window_s=LATELY_S, max_askers=max_askers)
        self._all = _Counts(at=now)
        self._intents: dict[str, _Counts] = {}
        self._incidents: dict[str, _Incident] = {}

    def count(self, intent: str | None, answers: Mapping[str, str], now: float, asker: AskerName) -> str | None:
        """Count one question of `asker`. Returns `intent` if it becomes an incident with this question, else None.

        `intent` is the snippet probably meant, None if there is none. `answers` are those in force, by snippet.
        """
        self._forget_unknown(answers)
        intent = intent if intent in answers else None
        if not self._askers.count(intent, asker, now):
            return None
        self._all.decay(now)
        self._all.lately += asker.weight
        self._all.baseline += asker.weight
        if intent is None:
            return None
        counts = self._intents.setdefault(intent, _Counts(at=now))
        counts.decay(now)
        counts.lately += asker.weight
        under_way = self._incidents.get(intent)
        if under_way is None and self._is_unusual(intent, counts, now):
            self._incidents[intent] = _Incident(answers[intent], self._usual_rate(counts, now))
            return intent
        if under_way is None:
            counts.baseline += asker.weight
        return None

    def in_force(self, answers: Mapping[str, str], now: float) -> frozenset[str]:
        """The intents that people must answer: still asked unusually often, and with the answer from before."""
        if not self._incidents:
            return _NO_INTENTS
        for intent in [intent for intent, incident in self._incidents.items() if self._is_over(intent, incident, now)]:
            del self._incidents[intent]
        # An incident with a new answer is kept, though not in force: otherwise it would begin again at once.
        return frozenset(
            intent for intent, incident in self._incidents.items() if answers.get(intent) == incident.answer
        )

    def _is_unusual(self, intent: str, counts: _Counts, now: float) -> bool:
        if now - self._began < LEARN_S or counts.lately < LATELY_MIN:
            return False
        # The decayed count has a few askers of the minutes before, who may be the same ones again.
        if self._askers.weight(intent, now) < LATELY_MIN:
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
        """Questions a second before the last minute. Corrected for a baseline younger than its half hour."""
        weight_s = BASELINE_S * -math.expm1(-(now - self._began) / BASELINE_S)
        return counts.earlier / (weight_s - LATELY_S)

    def _forget_unknown(self, answers: Mapping[str, str]) -> None:
        for intent in self._intents.keys() - answers.keys():
            del self._intents[intent]
