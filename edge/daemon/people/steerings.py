"""What steers each island that is asked: how sure the machine must be now, and which snippets people must answer."""

from collections.abc import Mapping
from datetime import datetime

from edge.daemon.sync import PopEntry
from edge.daemon.telemetry import Metrics
from edge.decide import Load, Steering, SteeringSignals
from edge.host import get_logger
from edge.records import IslandName, Verdict


class Steerings:
    """One `Steering` an island, bounded by the islands that this PoP was ever sent. Not for threads."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._steerings: dict[IslandName, Steering] = {}
        self._answers: dict[IslandName, tuple[str, Mapping[str, str]]] = {}
        self._log = get_logger()

    def observe(self, entry: PopEntry, verdict: Verdict | None, load: Load | None, now: datetime) -> SteeringSignals:
        """What bears on the next decision about an island; a `verdict` is counted for its incidents."""
        moment, name = now.timestamp(), entry.island.name
        steering = self._steering(entry, moment)
        changes = steering.control.changes
        signals = steering.observe(verdict, entry.island, answers=self._answers_of(entry), load=load, now=moment)
        if steering.control.changes > changes:
            self._metrics.threshold_changes.inc()
        if signals.new_incident is not None:
            self._metrics.incidents.inc()
            text = "incident: asked far more than usual, people take it"
            self._log.warning(text, island=str(name), snippet=signals.new_incident)
        return signals

    def thresholds(self) -> list[float]:
        """Those in force, of every island that was asked."""
        return [steering.control.precision for steering in self._steerings.values()]

    def _steering(self, entry: PopEntry, moment: float) -> Steering:
        name = entry.island.name
        if name not in self._steerings:
            self._steerings[name] = Steering(entry.island, moment)
        return self._steerings[name]

    def _answers_of(self, entry: PopEntry) -> Mapping[str, str]:
        """The answers in force, by snippet; made once for each revision."""
        name = entry.island.name
        held = self._answers.get(name)
        if held is None or held[0] != entry.sha256:
            held = (entry.sha256, {snippet: document.answer for snippet, document in entry.documents.items()})
            self._answers[name] = held
        return held[1]
