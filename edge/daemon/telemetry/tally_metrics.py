"""The tally's counts as metrics: the same increments, at the moment they are durable.

`island` and `snippet` are names that a tenant has signed, and nothing else; beyond `MAX_PAIRS` of them a PoP counts
the rest as `other`, so that no publisher can make a monitoring system grow without end.
"""

from collections.abc import Sequence
from typing import NamedTuple

from prometheus_client import CollectorRegistry, Counter, Histogram

from edge.tally import BOUNDS_S, CounterName, Counts, is_within

MAX_PAIRS = 500
"""Each has some ten series."""

TIMED = {
    CounterName.TICKET_ACKNOWLEDGED: "From question to the desk's first report",
    CounterName.TICKET_REPLIED: "From question to people's first reply",
}

OTHER = ("other", "other")


class TimedWait(NamedTuple):
    """How long a ticket took to be acknowledged or replied to."""

    event: CounterName
    island: str
    seconds: float


class TallyMetrics:
    """In the registry of the PoP's other metrics."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._pairs: set[tuple[str, str]] = set()
        self._signals = Counter(
            "skerry_signals",
            "What came of questions; names in edge/tally",
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
        """Count what was counted."""
        for key, count in counts.items():
            if not is_within(key.name):
                self._signals.labels(*self._labels(key.island, key.snippet), key.name).inc(count)

    def observe(self, waits: Sequence[TimedWait]) -> None:
        """Take times into the histograms."""
        for wait in waits:
            self._times[wait.event].labels(self._labels(wait.island, "")[0]).observe(wait.seconds)

    def _labels(self, island: str, snippet: str) -> tuple[str, str]:
        pair = (island, snippet)
        if pair not in self._pairs and len(self._pairs) >= MAX_PAIRS:
            return OTHER
        self._pairs.add(pair)
        return pair
