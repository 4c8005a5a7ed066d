"""Metrics about the witness of this PoP's logs."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class WitnessMetrics:
    """What became of the checkpoints that a witness was shown."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.posts = Counter(
            "skerry_witness_posts", "Checkpoints shown to the witness of this PoP's logs", ["result"], registry=registry
        )
        self.behind = Gauge("skerry_witness_behind_logs", "Logs whose newest state is not cosigned", registry=registry)
