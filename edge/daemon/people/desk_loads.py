"""How busy each tenant's people are: what their desk last reported, and what this PoP has handed over since.

In memory: after a restart the tenants' defaults hold until a desk reports.
"""

from dataclasses import replace
from datetime import datetime

from edge.daemon.people.desk_tokens import EVERY_TENANT
from edge.daemon.people.in_flight import InFlightTickets
from edge.decide import Conclusion, Load, accept_report, current
from edge.records import LoadReport


class DeskLoads:
    """The load of every desk that reported. Not for threads."""

    def __init__(self, in_flight: InFlightTickets) -> None:
        self._loads: dict[str, Load] = {}
        self._in_flight = in_flight

    def get(self, tenant: str, now: datetime) -> Load | None:
        """What is known of a tenant's people; None without a fresh report."""
        load = self._loads.get(tenant) or self._loads.get(EVERY_TENANT)
        return current(load, now.timestamp())

    def believe(self, report: LoadReport, now: datetime, *, seen: int = 0) -> None:
        """Take over a report; raises `RefusedError` (`CONTRADICTORY`), and then what was believed before stays.

        Tickets on their way to the desk are added, but for `seen`: those that it had when it spoke.
        """
        load = accept_report(report, known=self._loads.get(report.tenant), now=now)
        in_flight = self._in_flight
        ahead = in_flight.total() if report.tenant == EVERY_TENANT else in_flight.get(report.tenant)
        self._loads[report.tenant] = replace(load, sent=max(0, ahead.queued - seen), promised=ahead.promised)

    def carry_out(self, tenant: str, conclusion: Conclusion) -> None:
        """Count what was concluded into the load of the tenant's desk, if it ever reported."""
        desk = tenant if tenant in self._loads else EVERY_TENANT
        if desk in self._loads:
            self._loads[desk] = conclusion.next_load(self._loads[desk])
