"""A PoP's Prometheus metrics. Labels come from closed sets (outcomes, reasons, states), never from a text or an id.

The one exception is `tally_metrics`: names of islands and snippets are labels there. They are signed, and bounded.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from edge.daemon.telemetry.ledger_metrics import LedgerMetrics
from edge.daemon.telemetry.tally_metrics import TallyMetrics
from edge.daemon.telemetry.witness_metrics import WitnessMetrics
from edge.decide import UNSERVED_REASONS, LiveThreshold
from edge.errors import Reason
from edge.records import IslandState, ThresholdWhy
from edge.shelf import Shelf

_FAST_S = (0.0001, 0.00025, 0.0005, 0.001, 0.0015, 0.002, 0.003, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1.0)


class Metrics:
    """One PoP's metrics, in a registry of their own. The help texts say what each counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.tally = TallyMetrics(self.registry)
        self.ledger = LedgerMetrics(self.registry)
        self.witness = WitnessMetrics(self.registry)
        self.questions = Counter("skerry_questions", "Questions decided", ["outcome", "reason"], registry=self.registry)
        self._fallbacks = Counter(
            "skerry_fallbacks",
            "Questions that became tickets because the island is not here or may not be served",
            ["reason"],
            registry=self.registry,
        )
        for reason in UNSERVED_REASONS:
            # From zero on, so that a first fallback is a rise.
            self._fallbacks.labels(reason)
        self.refused = Counter("skerry_refused_requests", "Requests refused", ["reason"], registry=self.registry)
        self.shed = Counter(
            "skerry_shed_requests", "Requests refused because of overload", ["gate"], registry=self.registry
        )
        self.rate_limited = Counter(
            "skerry_rate_limited", "Requests and tickets beyond a limit", ["limit"], registry=self.registry
        )
        self.ask_s = Histogram("skerry_ask_seconds", "From request to outcome", buckets=_FAST_S, registry=self.registry)
        self.triage_s = Histogram(
            "skerry_triage_seconds", "In triage, waiting included", buckets=_FAST_S, registry=self.registry
        )
        self.verdict_cache_hits = Counter(
            "skerry_verdict_cache_hits", "Verdicts read from the cache", registry=self.registry
        )
        self.threshold_changes = Counter(
            "skerry_threshold_changes", "Changes of a threshold by surge control", registry=self.registry
        )
        self.load_reports = Counter(
            "skerry_load_reports", "Load reports from desks", ["source", "result"], registry=self.registry
        )
        self.incidents = Counter("skerry_incidents", "Intents that became incidents", registry=self.registry)
        self.outbox_tickets = Gauge("skerry_outbox_tickets", "Tickets waiting for origin", registry=self.registry)
        self.outbox_oldest_s = Gauge(
            "skerry_outbox_oldest_seconds", "Age of the oldest waiting ticket", registry=self.registry
        )
        self.outbox_dead_letters = Gauge(
            "skerry_outbox_dead_letters", "Tickets set aside after origin refused them", registry=self.registry
        )
        self.outbox_bytes = Gauge("skerry_outbox_bytes", "Payloads in the outbox", registry=self.registry)
        self.telemetry_dropped = Counter(
            "skerry_telemetry_dropped", "Telemetry dropped from a full outbox", registry=self.registry
        )
        self.webhooks = Counter("skerry_webhooks", "Webhooks from desks", ["result"], registry=self.registry)
        self.desk_events = Counter(
            "skerry_desk_events", "Events fetched from Skerry's own desk", ["result"], registry=self.registry
        )
        self.desk_figures = Counter(
            "skerry_desk_figures", "Attempts to post figures to Skerry's own desk", ["result"], registry=self.registry
        )
        self.desks_followed = Gauge(
            "skerry_desks_followed", "Skerry's own desks that answer this PoP", registry=self.registry
        )
        self.deliveries = Counter(
            "skerry_deliveries", "Attempts to deliver a ticket", ["result"], registry=self.registry
        )
        self.ticket_streams = Gauge(
            "skerry_ticket_streams", "Event streams of tickets that are open", registry=self.registry
        )
        self.syncs = Counter(
            "skerry_syncs", "Attempts to sync with the publisher", ["source", "result"], registry=self.registry
        )
        self.islands_accepted = Counter("skerry_islands_accepted", "Revisions put in force", registry=self.registry)
        self.island_accept_s = Histogram(
            "skerry_island_accept_seconds",
            "From a push or poll to islands in force",
            buckets=_FAST_S,
            registry=self.registry,
        )
        self.status_posts = Counter(
            "skerry_status_posts", "Attempts to post this PoP's status", ["result"], registry=self.registry
        )
        self.clock_ahead_s = Gauge(
            "skerry_clock_ahead_seconds", "This machine's clock minus the publisher's", registry=self.registry
        )
        self.push_connected = Gauge(
            "skerry_push_connected", "1 while the publisher's push stream is open", registry=self.registry
        )
        self.push_held_back = Gauge(
            "skerry_push_held_back", "1 while a proxy in between holds back the push stream", registry=self.registry
        )

    def count_fallback(self, reason: Reason) -> None:
        """Count the ticket of a question, if `reason` says that its island is not here or may not be served."""
        if reason in UNSERVED_REASONS:
            self._fallbacks.labels(reason).inc()

    def watch_shelf(self, shelf: Callable[[], Shelf[object]], now: Callable[[], datetime]) -> None:
        """Export how many islands are in each state, computed at each scrape."""
        self.registry.register(_ShelfCollector(shelf, now))

    def watch_origins(self, states: Callable[[], Mapping[str, int]]) -> None:
        """Export how many origins are in each breaker state, computed at each scrape. `states`: count by state."""
        self.registry.register(_OriginCollector(states))

    def watch_thresholds(self, thresholds: Callable[[], Sequence[LiveThreshold]]) -> None:
        """Export the thresholds in force and why, and the estimated shares, computed at each scrape."""
        self.registry.register(_ThresholdCollector(thresholds))

    def exposition(self) -> bytes:
        """All metrics in Prometheus's text format."""
        return generate_latest(self.registry)


class _ShelfCollector(Collector):
    def __init__(self, shelf: Callable[[], Shelf[object]], now: Callable[[], datetime]) -> None:
        self._shelf, self._now = shelf, now

    def collect(self) -> Iterator[GaugeMetricFamily]:
        count = dict.fromkeys(IslandState, 0)
        for status in self._shelf().statuses(self._now()):
            count[status.state] += 1
        family = GaugeMetricFamily("skerry_islands", "Islands by state", labels=["state"])
        for state, number in count.items():
            family.add_metric([state.value], number)
        yield family


class _OriginCollector(Collector):
    def __init__(self, states: Callable[[], Mapping[str, int]]) -> None:
        self._states = states

    def collect(self) -> Iterator[GaugeMetricFamily]:
        family = GaugeMetricFamily("skerry_origins", "Origins by their breaker's state", labels=["state"])
        for state, number in self._states().items():
            family.add_metric([state], number)
        yield family


class _ThresholdCollector(Collector):
    def __init__(self, thresholds: Callable[[], Sequence[LiveThreshold]]) -> None:
        self._thresholds = thresholds

    def collect(self) -> Iterator[GaugeMetricFamily]:
        thresholds = self._thresholds()
        shares = [one.share for one in thresholds if one.share is not None]
        yield from _lowest_and_highest("skerry_threshold", "threshold in force", [one.confidence for one in thresholds])
        yield from _lowest_and_highest("skerry_answerable_share", "estimated share of answerable questions", shares)
        by_why = GaugeMetricFamily(
            "skerry_thresholds", "Thresholds in force, of each island and class of channel", labels=["why"]
        )
        for why in ThresholdWhy:
            by_why.add_metric([why], sum(one.why is why for one in thresholds))
        yield by_why


def _lowest_and_highest(name: str, what: str, values: Sequence[float]) -> Iterator[GaugeMetricFamily]:
    for end, pick in (("lowest", min), ("highest", max)):
        family = GaugeMetricFamily(f"{name}_{end}", f"The {end} {what}")
        # No island was asked yet: no sample, because 0 would read as a threshold.
        if values:
            family.add_metric([], pick(values))
        yield family
