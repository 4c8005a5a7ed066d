"""Surge control and incidents of each island: the threshold now, and the snippets that people must answer."""

from collections.abc import Mapping
from datetime import datetime

from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import NOBODY, Load, Steering, SteeringSignals
from edge.host import get_logger
from edge.limits import AskerName
from edge.records import IslandName, Verdict


class Steerings:
    """One `Steering` for each island that was asked. In memory; not thread-safe.

    Bounded by the islands that this PoP ever accepted: nothing else gets an entry, and a viewer cannot make one.
    """

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._steerings: dict[IslandName, Steering] = {}
        self._answers: dict[IslandName, tuple[str, Mapping[str, str]]] = {}
        self._log = get_logger()

    def observe(
        self,
        entry: PopEntry,
        verdict: Verdict | None,
        load: Load | None,
        now: datetime,
        asker: AskerName = NOBODY,
    ) -> SteeringSignals:
        """Threshold and incidents for the next decision about an island, which `asker` has asked.

        A `verdict` is counted, so pass that of each question once; None counts nothing. The caller has no ticket yet:
        a question counts even if its ticket is refused later. A crash loses the counts, and what is usual is learnt
        again from zero.
        """
        moment, name = now.timestamp(), entry.island.name
        steering = self._steering(entry, moment)
        changes_before = steering.control.changes
        answers = self._answers_of(entry)
        signals = steering.observe(verdict, entry.island, answers=answers, load=load, now=moment, asker=asker)
        # Compared after `observe`, which updates the control in place; both metrics count changes, not questions.
        if steering.control.changes > changes_before:
            self._metrics.threshold_changes.inc()
        if signals.new_incident is not None:
            self._metrics.incidents.inc()
            text = "incident has begun, people answer the snippet"
            self._log.warning(text, island=str(name), snippet=signals.new_incident)
        return signals

    def thresholds(self) -> list[float]:
        """The threshold in force of every island that was asked."""
        return [steering.control.precision for steering in self._steerings.values()]

    def _steering(self, entry: PopEntry, moment: float) -> Steering:
        # By name, not by revision: a new revision must not forget what is usual for its island.
        name = entry.island.name
        if name not in self._steerings:
            self._steerings[name] = Steering(entry.island, moment)
        return self._steerings[name]

    def _answers_of(self, entry: PopEntry) -> Mapping[str, str]:
        """The answers in force, by snippet; built once for each revision."""
        # An incident ends when its answer changes, so it is compared with these texts at every question.
        name = entry.island.name
        cached = self._answers.get(name)
        if cached is None or cached[0] != entry.sha256:
            cached = (entry.sha256, {snippet: document.answer for snippet, document in entry.documents.items()})
            self._answers[name] = cached
        return cached[1]
