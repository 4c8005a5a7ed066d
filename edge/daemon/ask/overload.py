"""Is there too much at once? And if so, which questions are still worth a ticket?"""

import time
from collections.abc import Callable, Collection

from edge.config import OverloadSection
from edge.daemon.ask.judge import Judge
from edge.decide import Asked, is_urgent, keyword_routes, route_to
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
        if not keyword_routes(island, asked):
            return False
        routing = route_to(island, Reason.OVERLOADED, None, asked)
        return is_urgent(routing.kind, routing.lane, self._urgent_lanes)

    def may_be_urgent(self, island: Island, asked: Asked) -> bool:
        """As `is_urgent`, while it is not known who asks: true also if some claims would make it urgent."""
        routes = keyword_routes(island, asked)
        if not routes:
            return False
        by_claims = (*routes, *(route for route in island.routes if not route.keywords))
        may_apply = any(route.when and is_urgent(route.kind, route.lane, self._urgent_lanes) for route in by_claims)
        return may_apply or self.is_urgent(island, asked)

    def check_ticket(self, decision: Decision) -> None:
        """Check that a question decided by a look may become a ticket. Counts nothing.

        Raises `RefusedError` (`OVERLOADED`) unless it is urgent, and not more than people can take of such in a second.
        """
        if decision.outcome is not Outcome.ESCALATE:
            return
        is_within = int(self._clock()) != self._second or self._urgent < self._config.max_urgent_per_s
        if not (is_within and is_urgent(decision.kind, decision.lane, self._urgent_lanes)):
            raise too_much()

    def count_ticket(self) -> None:
        """Count a ticket that was checked and is about to be stored."""
        # Not while it is checked: one asker's tickets beyond its own limits must not use up what a second has for all.
        second = int(self._clock())
        if second != self._second:
            self._second, self._urgent = second, 0
        self._urgent += 1


def too_much() -> RefusedError:
    """The error for a question that is refused now."""
    return RefusedError("more is asked than can be answered now, expected less; try again", reason=Reason.OVERLOADED)
