"""How busy each tenant's people are: their desk's last load report, and the questions escalated here since.

In memory only. After a restart, a tenant counts as without a report until its desk sends one.
"""

from dataclasses import replace
from datetime import datetime

from edge.daemon.people.desk_tokens import EVERY_TENANT
from edge.daemon.people.in_flight import InFlightTickets
from edge.decide import Conclusion, Load, accept_report, current
from edge.records import LoadReport


class DeskLoads:
    """The load of each desk, by tenant. Not thread-safe."""

    def __init__(self, in_flight: InFlightTickets) -> None:
        self._loads: dict[str, Load] = {}
        self._in_flight = in_flight

    def get(self, tenant: str, now: datetime) -> Load | None:
        """The load of a tenant's people; None without a fresh report."""
        # A desk that reports for this tenant alone knows more than one that reports for all.
        load = self._loads.get(tenant) or self._loads.get(EVERY_TENANT)
        return current(load, now.timestamp())

    def believe(self, report: LoadReport, now: datetime, *, seen: int = 0) -> None:
        """Replace a tenant's load by a report that was authorised.

        Tickets on their way to the desk are added to the reported queue, except `seen` of them: those that the desk had
        already counted. Raises `RefusedError` (`CONTRADICTORY`) for a report that contradicts itself or an earlier one,
        and keeps the earlier load.
        """
        load = accept_report(report, known=self._loads.get(report.tenant), now=now)
        in_flight = self._in_flight
        undelivered = in_flight.total() if report.tenant == EVERY_TENANT else in_flight.get(report.tenant)
        sent = max(0, undelivered.queued - seen)
        self._loads[report.tenant] = replace(load, sent=sent, promised=undelivered.promised)

    def carry_out(self, tenant: str, conclusion: Conclusion) -> None:
        """Count a conclusion into the load of the tenant's desk, if that desk ever reported."""
        desk = tenant if tenant in self._loads else EVERY_TENANT
        if desk in self._loads:
            self._loads[desk] = conclusion.next_load(self._loads[desk])
