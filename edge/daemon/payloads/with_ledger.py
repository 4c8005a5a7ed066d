"""Makes the ledger of a PoP, and what keeps its payloads."""

from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from typing import Protocol

from edge.config import PopConfig
from edge.daemon.ledger import Ledger
from edge.daemon.payloads.keeper import PayloadKeeper
from edge.daemon.telemetry import Metrics
from edge.records.payloads import RetentionClass
from edge.store.outbox import Outbox


class LedgerThreads(Protocol):
    """The threads that own the files: of leaves, of payloads, and of the outbox, where some leaves wait."""

    @property
    def ledger(self) -> Executor:
        """Owns the ledger."""

    @property
    def payloads(self) -> Executor:
        """Owns the payloads."""

    @property
    def outbox(self) -> Executor:
        """Owns the outbox."""


def ledger_with_payloads(
    config: PopConfig,
    outbox: Outbox,
    threads: LedgerThreads,
    *,
    metrics: Metrics,
    now: Callable[[], datetime],
) -> tuple[Ledger, PayloadKeeper]:
    """The ledger and its payloads. Until `PayloadKeeper.sealing_key` is set, none is kept."""
    payloads = PayloadKeeper(
        config.state_dir,
        config=config.retention,
        thread=threads.payloads,
        now=now,
        on_lost=metrics.ledger.payloads_lost.inc,
    )
    ledger = Ledger(
        config=config,
        thread=threads.ledger,
        outbox=outbox,
        outbox_thread=threads.outbox,
        metrics=metrics.ledger,
        now=now,
        payloads=payloads,
    )
    outbox.merges.kept_s = config.retention.kept_s[RetentionClass.TICKET]
    return ledger, payloads
