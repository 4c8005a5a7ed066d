"""Is there too much at once? And if so, which questions are still worth a ticket?"""

import time
from collections.abc import Callable, Collection

from edge.config import OverloadSection
from edge.daemon.ask.judge import Judge
from edge.decide import Asked, has_keyword, is_urgent, route_to
from edge.errors import Reason, RefusedError
from edge.records import Decision, Island, Outcome


class Overload:
    """The soft gate: while it is on, a question is decided by a look, or refused. Belongs to the event loop."""

    def __init__(
        self,
        *,
        config: OverloadSection,
        judge: Judge,
        lag_s: Callable[[], float],
        urgent_lanes: Collection[str],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._config, self._judge, self._lag_s, self._urgent_lanes = config, judge, lag_s, urgent_lanes
        self._clock = clock
        self._second, self._urgent = 0, 0

    @property
    def is_on(self) -> bool:
        """True if a question that needs triage would be answered too late, or make others late."""
        return self._judge.waiting >= self._judge.max_queue or self._lag_s() > self._config.max_lag_s

    def is_urgent(self, island: Island, asked: Asked) -> bool:
        """True if a route by keyword sends a question to an urgent lane. What it means does not count."""
        # Before the routing: of ten times too many questions, hardly one has such a word.
        if not has_keyword(island, asked):
            return False
        routing = route_to(island, Reason.OVERLOADED, None, asked)
        return is_urgent(routing.kind, routing.lane, self._urgent_lanes)

    def may_be_urgent(self, island: Island, asked: Asked) -> bool:
        """As `is_urgent`, while it is not known who asks: true also if some claims would make it urgent."""
        if self.is_urgent(island, asked):
            return True
        by_claims = (route for route in island.routes if route.when)
        is_possible = any(is_urgent(route.kind, route.lane, self._urgent_lanes) for route in by_claims)
        return is_possible and has_keyword(island, asked)

    def check_ticket(self, decision: Decision) -> None:
        """Check that a question decided by a look may become a ticket, and count it.

        Raises `RefusedError` (`OVERLOADED`) unless it is urgent, and not more than people can take of such in a second.
        """
        if decision.outcome is not Outcome.ESCALATE:
            return
        if not is_urgent(decision.kind, decision.lane, self._urgent_lanes):
            raise too_much()
        second = int(self._clock())
        if second != self._second:
            self._second, self._urgent = second, 0
        self._urgent += 1
        if self._urgent > self._config.max_urgent_per_s:
            raise too_much()


def too_much() -> RefusedError:
    """The error for a question that is refused now."""
    return RefusedError("more is asked than can be answered now, expected less; try again", reason=Reason.OVERLOADED)
