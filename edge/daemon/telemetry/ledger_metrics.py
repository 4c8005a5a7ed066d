"""What the ledger counts, in the registry of the PoP's other metrics."""

from prometheus_client import CollectorRegistry, Counter, Gauge


class LedgerMetrics:
    """Leaves that are in a signed log, and those that were lost."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self.leaves = Counter("skerry_ledger_leaves", "Leaves written into logs", registry=registry)
        self.missing = Counter("skerry_ledger_missing", "Answers whose leaves were never written", registry=registry)
        self.payloads_lost = Counter(
            "skerry_ledger_payloads_lost", "Payloads of leaves that could not be kept", registry=registry
        )
        self.archived = Counter(
            "skerry_ledger_archived", "Attempts to move a closed log to the archive", ["result"], registry=registry
        )
        self.size_bytes = Gauge("skerry_ledger_bytes", "Bytes of the ledger's file that are in use", registry=registry)
