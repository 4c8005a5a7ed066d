"""Limits on how often one session, one address, one island and one tenant may ask, and make tickets.

The header fields are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` names the limit with its
quota `q` and window `w`; `RateLimit` says what remains, `r`, and in how many seconds there is more, `t`.

In memory only: after a restart everybody may ask again.
"""

import math
import time
from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from edge.config import LimitsSection
from edge.daemon.limits.named import is_vouched
from edge.daemon.telemetry import Metrics
from edge.errors import LimitedError
from edge.limits import Rate, RateCells
from edge.tokens import Asker

_MINUTE_S = 60.0


class _Limit(NamedTuple):
    name: str
    """As in the metric and in `RateLimit-Policy`."""
    what: str
    cells: RateCells
    policy: str


class Limiter:
    """One PoP's limits. Belongs to the event loop. `clock` gives seconds that only go forward."""

    def __init__(
        self,
        config: LimitsSection,
        *,
        metrics: Metrics,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._metrics, self._clock, self._max_cells = metrics, clock, config.max_cells
        one = self._limit
        self._session = one("session", "questions of a session", config.session_per_s, config.session_burst)
        self._address = one("address", "questions from an address", config.address_per_s, config.address_burst)
        self._island = one("island", "questions about the island", config.island_per_s, config.island_burst)
        self._tenant = one("tenant", "questions about the tenant", config.tenant_per_s, config.tenant_burst)
        self._new_sessions = one(
            "new_sessions", "sessions made for an address", config.new_sessions_per_s, config.new_sessions_burst
        )
        self._feedback = one(
            "address_feedback",
            "posts of feedback from an address",
            config.address_feedback_per_min / _MINUTE_S,
            config.address_feedback_burst,
        )
        self._tickets = one("tickets", "tickets of a session", config.tickets_per_min / _MINUTE_S, config.tickets_burst)
        self._address_tickets = one(
            "address_tickets",
            "tickets from an address",
            config.address_tickets_per_min / _MINUTE_S,
            config.address_tickets_burst,
        )
        self._posted = one("posted", "messages posted for the tenant", config.posted_per_s, config.posted_burst)
        self._refused = one("refused", "refused requests of one sender", config.refused_per_s, config.refused_burst)

    def count_question(self, asker: Asker, island: str) -> None:
        """Count a question, or a step of a tree, of `asker` about `island` (`tenant/island`).

        Raises `LimitedError` if it comes too soon; then it does not count.
        """
        limits = self._limits_of_asker(asker, island)
        if self._island is not None:
            limits.append((self._island, island))
        if self._tenant is not None:
            limits.append((self._tenant, island.partition("/")[0]))
        self._count(limits)

    def count_new_session(self, asker: Asker) -> None:
        """Count a session that is made for `asker`. Raises `LimitedError` if it comes too soon; then it does not count.

        A trusted ingest may make as many as it needs.
        """
        self._count(self._limits_of_new_session(asker))

    def count_feedback(self, asker: Asker) -> None:
        """Count feedback that `asker` sends, on an outcome for which no ingest vouches.

        Raises `LimitedError` if it comes too soon; then it does not count. Anybody can make sessions, so without this
        one viewer would be the voice of thousands.
        """
        if self._feedback is not None and not asker.is_trusted:
            self._count([(self._feedback, asker.address)])

    def count_posted(self, tenant: str) -> None:
        """Count a message that a tenant's own system posts. Raises `LimitedError` if it comes too soon."""
        if self._posted is not None:
            self._count([(self._posted, tenant)])

    def count_refused(self, sender: str) -> None:
        """Count a request of `sender`, an address or a session, that is refused for what it contains."""
        now = self._clock()
        # Also beyond the limit, as many were read at once. But nobody has to wait for longer than a burst takes.
        if self._refused is not None and self._refused.cells.wait_s(sender, now) < self._refused.cells.rate.window_s:
            self._refused.cells.take(sender, now)

    def refusal_of_question(self, asker: Asker, island: str) -> LimitedError | None:
        """The error that `count_question` would raise because of `asker`, not of others. Counts nothing."""
        return self._refusal(self._limits_of_asker(asker, island))

    def refusal_of_new_session(self, asker: Asker) -> LimitedError | None:
        """The error that `count_new_session` would raise. Counts nothing."""
        return self._refusal(self._limits_of_new_session(asker))

    def refusal_of_request(self, sender: str) -> LimitedError | None:
        """The refusal of any request of a sender that had too many refused. Counts nothing."""
        return self._refusal([(self._refused, sender)]) if self._refused is not None else None

    def may_refuse_requests(self) -> bool:
        """False if `refusal_of_request` is None for every sender now."""
        return self._refused is not None and self._refused.cells.may_anybody_wait(self._clock())

    def count_ticket(self, asker: Asker, island: str, *, is_urgent: bool) -> None:
        """Count a ticket of `asker` about `island`. Raises `LimitedError` if it comes too soon; it does not count then.

        Urgent tickets have an allowance of their own, so that others cannot use it up.
        """
        prefix, limits = "urgent " if is_urgent else "", []
        if self._tickets is not None and asker.session:
            limits.append((self._tickets, f"{prefix}{island} {asker.session}"))
        if self._address_tickets is not None and not is_vouched(asker):
            limits.append((self._address_tickets, prefix + asker.address))
        self._count(limits)

    def _limits_of_asker(self, asker: Asker, island: str) -> list[tuple[_Limit, str]]:
        limits = []
        if self._session is not None and asker.session:
            # Names say who signed a session, so a signed one and an unsigned one of the same id are two. Ingests of two
            # tenants may give the same name to two viewers.
            limits.append((self._session, f"{island} {asker.session}"))
        if self._address is not None and not is_vouched(asker):
            limits.append((self._address, asker.address))
        return limits

    def _limits_of_new_session(self, asker: Asker) -> list[tuple[_Limit, str]]:
        return [(self._new_sessions, asker.address)] if self._new_sessions is not None and not asker.is_trusted else []

    def _count(self, limits: Sequence[tuple[_Limit, str]]) -> None:
        """Take one of every limit; or of none, if one of them has nothing left."""
        error = self._refusal(limits)
        if error is not None:
            self._metrics.rate_limited.labels(error.limit).inc()
            raise error
        now = self._clock()
        for limit, key in limits:
            limit.cells.take(key, now)

    def _refusal(self, limits: Sequence[tuple[_Limit, str]]) -> LimitedError | None:
        """The refusal by the limit that has to be waited for longest; None if all of them have one left."""
        now = self._clock()
        waits = [(limit.cells.wait_s(key, now), limit) for limit, key in limits]
        wait_s, limit = max(waits, key=itemgetter(0), default=(0.0, None))
        if limit is None or not wait_s:
            return None
        return _error(limit, wait_s)

    def _limit(self, name: str, what: str, per_s: float, burst: int) -> _Limit | None:
        if not per_s:
            return None
        cells = RateCells(Rate(per_s, burst), max_cells=self._max_cells)
        return _Limit(name, what, cells, f'"{name}";q={burst};w={math.ceil(cells.rate.window_s)}')


def _error(limit: _Limit, wait_s: float) -> LimitedError:
    retry_after_s, rate = math.ceil(wait_s), limit.cells.rate
    fields: Mapping[str, str] = {
        "Retry-After": str(retry_after_s),
        "RateLimit-Policy": limit.policy,
        "RateLimit": f'"{limit.name}";r=0;t={retry_after_s}',
    }
    return LimitedError(
        f"too many {limit.what}, expected at most {rate.burst} at once and {rate.per_s * _MINUTE_S:g} a minute",
        limit=limit.name,
        retry_after_s=retry_after_s,
        fields=fields,
    )
