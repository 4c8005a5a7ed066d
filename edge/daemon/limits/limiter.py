"""Limits on how often one session, one address, one island and one tenant may ask, and make tickets.

The header fields are those of draft-ietf-httpapi-ratelimit-headers-10: `RateLimit-Policy` names the limit with its
quota `q` and window `w`; `RateLimit` says what remains, `r`, and in how many seconds there is more, `t`.

In memory only: after a restart everybody may ask again.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import NamedTuple

from edge.config import LimitsSection
from edge.daemon.limits.named import is_vouched
from edge.daemon.telemetry import Metrics
from edge.errors import LimitedError
from edge.limits import Rate, RateCells
from edge.tokens import Asker

_MINUTE_S = 60.0

PAUSE_S = 0.25
"""A refusal is told after this time. A program that asks again as soon as it is answered then asks four times a second
on each connection, and not thousands of times: others would notice those. `Retry-After` is a second or more anyway."""

MAX_PAUSED = 64
"""Refusals that wait at once. Further ones are told immediately, so that they take no room from others' requests."""


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
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._metrics, self._clock, self._max_cells = metrics, clock, config.max_cells
        self._sleep, self._paused = sleep, 0
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

    async def admit_question(self, asker: Asker, island: str) -> None:
        """As `count_question`, but a refusal is raised after a pause."""
        try:
            self.count_question(asker, island)
        except LimitedError:
            await self._pause()
            raise

    async def admit_new_session(self, asker: Asker) -> None:
        """As `count_new_session`, but a refusal is raised after a pause."""
        try:
            self.count_new_session(asker)
        except LimitedError:
            await self._pause()
            raise

    async def admit_feedback(self, asker: Asker) -> None:
        """As `count_feedback`, but a refusal is raised after a pause."""
        try:
            self.count_feedback(asker)
        except LimitedError:
            await self._pause()
            raise

    def count_question(self, asker: Asker, island: str) -> None:
        """Count a question, or a step of a tree, of `asker` about `island` (`tenant/island`).

        Raises `LimitedError` if it comes too soon; then it does not count.
        """
        limits = []
        if self._session is not None and asker.session:
            # Names say who signed a session, so a signed one and an unsigned one of the same id are two.
            limits.append((self._session, asker.session))
        if self._address is not None and not is_vouched(asker):
            limits.append((self._address, asker.address))
        if self._island is not None:
            limits.append((self._island, island))
        if self._tenant is not None:
            limits.append((self._tenant, island.partition("/")[0]))
        self._count(limits)

    def count_new_session(self, asker: Asker) -> None:
        """Count a session that is made for `asker`. Raises `LimitedError` if it comes too soon; then it does not count.

        A trusted ingest may make as many as it needs.
        """
        if self._new_sessions is not None and not asker.is_trusted:
            self._count([(self._new_sessions, asker.address)])

    def count_feedback(self, asker: Asker) -> None:
        """Count feedback that `asker` sends, on an outcome for which no ingest vouches.

        Raises `LimitedError` if it comes too soon; then it does not count. Anybody can make sessions, so without this
        one viewer would be the voice of thousands.
        """
        if self._feedback is not None and not asker.is_trusted:
            self._count([(self._feedback, asker.address)])

    def count_ticket(self, asker: Asker, *, is_urgent: bool) -> None:
        """Count a ticket of `asker`. Raises `LimitedError` if it comes too soon; then it does not count.

        Urgent tickets have an allowance of their own, so that others cannot use it up.
        """
        prefix, limits = "urgent " if is_urgent else "", []
        if self._tickets is not None and asker.session:
            limits.append((self._tickets, prefix + asker.session))
        if self._address_tickets is not None and not is_vouched(asker):
            limits.append((self._address_tickets, prefix + asker.address))
        self._count(limits)

    async def _pause(self) -> None:
        if self._paused >= MAX_PAUSED:
            return
        self._paused += 1
        try:
            await self._sleep(PAUSE_S)
        finally:
            self._paused -= 1

    def _count(self, limits: Sequence[tuple[_Limit, str]]) -> None:
        """Take one of every limit; or of none, if one of them has nothing left."""
        now = self._clock()
        for limit, key in limits:
            wait_s = limit.cells.wait_s(key, now)
            if wait_s > 0:
                self._metrics.rate_limited.labels(limit.name).inc()
                raise _error(limit, wait_s)
        for limit, key in limits:
            limit.cells.take(key, now)

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
        retry_after_s=retry_after_s,
        fields=fields,
    )
