"""The tally's counts as metrics: the same increments, once they are durable.

The labels `island` and `snippet` hold only names that a tenant signed. Pairs beyond `MAX_PAIRS` are counted as `other`,
so that no publisher can make a monitoring system grow without end. What filters touched is counted by island alone: of
each rule there are up to ten names.
"""

from collections.abc import Sequence
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram

from edge.tally import BOUNDS_S, CounterName, Counts, is_within, touched_rule

MAX_PAIRS = 500
"""Pairs of island and snippet with labels of their own; each has about ten series."""

TIMED = {
    CounterName.TICKET_ACKNOWLEDGED: "From question to the desk's first event",
    CounterName.TICKET_REPLIED: "From question to people's first reply",
}

OTHER = ("other", "other")


class TimedWait(NamedTuple):
    """Seconds from a question until its ticket was acknowledged or replied to."""

    event: CounterName
    island: str
    seconds: float


class TallyMetrics:
    """Counters and histograms of the tally, in the registry of the PoP's other metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._pairs: set[tuple[str, str]] = set()
        self._signals = Counter(
            "skerry_signals",
            "Events of questions; edge/tally names them",
            ["island", "snippet", "signal"],
            registry=registry,
        )
        self._times = {
            name: Histogram(
                f"skerry_{name.value.replace('.', '_')}_seconds",
                text,
                ["island"],
                buckets=BOUNDS_S,
                registry=registry,
            )
            for name, text in TIMED.items()
        }
        self.lost = Counter("skerry_signals_lost", "Events that could not be counted", registry=registry)

    def add(self, counts: Counts) -> None:
        """Add counts that the tally has stored."""
        for key, count in counts.items():
            if not is_within(key.name):
                snippet = "" if touched_rule(key.name) else key.snippet
                self._signals.labels(*self._labels(key.island, snippet), key.name).inc(count)

    def observe(self, waits: Sequence[TimedWait]) -> None:
        """Add waits to the histograms."""
        for wait in waits:
            self._times[wait.event].labels(self._labels(wait.island, "")[0]).observe(wait.seconds)

    def _labels(self, island: str, snippet: str) -> tuple[str, str]:
        pair = (island, snippet)
        if pair not in self._pairs and len(self._pairs) >= MAX_PAIRS:
            return OTHER
        self._pairs.add(pair)
        return pair
