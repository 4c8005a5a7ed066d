"""Surge control and incidents of each island: the threshold now, and the snippets that people must answer."""

from collections.abc import Mapping
from datetime import datetime

from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import NOBODY, Asked, ChannelClass, LiveThreshold, Load, Steering, SteeringSignals, class_of, dated
from edge.host import get_logger
from edge.limits import AskerName
from edge.records import IslandName, Verdict

Traffic = Mapping[IslandName, Mapping[ChannelClass, bytes]]
"""By island and class of channel: the confidences of what was asked, as `edge.decide` packs them."""

Thresholds = Mapping[IslandName, Mapping[ChannelClass, LiveThreshold]]
"""By island and class of channel in which it was asked: the threshold that was last in force."""

_NOT_KNOWN = Asked()


class Steerings:
    """One `Steering` for each island that was asked. In memory; not thread-safe.

    `kept`: `traffic` before a restart, and `salt`: that of its digests of askers, up to 64 bytes. Bounded by
    the islands that this PoP ever accepted: nothing else gets an entry, and a viewer cannot make one.
    """

    def __init__(self, metrics: Metrics, kept: Traffic | None = None, *, salt: bytes = b"") -> None:
        self._metrics, self._kept, self._salt = metrics, dict(kept or {}), salt
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
        asked: Asked = _NOT_KNOWN,
    ) -> SteeringSignals:
        """Threshold and incidents for the next decision about an island, which `asker` has asked.

        A `verdict` is counted, so pass that of each question once; None counts nothing. The caller has no ticket yet:
        a question counts even if its ticket is refused later. A crash loses what surge control and incidents have
        counted, and what is usual is learnt again from zero. The traffic is kept (`traffic`).
        """
        moment, name = now.timestamp(), entry.island.name
        steering, answers = self._steering(entry, moment), self._answers_of(entry)
        before = steering.control.changes
        signals = steering.observe(
            verdict, entry.island, answers=answers, load=load, now=moment, asker=asker, asked=asked
        )
        self._count_changes(steering, before)
        self._thresholds.setdefault(name, {})[class_of(asked.channel)] = signals.threshold
        if signals.new_incident is not None:
            self._metrics.incidents.inc()
            text = "incident has begun, people answer the snippet"
            self._log.warning(text, island=str(name), snippet=signals.new_incident)
        return signals

    def threshold(self, entry: PopEntry, load: Load | None, now: datetime, channel: ChannelClass) -> LiveThreshold:
        """The threshold in force in a class of channel, for one who asks nothing there; surge control is updated."""
        moment, name = now.timestamp(), entry.island.name
        steering = self._steering(entry, moment)
        before = steering.control.changes
        threshold = steering.threshold(entry.island, load, moment, channel)
        self._count_changes(steering, before)
        if channel in self._thresholds.get(name, {}):
            self._thresholds[name][channel] = threshold
        return threshold

    def thresholds(self) -> Thresholds:
        """The threshold that was last in force, of every island and class of channel that was asked."""
        return {name: dict(by_channel) for name, by_channel in self._thresholds.items()}

    def incidents(self, now: datetime) -> dict[IslandName, frozenset[str]]:
        """The snippets that only people may answer now, by the answers at the last question of each island."""
        moment = now.timestamp()
        found = {name: self._steerings[name].incidents(known[1], moment) for name, known in self._answers.items()}
        return {name: snippets for name, snippets in found.items() if snippets}

    def traffic(self, now: datetime) -> Traffic:
        """What must be kept over a restart: the traffic of every island that was asked or kept, until it has faded."""
        moment = now.timestamp()
        for name, channels in list(self._kept.items()):
            unfaded = {channel: bins for channel, kept in channels.items() if (bins := dated(kept, moment))}
            if unfaded and name not in self._steerings:
                self._kept[name] = unfaded
            else:
                del self._kept[name]
        asked = {name: steering.traffic(moment) for name, steering in self._steerings.items()}
        return {**self._kept, **{name: traffic for name, traffic in asked.items() if traffic}}

    def _count_changes(self, steering: Steering, before: int) -> None:
        """Count a change of what is promised, which surge control makes in place. It counts changes, not questions."""
        if steering.control.changes > before:
            self._metrics.threshold_changes.inc()

    def _steering(self, entry: PopEntry, moment: float) -> Steering:
        # By name, not by revision: a new revision must not forget what is usual for its island.
        name = entry.island.name
        if name not in self._steerings:
            self._steerings[name] = Steering(entry.island, moment, kept=self._kept.get(name), salt=self._salt)
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
