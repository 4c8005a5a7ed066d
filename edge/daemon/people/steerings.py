"""Surge control and incidents of each island: the threshold now, and the snippets that people must answer."""

from collections.abc import Mapping
from datetime import datetime

from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import NOBODY, ChannelClass, LiveThreshold, Load, Steering, SteeringSignals
from edge.host import get_logger
from edge.limits import AskerName
from edge.records import IslandName, Verdict

Traffic = Mapping[IslandName, Mapping[ChannelClass, bytes]]
"""By island and class of channel: the confidences of what was asked, as `edge.decide` packs them."""


class Steerings:
    """One `Steering` for each island that was asked. In memory; not thread-safe. `kept`: `traffic` before a restart.

    Bounded by the islands that this PoP ever accepted: nothing else gets an entry, and a viewer cannot make one.
    """

    def __init__(self, metrics: Metrics, kept: Traffic | None = None) -> None:
        self._metrics, self._kept = metrics, kept or {}
        self._thresholds: dict[IslandName, dict[ChannelClass, LiveThreshold]] = {}
        self._steerings: dict[IslandName, Steering] = {}
        self._answers: dict[IslandName, tuple[str, Mapping[str, str]]] = {}
        self._log = get_logger()

    def observe(
        self,
        entry: PopEntry,
        verdict: Verdict | None,
        load: Load | None,
        now: datetime,
        *,
        asker: AskerName = NOBODY,
        channel: ChannelClass = ChannelClass.WIDGET,
    ) -> SteeringSignals:
        """Threshold and incidents for the next decision about an island, which `asker` has asked.

        A `verdict` is counted, so pass that of each question once; None counts nothing. The caller has no ticket yet:
        a question counts even if its ticket is refused later. A crash loses what surge control and incidents have
        counted, and what is usual is learnt again from zero. The traffic is kept (`traffic`).
        """
        moment, name = now.timestamp(), entry.island.name
        steering = self._steering(entry, moment)
        changes_before = steering.control.changes
        answers = self._answers_of(entry)
        signals = steering.observe(
            verdict, entry.island, answers=answers, load=load, now=moment, asker=asker, channel=channel
        )
        self._thresholds.setdefault(name, {})[channel] = signals.threshold
        # Compared after `observe`, which updates the control in place; both metrics count changes, not questions.
        if steering.control.changes > changes_before:
            self._metrics.threshold_changes.inc()
        if signals.new_incident is not None:
            self._metrics.incidents.inc()
            text = "incident has begun, people answer the snippet"
            self._log.warning(text, island=str(name), snippet=signals.new_incident)
        return signals

    def all_thresholds(self) -> list[LiveThreshold]:
        """The threshold that was last in force, of every island and class of channel that was asked."""
        return [threshold for by_channel in self._thresholds.values() for threshold in by_channel.values()]

    def traffic(self) -> Traffic:
        """What must be kept over a restart: the traffic of every island that was asked or kept."""
        asked = {name: steering.traffic() for name, steering in self._steerings.items()}
        return {**self._kept, **{name: traffic for name, traffic in asked.items() if traffic}}

    def _steering(self, entry: PopEntry, moment: float) -> Steering:
        # By name, not by revision: a new revision must not forget what is usual for its island.
        name = entry.island.name
        if name not in self._steerings:
            self._steerings[name] = Steering(entry.island, moment, kept=self._kept.get(name))
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
